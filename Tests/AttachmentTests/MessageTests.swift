import Attachment
import Foundation
import Pipeline
import Testing

struct MessageTests {
    static func status(seed: UInt64) -> PipelineStatus {
        var status = PipelineStatus()
        let word = splitMix(seed)
        let now = MarketTime(seconds: 1_550_000_000 + Int64(word % 100_000))
        status.sourceName = "simulated exchange"
        status.simulated = word & 1 == 0
        status.clock.now = now
        status.clock.isOpen = word & 2 == 0
        status.clock.nextOpen = word & 4 == 0 ? now : nil
        status.source.breaker = [.closed, .open(until: now), .halfOpen][Int(word % 3)]
        status.source.callsLeft = word & 8 == 0 ? 7 : nil
        status.streams = [ShardStatus(stream: "quotes", shard: 0, appended: Int64(word % 1_000))]
        status.appendedPerMinute = [1, Int(word % 9)]
        status.universe = (0..<Int(word % 5)).compactMap { SymbolName("S\($0)") }.map {
            UniverseMember(
                symbol: $0, calendar: .xnys, lifetime: now.minute..<now.minute.advanced(by: 9),
                lastBar: word & 16 == 0 ? now.minute : nil)
        }
        status.coverage.expected = Int(word % 77)
        status.coverageVersion = Int64(word % 1_000_003)
        let selection = SlotSelection(
            symbols: [SymbolName("AAPL")!], minutes: now.minute..<now.minute.advanced(by: 3))
        status.executions = [
            ExecutionStatus(id: "1-\(word % 9)", trigger: "grace\u{1B}[2J", state: .repairing, began: now)
        ]
        status.repairing = [RepairingPartition(symbol: SymbolName("AAPL")!, hour: now.hour, slots: word)]
        status.nextAudit = word & 32 == 0 ? now : nil
        status.alarms = [
            AlarmStatus(key: "k", severity: .ticket, scope: "s", reason: "\"\n\\", raised: now, selection: selection)
        ]
        status.decisions = [
            StandingDecision(
                id: "1.\(word % 5)", by: "ana", at: now, note: "n", subject: .snooze(alarm: "k", until: now))
        ]
        let lines = Int64(word % 250)
        status.log = (0..<min(200, lines)).map {
            LogLine(number: lines - $0, at: now, who: "ana", text: "line \(lines - $0)")
        }
        status.flaws = [CaptureFlaw(kind: .dropOne, rate: 0.5, seed: word, control: SymbolName("SPY"))]
        status.healing.slotsHealed = Int(word % 11)
        status.healingDays = [HealingDay(day: Int64(word % 3))]
        return status
    }

    /// Messages of every kind.
    private static func messages(seed: UInt64) -> [AttachmentMessage] {
        let selection = SlotSelection(
            symbols: [SymbolName("AAPL")!, SymbolName("BINANCE:BTCUSDT")!], minutes: Minute(5)..<Minute(9))
        let commands: [PipelineCommand] = [
            .audit([selection]), .repair([selection]), .resynthesize([selection]), .cancel(execution: "3-4"),
            .setSpeed(0.5), .redrive(execution: "1-2"),
            .acknowledge(.slots([selection]), note: "known"),
            .acknowledge(.rule(SlotRule(reason: .noCandleAccess)), note: ""),
            .acknowledge(.alarm("k"), note: "n\u{1B}"), .undo(decision: "1.2"),
            .setFlaws([CaptureFlaw(kind: .burst(from: 3, minutes: 9))]), .stop,
        ]
        return [
            .hello(.init(version: "1", process: 77, name: "ana\u{202E}\n")),
            .status(StatusPatch(from: nil, to: status(seed: seed))),
            .outcome(OrderOutcome(order: "x", isTaken: false, text: "no", execution: nil)),
            .outcome(OrderOutcome(order: "x", isTaken: true, text: "yes", execution: "2-1")), .farewell("over"),
        ] + commands.map { .order(OperatorOrder($0, by: "ana", id: "o-\(seed)")) }
    }

    @Test func everyMessageIsOneLineAndReadsBackToItself() {
        for seed in UInt64(0)..<100 {
            for message in Self.messages(seed: seed) {
                let line = message.line
                #expect(line.last == UInt8(ascii: "\n"))
                #expect(line.dropLast().allSatisfy { $0 >= 0x20 }, "one line without control characters")
                #expect(AttachmentMessage(line: Array(line.dropLast())) == message)
            }
        }
    }

    @Test func patchesBringAnyStatusToAnyOther() {
        for seed in UInt64(0)..<200 {
            var shown = PipelineStatus()
            var sent: PipelineStatus?
            for step in UInt64(0)..<6 {
                var next = Self.status(seed: seed &* 31 &+ step / 2)
                // A log only ever grows; its numbers count up.
                if let sent, let newest = sent.log.first?.number {
                    next.log = Array(
                        (next.log.filter { $0.number > newest } + sent.log).prefix(200))
                }
                let patch = StatusPatch(from: sent, to: next)
                #expect(patch.isEmpty == (sent == next))
                patch.apply(to: &shown)
                #expect(shown == next, "seed \(seed), step \(step)")
                sent = next
            }
        }
    }

    @Test func aPatchHasAPartForEachPartOfAStatus() {
        let parts = Mirror(reflecting: PipelineStatus()).children.count
        #expect(Mirror(reflecting: StatusPatch(from: nil, to: PipelineStatus())).children.count == parts)
    }

    @Test func whatIsNoMessageIsRefusedAndNothingTraps() {
        let lines = [
            "", "{", "null", "[]", "{\"order\":{}}", "{\"hello\":{\"_0\":{\"protocol\":\"x\"}}}", "\u{0}",
            "{\"order\":{\"_0\":{\"by\":\"a\",\"id\":\"1\",\"command\":{\"repair\":{\"_0\":[{\"symbols\":[\"../x\"],\"minutes\":[1,2]}]}}}}}",
            "{\"order\":{\"_0\":{\"by\":\"a\",\"id\":\"1\",\"command\":{\"repair\":{\"_0\":[{\"symbols\":[\"A\"],\"minutes\":[2,1]}]}}}}}",
        ]
        for line in lines { #expect(AttachmentMessage(line: Array(line.utf8)) == nil, "\(line)") }
        var word: UInt64 = 9
        let whole = Self.messages(seed: 4).map(\.line)
        for _ in 0..<3_000 {
            word = splitMix(word)
            var line = whole[Int(word % UInt64(whole.count))].dropLast()
            line[line.startIndex + Int((word >> 16) % UInt64(line.count))] = UInt8(truncatingIfNeeded: word >> 40)
            _ = AttachmentMessage(line: Array(line.prefix(Int((word >> 8) % UInt64(line.count)) + 1)))
        }
    }

    @Test func linesAreCutWhereverThePiecesEnd() {
        let text = Array("one\ntwo\n\nthree\nrest".utf8)
        for size in 1...text.count {
            var splitter = LineSplitter()
            var lines: [[UInt8]] = []
            for start in stride(from: 0, to: text.count, by: size) {
                lines += splitter.take(text[start..<min(text.count, start + size)])
            }
            #expect(lines.map { String(decoding: $0, as: UTF8.self) } == ["one", "two", "", "three"])
        }
        var endless = LineSplitter()
        let piece = [UInt8](repeating: 65, count: 1 << 20)
        for _ in 0..<5 { _ = endless.take(piece) }
        #expect(endless.isOverrun && endless.take(Array("x\n".utf8)).isEmpty)
    }
}
