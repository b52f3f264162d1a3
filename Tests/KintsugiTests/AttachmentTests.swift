import Attachment
import Foundation
import Pipeline
import Platform
import Testing

/// The owner's socket, with owners that are the real program.
@Suite(.serialized) struct AttachmentTests {
    private static func owner(_ data: String) async throws -> LiveProgram {
        let program = try LiveProgram(
            ["run", "--headless", "--symbols", "AAPL,MSFT,SPY", "--speed", "300", "--data", data])
        _ = try await program.line()
        return program
    }

    private static let selection = SlotSelection(
        symbols: [SymbolName("AAPL")!], minutes: Minute(seconds: 1_772_548_200)..<Minute(seconds: 1_772_551_800))

    private static func executions(_ data: String) async throws -> [[String: Any]] {
        try await Program.call("executions", "--all", "--json", "--data", data).json() as? [[String: Any]] ?? []
    }

    @Test(.timeLimit(.minutes(2))) func statusesComeAndOrdersGetTheirOutcome() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let owner = try await Self.owner(data)
        let observers = [
            try await AttachedProgram(data, as: "ana"), try await AttachedProgram(data, as: "ben\u{1B}[2J"),
        ]
        for (number, observer) in observers.enumerated() {
            let hello = await observer.next { if case .hello(let greeting) = $0 { greeting } else { nil } }
            #expect(hello?.process == owner.pid)
            let first = await observer.next { if case .status(let patch) = $0 { patch } else { nil } }
            #expect(first?.universe?.count == 3, "the first is whole")
            let line = await observer.next { message in
                if case .status(let patch) = message { patch.newLog?.last } else { nil }
            }
            #expect(line != nil, "the log comes along")
            let outcome = await observer.carry(.resynthesize([Self.selection]), id: "r\(number)")
            #expect(outcome?.isTaken == true && outcome?.execution != nil, "\(String(describing: outcome))")
            let refused = await observer.carry(.cancel(execution: "9-9"), id: "c\(number)")
            #expect(refused?.isTaken == false && refused?.text.contains("9-9") == true)
        }
        let triggers = try await Self.executions(data).compactMap { $0["trigger"] as? String }
        #expect(triggers.contains("ana") && triggers.contains("ben\\u{1b}[2J"), "\(triggers)")
        owner.signal(SIGTERM)
        let reason = await observers[0].next { if case .farewell(let reason) = $0 { reason } else { nil } }
        #expect(reason?.contains("stopped") == true)
        #expect(try await owner.exit() == 0, "\(owner.errors)")
        #expect(!FileManager.default.fileExists(atPath: data + "/owner.sock"))
    }

    @Test(.timeLimit(.minutes(2))) func anObserverStartsAnOutageAndFlawsInItsOwnName() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let owner = try await Self.owner(data)
        let observer = try await AttachedProgram(data, as: "ana")
        let flaws = await observer.carry(.setFlaws([]), id: "f1")
        #expect(flaws?.isTaken == true)
        let outage = await observer.carry(.startOutage(minutes: 30), id: "o1")
        #expect(outage?.isTaken == true && outage?.text.contains("outage of 30 minutes") == true, "\(outage as Any)")
        var lines: [String] = []
        var isOut = false
        while !isOut {
            let patch = await observer.next { if case .status(let patch) = $0 { patch } else { nil } }
            guard let patch else { break }
            lines += (patch.newLog ?? []).map { "\($0.who) \($0.text)" }
            if case .open? = patch.source?.breaker { isOut = true }
        }
        #expect(isOut, "the exchange really is away")
        #expect(lines.contains("ana an outage of 30 minutes"), "\(lines.suffix(8))")
        let none = await observer.carry(.startOutage(minutes: 0), id: "o2")
        #expect(none?.isTaken == false, "\(none as Any)")
        owner.signal(SIGTERM)
        #expect(try await owner.exit() == 0, "\(owner.errors)")
    }

    @Test(.timeLimit(.minutes(2))) func strangersAreToldAndClosedAndTheOwnerGoesOn() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let owner = try await Self.owner(data)
        let mode =
            try FileManager.default.attributesOfItem(atPath: data + "/owner.sock")[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        let noise: [[UInt8]] = [
            Array("GET / HTTP/1.1\r\n\r\n".utf8), [0, 1, 2, 255, 10], Array("{}\n".utf8), Array("null\n[]\n".utf8),
            AttachmentMessage.order(OperatorOrder(.stop, by: "x", id: "1")).line, AttachmentMessage.farewell("x").line,
        ]
        for bytes in noise {
            let stranger = try await AttachedProgram(data, as: "")
            #expect(await stranger.send(raw: bytes))
            let reason = await stranger.next { if case .farewell(let reason) = $0 { reason } else { nil } }
            #expect(reason?.contains("no message") == true, "\(bytes)")
            #expect(await stranger.next { _ in nil as Int? } == nil, "the line is over")
        }
        let endless = try await AttachedProgram(data, as: "")
        let piece = [UInt8](repeating: 65, count: 1 << 20)
        var pieces = 0
        while pieces < 64, await endless.send(raw: piece) { pieces += 1 }
        #expect(pieces < 64, "a line without an end is cut off")
        // Those who never read hold nobody up.
        var silent: [LocalConnection] = []
        for _ in 0..<4 { silent.append(try LocalSocket.connect(to: data + "/owner.sock")) }
        let observer = try await AttachedProgram(data, as: "ana")
        let outcome = await observer.carry(.resynthesize([Self.selection]), id: "1")
        #expect(outcome?.isTaken == true)
        owner.signal(SIGTERM)
        #expect(try await owner.exit(within: 8) == 0, "\(owner.errors)")
        withExtendedLifetime(silent) {}
        #expect(try await Program.call("verify", "--data", data).code == 0)
    }

    /// Two observers order until the owner is killed, over and over: an order whose outcome came is there after the kill,
    /// and none is there twice.
    @Test(.timeLimit(.minutes(4))) func ordersSurviveTheOwnersDeathExactlyOnce() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        var chance = SeededWords(seed: 77)
        var begun: [String] = []
        for round in 0..<6 {
            let owner = try await Self.owner(data)
            let observers = [try await AttachedProgram(data, as: "ana"), try await AttachedProgram(data, as: "ben")]
            let killAfter = Int(chance.next() % 5) + 2
            async let orders = withTaskGroup(of: [String].self) { group in
                for (place, observer) in observers.enumerated() {
                    group.addTask {
                        var told: [String] = []
                        var number = 0
                        while let outcome = await observer.carry(
                            .resynthesize([Self.selection]), id: "\(round)-\(place)-\(number)")
                        {
                            number += 1
                            if let execution = outcome.execution { told.append(execution) }
                            if place == 0, number == killAfter { owner.signal(SIGKILL) }
                        }
                        return told
                    }
                }
                var all: [String] = []
                for await told in group { all += told }
                return all
            }
            begun += await orders
            #expect(try await owner.exit() == -SIGKILL)
        }
        #expect(Set(begun).count == begun.count, "no execution answers two orders")
        let last = try await Program.call(
            "run", "--headless", "--symbols", "AAPL,MSFT,SPY", "--speed", "300", "--flaw", "none", "--until", "healed",
            "--data", data)
        #expect(last.code == 0, "\(last.errors)")
        let held = try await Self.executions(data)
        for id in begun {
            let ours = held.filter { $0["id"] as? String == id }
            #expect(ours.count == 1 && ours.first?["live"] as? Bool == false, "\(id): \(ours)")
        }
        #expect(begun.count >= 12, "\(begun.count)")
        #expect(try await Program.call("verify", "--data", data).code == 0)
    }
}
