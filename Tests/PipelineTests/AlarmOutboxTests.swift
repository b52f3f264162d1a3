import Engine
import Pipeline
import Testing

/// What a sink is told, whatever refuses, comes between or starts again.
struct AlarmOutboxTests {
    private typealias Telling = AlarmOutbox.Telling

    private static func notice(_ key: String, _ severity: String = "ticket", at: Int64 = 0) -> AlarmNotice {
        AlarmNotice(key: key, severity: severity, text: key, command: "", at: at)
    }

    private static func outbox(_ minimum: String = "info", told: [AlarmNotice]? = []) -> AlarmOutbox {
        AlarmOutbox(name: "webhook", interest: .alarms(minimum: minimum), told: told)
    }

    /// Everything that can be told at a moment, taken by the sink.
    private static func drain(_ outbox: inout AlarmOutbox, at now: Int64 = .max / 2) -> [Telling] {
        var told: [Telling] = []
        while case .tell(let telling) = outbox.step(at: now) {
            told.append(telling)
            outbox.delivered(telling)
        }
        return told
    }

    @Test func ofOneRootCauseOnlyTheNewestStateIsTold() {
        var outbox = Self.outbox()
        let end = Self.notice("a", at: 2)
        outbox.take(.raise(Self.notice("a")))
        outbox.take(.raise(Self.notice("b")))
        outbox.take(.clear(end))
        #expect(Self.drain(&outbox) == [.raise(Self.notice("b")), .clear(end)])
        #expect(outbox.told.map(\.key) == ["b"] && outbox.isEmpty && outbox.step(at: 0) == .rest)
    }

    @Test func whatComesWhileItIsToldIsToldAfterwards() {
        var outbox = Self.outbox()
        let first = Telling.raise(Self.notice("a"))
        outbox.take(first)
        #expect(outbox.step(at: 0) == .tell(first))
        outbox.take(.clear(Self.notice("a", at: 5)))
        outbox.delivered(first)
        #expect(outbox.told.count == 1)
        #expect(Self.drain(&outbox) == [.clear(Self.notice("a", at: 5))] && outbox.told.isEmpty)
    }

