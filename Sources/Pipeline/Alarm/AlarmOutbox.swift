package import Engine

/// What one sink is still to be told, as a value: of each root cause only the newest state, one telling at a time, and after
/// a refusal a pause that grows. Moments are monotonic milliseconds of any origin; chance comes in from outside.
package struct AlarmOutbox: Sendable {
    /// One thing to tell.
    package enum Telling: Hashable, Sendable {
        case raise(AlarmNotice)
        case clear(AlarmNotice)
        case beat(CleanAudit)

        /// What a later telling replaces: the root cause, or the beat before.
        package var key: String {
            switch self {
            case .raise(let notice), .clear(let notice): "alarm/" + notice.key
            case .beat: "beat"
            }
        }

        fileprivate var rank: Int {
            switch self {
            case .raise(let notice), .clear(let notice): AlarmOutbox.rank(notice.severity)
            case .beat: 0
            }
        }
    }

    /// What the one who delivers does next.
    package enum Step: Hashable, Sendable {
        /// Tell this, then say what became of it.
        case tell(Telling)
        /// Nothing before that moment, unless something new comes.
        case wait(until: Int64)
        /// Nothing until something new comes.
        case rest
    }

    private struct Waiting {
        var telling: Telling
        /// How often it was refused.
        var refusals = 0
    }

    /// Root causes that wait at once; past it the oldest of the least severe is let go.
    static let waitingMax = 200
    /// Alarms remembered as told; far more than ever stand.
    static let toldMax = 500
    /// As the retries of the source, though in real time: 1 s, doubled to at most five minutes, drawn from all of it.
    private static let pauses: RetryPolicy = {
        var pauses = RetryPolicy()
        pauses.delayMax = .minutes(5)
        pauses.jitter = .full
        return pauses
    }()
    private static let pauseMin: Int64 = 250

    private let interest: NamedSink.Interest
    /// The sink's own trouble, of which it is never told.
    private let ownKey: String
    /// Whether it is known what the sink was told before the start; otherwise it hears every end.
    private let remembers: Bool
    /// In the order in which they are tried.
    private var waiting: [Waiting] = []
    /// What the sink believes to sound, oldest first.
    package private(set) var told: [AlarmNotice]
    private var refusals = 0
    private var notBefore: Int64?
    /// Why the last refusal was one.
    private var reason = ""
    /// Tellings let go because too many waited.
    package private(set) var lost = 0

    package init(name: String, interest: NamedSink.Interest, told: [AlarmNotice]? = nil) {
        self.interest = interest
        remembers = told != nil
        self.told = Array((told ?? []).suffix(Self.toldMax))
        ownKey = "sink/" + name
    }

    /// Why the sink does not take what it is told; nil where it took everything it was told last.
    package var trouble: String? { waiting.contains { $0.refusals > 0 } ? reason : nil }
    package var isEmpty: Bool { waiting.isEmpty }

    // MARK: Coming in

    package mutating func take(_ telling: Telling) {
        guard isWanted(telling) else { return }
        var refusals = 0
        if let place = waiting.firstIndex(where: { $0.telling.key == telling.key }) {
            refusals = waiting.remove(at: place).refusals
        }
        waiting.append(Waiting(telling: telling, refusals: refusals))
        if waiting.count > Self.waitingMax { letOneGo() }
    }

    /// Whether the sink wants to hear it. It hears the end of what it believes to sound, however little that matters by now.
    private func isWanted(_ telling: Telling) -> Bool {
        switch (telling, interest) {
        case (.beat, .cleanAudits): return true
        case (.beat, .alarms), (.raise, .cleanAudits), (.clear, .cleanAudits): return false
        case (.raise(let notice), .alarms(let minimum)):
            return notice.key != ownKey && Self.rank(notice.severity) >= Self.rank(minimum)
        case (.clear(let notice), .alarms(let minimum)):
            return told.contains { $0.key == notice.key } || waiting.contains { $0.telling.key == telling.key }
                || !remembers && notice.key != ownKey && Self.rank(notice.severity) >= Self.rank(minimum)
        }
    }

    /// After a start: what sounds and was never told is told now, and what was told and is over too.
    package mutating func recall(_ sounding: [AlarmNotice], at microseconds: Int64) {
        for notice in sounding where !told.contains(where: { $0.key == notice.key }) { take(.raise(notice)) }
        for notice in told where !sounding.contains(where: { $0.key == notice.key }) {
            var over = notice
            over.at = microseconds
            over.text += ", over"
            take(.clear(over))
        }
    }

    private mutating func letOneGo() {
        let least = waiting.map(\.telling.rank).min() ?? 0
        guard let place = waiting.firstIndex(where: { $0.telling.rank == least }) else { return }
        waiting.remove(at: place)
        lost += 1
    }

    // MARK: Going out

    package func step(at now: Int64) -> Step {
        guard let first = waiting.first else { return .rest }
        if let notBefore, now < notBefore { return .wait(until: notBefore) }
        return .tell(first.telling)
    }

    /// The sink took it; what came of the same root cause meanwhile still waits.
    package mutating func delivered(_ telling: Telling) {
        refusals = 0
        notBefore = nil
        if let place = waiting.firstIndex(where: { $0.telling.key == telling.key }) {
            if waiting[place].telling == telling { waiting.remove(at: place) } else { waiting[place].refusals = 0 }
        }
        switch telling {
        case .raise(let notice):
            told.removeAll { $0.key == notice.key }
            told.append(notice)
            if told.count > Self.toldMax { told.removeFirst() }
        case .clear(let notice): told.removeAll { $0.key == notice.key }
        case .beat: break
        }
    }

    /// The sink did not take it: it goes behind the others, so that one that is never taken holds up none of them.
    package mutating func refused(_ telling: Telling, because reason: String, at now: Int64, chance: Double) {
        self.reason = reason
        refusals += 1
        let pause = Self.pauses.delay(afterAttempt: refusals, chance: chance).microseconds / 1_000
        notBefore = now + max(Self.pauseMin, pause)
        guard let place = waiting.firstIndex(where: { $0.telling.key == telling.key }) else { return }
        waiting[place].refusals += 1
        waiting.append(waiting.remove(at: place))
    }

    private static func rank(_ severity: String) -> Int {
        AlarmSeverity.allCases.firstIndex { $0.rawValue == severity } ?? 0
    }
}
