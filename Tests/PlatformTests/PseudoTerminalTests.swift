import Engine
import Platform
import Testing

@Suite struct PseudoTerminalTests {
    /// Everything a program writes until it ends.
    private static func words(_ terminal: PseudoTerminal, until text: String? = nil) -> String {
        var bytes: [UInt8] = []
        while true {
            switch terminal.read(within: 10_000) {
            case .bytes(let more): bytes += more
            case .nothing, .over: return String(decoding: bytes, as: UTF8.self)
            }
            let seen = String(decoding: bytes, as: UTF8.self)
            if let text, seen.contains(text) { return seen }
        }
    }

    @Test(.timeLimit(.minutes(1))) func aProgramSitsAtATerminalOfThatSize() throws {
        let script = "stty size; read word; echo got $word; stty size; exit 7"
        let terminal = try PseudoTerminal(
            "/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"], columns: 91, rows: 17)
        #expect(Self.words(terminal, until: "17 91").contains("17 91"))
        terminal.resize(columns: 40, rows: 12)
        terminal.write(Array("hello\n".utf8))
        let rest = Self.words(terminal)
        #expect(rest.contains("got hello") && rest.contains("12 40"), "\(rest)")
        #expect(terminal.end() == 7)
    }

    @Test func aProgramThatIsNotThereIsSaid() {
        let error = #expect(throws: EngineError.self) {
            try PseudoTerminal("/none/such", [], environment: [:], columns: 80, rows: 24)
        }
        #expect(error?.description.contains("/none/such") == true)
    }
}
