import Foundation
import Testing

/// Tests at a pseudo terminal, one after the other.
@Suite(.serialized) struct PtyTests {
    private static func open(_ data: String, _ more: [String] = []) throws -> PtyProgram {
        try PtyProgram(
            ["--data", data, "--speed", "60", "--as", "tester", "--symbols", "AAPL,MSFT,SPY"] + more)
    }

    /// Waits until the pipeline shows, which is after the first paint.
    private static func isReady(_ program: PtyProgram) async throws {
        try #require(try await program.shows("kintsugi"), "first paint: \(program.text())")
        try #require(try await program.shows("AAPL"), "the pipeline is open: \(program.text().suffix(600))")
    }

    private static func isWell(_ data: String) async throws {
        let verify = try await Program.call("verify", "--data", data)
        #expect(verify.code == 0, "\(verify.output)\(verify.errors)")
    }

    /// The terminal is as it was found: modes, screen, cursor, paste. Where it says why it ends, that comes after.
    private static func isRestored(_ program: PtyProgram, saying: Bool = false, by way: String = "") {
        #expect(program.modes == program.before)
        let text = program.text()
        for (taken, given) in [("\u{1B}[?1049h", "\u{1B}[?1049l"), ("?25l", "?25h"), ("?2004h", "?2004l")] {
            let last = text.range(of: taken, options: .backwards)
            let back = text.range(of: given, options: .backwards)
            #expect(last != nil && back != nil, "\(taken)")
            if let last, let back { #expect(last.lowerBound < back.lowerBound, "\(given) comes last") }
        }
        // Unasked, nothing of a mouse is ever written; asked for, it is off at the end.
        for mode in ["1000", "1002", "1006"] {
            guard let on = text.range(of: "\u{1B}[?\(mode)h", options: .backwards) else {
                #expect(!text.contains("\u{1B}[?\(mode)"), "\(mode)")
                continue
            }
            let off = text.range(of: "\u{1B}[?\(mode)l", options: .backwards)
            #expect(off.map { $0.lowerBound > on.lowerBound } ?? false, "\(mode)")
        }
        let after = text.range(of: "\u{1B}[?1049l", options: .backwards).map { text[$0.upperBound...] } ?? ""
        #expect(saying || after.utf8.count < 60, "\(way): \(after.suffix(600).debugDescription)")
    }

    /// The latest execution of the operator of a kind, once it has ended.
    private static func ended(_ kind: String, _ data: String) async throws -> [String: Any]? {
        let deadline = Deadline(seconds: 40)
        while !deadline.isOver {
            let list = try await Program.call("executions", "--all", "--json", "--data", data).json()
            let ours = (list as? [[String: Any]])?.first {
                $0["trigger"] as? String == "tester" && $0["kind"] as? String == kind
            }
            if let ours, ours["live"] as? Bool == false { return ours }
        }
        return nil
    }

    @Test(.timeLimit(.minutes(2))) func keysOrderARepairAndAResynthesis() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let program = try Self.open(data)
        try await Self.isReady(program)
        // The flaw loses a minute each second; what is under the cursor may be healed before it is asked for.
        var asked = false
        for _ in 0..<60 where !asked {
            let place = program.place
            try await program.type("nr")
            asked = try await program.shows("Repair", since: place, within: 1)
            if !asked { #expect(program.isAlive) }
        }
        #expect(asked, "\(program.text().suffix(800))")
        try await program.type("y")
        let repair = try await Self.ended("repair", data)
        #expect(["healed", "waiting", "succeeded"].contains(repair?["state"] as? String ?? ""), "\(repair ?? [:])")
        let place = program.place
        try await program.type("s")
        #expect(try await program.shows("Resynthesize", since: place))
        try await program.type("y")
        let again = try await Self.ended("resynthesize", data)
        #expect(again?["state"] as? String == "healed" && again?["derived"] as? Int ?? 0 > 0, "\(again ?? [:])")
        try await program.type("q")
        #expect(try await program.exit(within: 5) == 0)
        Self.isRestored(program)
        try await Self.isWell(data)
    }

    @Test(.timeLimit(.minutes(2))) func everySizeIsShownAtOnce() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let program = try Self.open(data)
        try await Self.isReady(program)
        for (columns, rows) in [(80, 24), (20, 5), (300, 80), (1, 1), (160, 50), (20, 5), (160, 50)] {
            let place = program.place
            program.resize(columns: columns, rows: rows)
            // The whole screen is drawn anew, so it is cleared first.
            #expect(try await program.shows("\u{1B}[2J", since: place), "\(columns)x\(rows)")
            #expect(program.isAlive, "\(columns)x\(rows)")
        }
        let place = program.place
        try await program.type("\u{0C}")
        #expect(try await program.shows("kintsugi", since: place), "the whole is drawn again")
        try await program.type("q")
        #expect(try await program.exit(within: 5) == 0)
        Self.isRestored(program)
        try await Self.isWell(data)
    }