    @Test func thePauseAfterRefusalsGrowsToFiveMinutesAndASuccessEndsIt() {
        var outbox = Self.outbox()
        outbox.take(.raise(Self.notice("a")))
        var now: Int64 = 0
        var pauses: [Int64] = []
        for _ in 0..<12 {
            guard case .tell(let telling) = outbox.step(at: now) else { return #expect(Bool(false), "nothing to tell") }
            outbox.refused(telling, because: "it answers 500", at: now, chance: 1)
            guard case .wait(let moment) = outbox.step(at: now) else { return #expect(Bool(false), "no pause") }
            #expect(outbox.step(at: moment - 1) == .wait(until: moment))
            pauses.append(moment - now)
            now = moment
        }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map { $0 * 1_000 })
        #expect(outbox.trouble == "it answers 500")
        #expect(Self.drain(&outbox, at: now).count == 1 && outbox.trouble == nil)
    }

    @Test func chanceNeverMakesThePauseNothing() {
        for seed in UInt64(1)...200 {
            var outbox = Self.outbox()
            outbox.take(.raise(Self.notice("a")))
            outbox.refused(.raise(Self.notice("a")), because: "", at: 0, chance: unitInterval(splitMix(seed)))
            guard case .wait(let moment) = outbox.step(at: 0) else { return #expect(Bool(false), "no pause") }
            #expect((250...1_000).contains(moment))
        }
    }

    @Test func aTellingThatIsNeverTakenHoldsUpNoOther() {
        var outbox = Self.outbox()
        for key in ["poison", "b", "c"] { outbox.take(.raise(Self.notice(key))) }
        var told: [String] = []
        for turn in Int64(0)..<40 {
            guard case .tell(let telling) = outbox.step(at: turn * 1_000_000) else { continue }
            if telling.key == "alarm/poison" {
                outbox.refused(telling, because: "no", at: turn * 1_000_000, chance: 1)
            } else {
                told.append(telling.key)
                outbox.delivered(telling)
            }
        }
        #expect(told == ["alarm/b", "alarm/c"])
        #expect(outbox.trouble != nil, "the one that is not taken is still shown")
    }

    @Test func onlyWhatIsSevereEnoughIsToldAndNeverItsOwnTrouble() {
        var outbox = Self.outbox("ticket")
        for severity in ["info", "ticket", "page"] { outbox.take(.raise(Self.notice(severity, severity))) }
        outbox.take(.raise(Self.notice("sink/webhook", "page")))
        outbox.take(.clear(Self.notice("never told", "page")))
        outbox.take(.beat(CleanAudit(execution: "1-1", at: 0)))
        #expect(Self.drain(&outbox).map(\.key) == ["alarm/ticket", "alarm/page"])
    }

    @Test func aSinkWithoutAMemoryHearsEveryEnd() {
        var outbox = Self.outbox(told: nil)
        outbox.take(.clear(Self.notice("of another life")))
        #expect(Self.drain(&outbox).count == 1)
    }

    @Test func aHeartbeatHearsOfCleanAuditsAndOnlyTheNewest() {
        var outbox = AlarmOutbox(name: "heartbeat", interest: .cleanAudits)
        outbox.take(.raise(Self.notice("a", "page")))
        for hour in Int64(1)...3 { outbox.take(.beat(CleanAudit(execution: "1-\(hour)", at: hour))) }
        #expect(Self.drain(&outbox) == [.beat(CleanAudit(execution: "1-3", at: 3))])
    }

    @Test func tooManyLoseTheLeastSevereFirst() {
        var outbox = Self.outbox()
        for number in 0..<100 { outbox.take(.raise(Self.notice("page \(number)", "page"))) }
        for number in 0..<1_000 { outbox.take(.raise(Self.notice("info \(number)", "info"))) }
        let told = Self.drain(&outbox)
        #expect(told.count == 200 && outbox.lost == 900)
        #expect(told.filter { $0.key.hasPrefix("alarm/page") }.count == 100)
    }

    /// Over random histories of alarms, refusals and restarts: a sink is never told of an end it did not hear the beginning
    /// of, unless the beginning waited for it; and once it takes everything, it believes what is true.
    @Test func afterAnyHistoryTheSinkBelievesWhatIsTrue() {
        for seed in UInt64(1)...300 {
            var random = TransformSeed(seed)
            var outbox = Self.outbox()
            /// What sounds, what was kept on disk, and what the sink believes.
            var sounding: [String: AlarmNotice] = [:]
            var kept: [AlarmNotice] = []
            var believed: [String: Bool] = [:]
            var now: Int64 = 0
            func tell(_ telling: Telling) {
                outbox.delivered(telling)
                kept = outbox.told
                switch telling {
                case .raise(let notice): believed[notice.key] = true
                case .clear(let notice): believed[notice.key] = false
                case .beat: break
                }
            }
            for turn in Int64(0)..<200 {
                now += Int64(random.below(3_000))
                let key = "k\(random.below(5))"
                switch random.below(10) {
                case 0...3:
                    if let stood = sounding.removeValue(forKey: key) {
                        outbox.take(.clear(stood))
                    } else {
                        sounding[key] = Self.notice(key, at: turn)
                        outbox.take(.raise(Self.notice(key, at: turn)))
                    }
                case 4...7:
                    guard case .tell(let telling) = outbox.step(at: now) else { continue }
                    if random.chance(50) {
                        outbox.refused(telling, because: "no", at: now, chance: 0.5)
                    } else {
                        tell(telling)
                    }
                case 8:
                    // An alarm may sound or end without anybody's being told, where a crash lies in between.
                    if random.chance(50) { sounding[key] = nil } else { sounding[key] = Self.notice(key, at: turn) }
                    fallthrough
                default:
                    outbox = Self.outbox(told: kept)
                    outbox.recall(sounding.keys.sorted().compactMap { sounding[$0] }, at: turn)
                }
            }
            outbox = Self.outbox(told: kept)
            outbox.recall(sounding.keys.sorted().compactMap { sounding[$0] }, at: now)
            while case .tell(let telling) = outbox.step(at: .max / 2) { tell(telling) }
            #expect(Set(outbox.told.map(\.key)) == Set(sounding.keys), "seed \(seed)")
            for key in (0..<5).map({ "k\($0)" }) {
                #expect((believed[key] ?? false) == (sounding[key] != nil), "seed \(seed) \(key)")
            }
        }
    }
}
