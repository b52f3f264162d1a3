import Foundation
import Platform
import Terminal

/// Somebody at the program's terminal: types, looks, and waits for what is to be seen rather than for time.
final class Sitting {
    /// The screen is still once nothing came for so long and no update is under way.
    private static let stillMilliseconds = 150

    private let line: PseudoTerminal
    private(set) var terminal: TerminalEmulator
    private(set) var recording: Asciicast?
    private let began = Sitting.now
    private var isOver = false

    init(_ program: String, _ arguments: [String], home: String, columns: Int, rows: Int, recordingTitle: String? = nil)
        throws
    {
        // Nothing of the person who makes the pictures is to be seen in them.
        let environment = [
            "HOME": home, "PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "LANG": "C.UTF-8", "LOGNAME": "ana",
        ]
        line = try PseudoTerminal(program, arguments, environment: environment, columns: columns, rows: rows)
        terminal = TerminalEmulator(columns: columns, rows: rows)
        recording = recordingTitle.map { Asciicast(columns: columns, rows: rows, title: $0) }
    }

    private static var now: Int64 { Int64(SystemClock.monotonicNanoseconds() / 1_000_000) }

    /// Takes in what comes within a time; false where nothing did.
    private func listen(_ milliseconds: Int) -> Bool {
        switch line.read(within: milliseconds) {
        case .bytes(let bytes):
            terminal.feed(bytes)
            recording?.write(bytes, at: Self.now - began)
            return true
        case .nothing: return false
        case .over:
            isOver = true
            return false
        }
    }

    // MARK: Typing

    func press(_ keys: String) throws {
        for key in try KeyScript(keys).keys { line.write(KeyScript.bytes(key)) }
    }

    /// Presses keys that change what is shown, and waits until it is.
    func show(_ keys: String) throws {
        let updates = terminal.updates
        try press(keys)
        look(within: 10) { $0.updates > updates }
        settle()
    }

    func resize(_ columns: Int, _ rows: Int) {
        terminal.resize(columns: columns, rows: rows)
        let updates = terminal.updates
        line.resize(columns: columns, rows: rows)
        look(within: 10) { $0.updates > updates }
        settle()
    }

    // MARK: Looking

    /// Waits until something is to be seen; whether it was.
    @discardableResult
    func look(within seconds: Int64, _ isSeen: (TerminalEmulator) -> Bool) -> Bool {
        let end = Self.now + seconds * 1_000
        while !isOver {
            if !terminal.isUpdating, isSeen(terminal) { return true }
            let left = end - Self.now
            guard left > 0 else { return false }
            _ = listen(Int(min(left, 100)))
        }
        return isSeen(terminal)
    }

    /// The same for a text; says what was waited for in vain.
    func expect(_ text: String, within seconds: Int64) throws {
        guard look(within: seconds, { $0.screen.text.contains(text) }) else {
            throw SceneFailure(description: "\(text) was not seen within \(seconds) s:\n\(terminal.screen.text)")
        }
    }

    /// Waits until the screen is still, ten seconds at the most.
    func settle() {
        let end = Self.now + 10_000
        while !isOver, Self.now < end, listen(Self.stillMilliseconds) || terminal.isUpdating {}
    }

    /// Lets time pass for who watches a recording.
    func dwell(_ milliseconds: Int64) {
        let end = Self.now + milliseconds
        while !isOver, Self.now < end { _ = listen(Int(max(1, min(100, end - Self.now)))) }
    }

    /// Leaves the program and waits for its end.
    func leave() throws {
        try press("q")
        let end = Self.now + 20_000
        while !isOver, Self.now < end { _ = listen(100) }
        guard isOver else { throw SceneFailure(description: "the program did not end:\n\(terminal.screen.text)") }
        let code = line.end()
        guard code == 0 else { throw SceneFailure(description: "the program ended with \(code)") }
    }
}