    @Test(.timeLimit(.minutes(2))) func everyWayOutGivesTheTerminalBack() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let ways: [(name: String, code: Int32, leave: @Sendable (PtyProgram) async throws -> Void)] = [
            ("q", 0, { try await $0.type("q") }), ("interrupt key", 0, { try await $0.type("\u{03}") }),
            ("SIGTERM", 0, { $0.signal(SIGTERM) }), ("SIGINT", 0, { $0.signal(SIGINT) }),
            ("SIGHUP", 0, { $0.signal(SIGHUP) }), ("line dropped", 0, { $0.hangUp() }),
            // What Swift's own traps and a wild pointer end with.
            ("trap", -SIGILL, { $0.signal(SIGILL) }), ("fault", -SIGSEGV, { $0.signal(SIGSEGV) }),
        ]
        for way in ways {
            let program = try Self.open(data)
            try await Self.isReady(program)
            try await way.leave(program)
            let code = try await program.exit(within: 5)
            #expect(code == way.code, "\(way.name): \(code.map(String.init) ?? "still there")")
            if way.name != "line dropped" { Self.isRestored(program) }
            try await Self.isWell(data)
        }
    }

    @Test(.timeLimit(.minutes(2))) func theMouseIsReportedWhenAskedForAndByEveryWayOutNoMore() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let ways: [(name: String, code: Int32, leave: @Sendable (PtyProgram) async throws -> Void)] = [
            ("q", 0, { try await $0.type("q") }), ("SIGTERM", 0, { $0.signal(SIGTERM) }),
            ("SIGHUP", 0, { $0.signal(SIGHUP) }), ("trap", -SIGILL, { $0.signal(SIGILL) }),
            ("fault", -SIGSEGV, { $0.signal(SIGSEGV) }),
        ]
        for way in ways {
            let program = try Self.open(data)
            try await Self.isReady(program)
            #expect(!program.text().contains("?1000"))
            try await program.type("m")
            for mode in ["1000", "1002", "1006"] { #expect(try await program.shows("\u{1B}[?\(mode)h"), "\(mode)") }
            // A click on each row: the last symbol is the one the cursor stands on then.
            for row in 1...50 { try await program.type("\u{1B}[<0;5;\(row)M\u{1B}[<0;5;\(row)m") }
            try await program.type("y")
            #expect(try await program.shows("]52;c;U1BZ"), "SPY is copied: \(program.text().suffix(400))")
            if way.name == "SIGTERM" {
                let place = program.place
                try await program.type("\u{1A}")
                #expect(try await program.shows("\u{1B}[?1000l", since: place), "off while it is suspended")
                program.signal(SIGCONT)
                #expect(try await program.shows("\u{1B}[?1000h", since: place), "and on again")
            }
            try await way.leave(program)
            let code = try await program.exit(within: 5)
            #expect(code == way.code, "\(way.name): \(code.map(String.init) ?? "still there")")
            Self.isRestored(program, by: way.name)
        }
        let program = try Self.open(data)
        try await Self.isReady(program)
        try await program.type("m")
        #expect(try await program.shows("\u{1B}[?1006h"))
        try await program.type("m")
        #expect(try await program.shows("\u{1B}[?1000l"), "one key turns it off")
        try await program.type("q")
        #expect(try await program.exit(within: 5) == 0)
        Self.isRestored(program)
        try await Self.isWell(data)
    }

    @Test(.timeLimit(.minutes(2))) func aTerminalThatNobodyReadsHoldsUpNeitherThePipelineNorTheEnd() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        for signal in [SIGTERM, SIGHUP] {
            let program = try PtyProgram(
                ["--data", data, "--speed", "300", "--symbols", "AAPL,MSFT,SPY"], columns: 200, rows: 60, isRead: false)
            var bars: [Int] = []
            let deadline = Deadline(seconds: 60)
            // The terminal takes some pages and then no more; the pipeline goes on.
            while (bars.last ?? 0) - (bars.first ?? 0) < 40, !deadline.isOver {
                let coverage = try await Program.call("coverage", "--json", "--data", data)
                guard coverage.code < 2, let total = (try coverage.json() as? [String: Any])?["total"] as? [String: Any]
                else { continue }
                bars.append(total["present"] as? Int ?? 0)
            }
            #expect(!deadline.isOver, "\(bars)")
            program.signal(signal)
            #expect(try await program.exit(within: 8) == 0, "signal \(signal)")
            try await Self.isWell(data)
        }
    }

    @Test(.timeLimit(.minutes(2))) func pasteAndNoiseAreSurvived() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let program = try Self.open(data)
        try await Self.isReady(program)
        let paste = String(repeating: "qy\rR\u{03}rm -rf Q! ", count: 70_000).prefix(1 << 20)
        try await program.type("\u{1B}[200~" + paste + "\u{1B}[201~")
        let place = program.place
        try await program.type("\u{0C}")
        #expect(try await program.shows("kintsugi", since: place), "a paste is never taken for keys")
        #expect(program.isAlive)
        // Quit, interrupt, suspend and their like mean what they say; all else is noise.
        let meant: Set<UInt8> = [0x03, 0x11, 0x13, 0x1A, 0x1C, UInt8(ascii: "q")]
        var chance = SeededWords(seed: 5)
        var noise: [UInt8] = []
        while noise.count < 50_000 {
            let byte = UInt8(truncatingIfNeeded: chance.next())
            if !meant.contains(byte) { noise.append(byte) }
        }
        try await program.type(noise)
        #expect(program.isAlive)
        var code: Int32?
        for _ in 0..<20 where code == nil {
            #expect(program.isAlive)
            // Ends a paste that the noise began, and closes what it opened.
            try await program.type("\u{1B}[201~\u{1B}")
            code = try await program.exit(within: 0.2)
            try await program.type("q")
            code = try await program.exit(within: 1)
        }
        #expect(code == 0)
        Self.isRestored(program)
        try await Self.isWell(data)
    }

    @Test(.timeLimit(.minutes(2))) func besideAnOwnerOthersReadAndASecondConsoleObserves() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let owner = try Self.open(data)
        try await Self.isReady(owner)
        let second = try await Program.call("run", "--headless", "--symbols", "AAPL,MSFT,SPY", "--data", data)
        #expect(second.code == 3)
        #expect(second.errors.hasPrefix("kintsugi: ") && second.errors.contains("process \(owner.pid) "))
        #expect(second.lines.isEmpty && second.errors.split(separator: "\n").count == 1, "\(second.errors)")
        let other = try Self.open(data)
        #expect(try await other.shows("observer of \(owner.pid)"), "\(other.text().suffix(600))")
        for words in [
            ["status"], ["coverage", "--json"], ["export", "--dataset", "bars"], ["verify"], ["alarms"],
            ["executions"],
        ] {
            let call = try await Program.call(words + ["--data", data])
            #expect(call.code == 0 && !call.output.isEmpty, "\(words): \(call.output)\(call.errors)")
        }
        let gaps = try await Program.call("gaps", "--data", data)
        #expect([0, 1].contains(gaps.code) && gaps.errors.isEmpty, "\(gaps.errors)")
        let status = try await Program.call("status", "--json", "--data", data).json() as? [String: Any]
        #expect(status?["owner"] as? Int == Int(owner.pid))
        #expect(owner.isAlive)
        let place = other.place
        try await owner.type("q")
        #expect(try await owner.exit(within: 5) == 0)
        Self.isRestored(owner)
        #expect(try await other.shows("OWNER GONE", since: place), "\(other.text(since: place))")
        try await other.type("O")
        #expect(try await other.shows("taking over", since: place))
        let deadline = Deadline(seconds: 20)
        var holder: Int?
        while holder != Int(other.pid), !deadline.isOver {
            let status = try await Program.call("status", "--json", "--data", data).json() as? [String: Any]
            holder = status?["owner"] as? Int
        }
        #expect(holder == Int(other.pid))
        // It is the owner now: a third one observes it.
        let third = try Self.open(data)
        #expect(try await third.shows("observer of \(other.pid)"), "\(third.text().suffix(600))")
        for program in [third, other] {
            try await program.type("q")
            #expect(try await program.exit(within: 5) == 0)
            Self.isRestored(program)
        }
        try await Self.isWell(data)
    }
}
