import Foundation
import Terminal

/// What the pictures show, and how the program is brought there.
struct Scenes {
    let program: String
    let home: String
    let folder: PictureFolder

    private func open(_ data: String, _ columns: Int, _ rows: Int, recordingTitle: String? = nil) throws -> Sitting {
        try Sitting(
            program, ["console", "--data", "\(home)/\(data)", "--as", "ana"], home: home, columns: columns, rows: rows,
            recordingTitle: recordingTitle)
    }

    /// The demo in four sizes, the help, the levels of zoom, a loss, a confirmation, and every theme.
    func pictures() throws {
        let sitting = try open("pictures", 200, 50)
        // The hourly audit has been, and the first sessions are mended.
        try sitting.expect("10:07", within: 180)
        sitting.settle()
        try take("console-200x50", sitting, "the console fifty seconds into the demo", asPNG: true)
        for (columns, rows) in [(80, 24), (40, 12), (120, 40)] {
            sitting.resize(columns, rows)
            try take("console-\(columns)x\(rows)", sitting, "the console at \(columns)×\(rows)", asPNG: true)
        }
        try sitting.show("?")
        try take("help", sitting, "the help", asPNG: true)
        try sitting.show("esc")
        try zooms(sitting)
        try loss(sitting)
        try askRepair(sitting)
        try take("confirmation", sitting, "a repair asks before it begins", asPNG: true)
        try sitting.show("n")
        try themes(sitting)
        try sitting.leave()
    }

    /// From an hour by minute to a year by session.
    private func zooms(_ sitting: Sitting) throws {
        for (name, keys, back, title) in [
            ("hour", "+", "-", "an hour by minute"), ("month", "-", "+", "a month by hour"),
            ("year", "- -", "+ +", "a year by session"),
        ] {
            try sitting.show(keys)
            try take("zoom-\(name)", sitting, title, asPNG: name == "hour")
            try sitting.show(back)
        }
    }

    /// The inspector tells why a minute is lost; what is found may be healed before it is read.
    private func loss(_ sitting: Sitting) throws {
        func tells(_ terminal: TerminalEmulator) -> Bool { terminal.screen.text.contains("○ lost: ") }
        for _ in 0..<120 {
            try sitting.press("n")
            guard sitting.look(within: 1, tells) else { continue }
            try sitting.show("5 z")
            guard tells(sitting.terminal) else {
                try sitting.show("q")
                continue
            }
            try take("loss", sitting, "why a minute is lost", asPNG: true)
            return try sitting.show("q")
        }
        throw SceneFailure(description: "no gap was there to look at:\n\(sitting.terminal.screen.text)")
    }

    /// The flaw loses a minute each second, and what is under the cursor may be healed before it is asked for.
    private func askRepair(_ sitting: Sitting) throws {
        for _ in 0..<120 {
            try sitting.press("n r")
            guard sitting.look(within: 1, Self.asks) else { continue }
            sitting.settle()
            if Self.asks(sitting.terminal) { return }
        }
        throw SceneFailure(description: "no gap was there to repair:\n\(sitting.terminal.screen.text)")
    }

    private static func asks(_ terminal: TerminalEmulator) -> Bool { terminal.screen.text.contains("y yes") }

    private func themes(_ sitting: Sitting) throws {
        var seen: [String] = []
        while seen.count < 100 {
            try sitting.press("T")
            guard sitting.look(within: 5, { Self.theme($0, besides: seen.last) != nil }),
                let name = Self.theme(sitting.terminal, besides: seen.last)
            else { throw SceneFailure(description: "no theme was named:\n\(sitting.terminal.screen.text)") }
            guard !seen.contains(name) else { return }
            seen.append(name)
            // A key takes the word away that names the theme.
            try sitting.show("^l")
            try take("theme-\(name)", sitting, "the theme \(name)")
        }
    }

    /// The theme that the last line names.
    private static func theme(_ terminal: TerminalEmulator, besides last: String?) -> String? {
        let words = terminal.screen.line(terminal.rows - 1).split(separator: " ")
        guard words.first == "theme", words.count > 1 else { return nil }
        let name = String(words[1])
        return name == last ? nil : name
    }

    /// A gap is found, its repair ordered and watched.
    func recording() throws {
        let sitting = try open("recording", 120, 36, recordingTitle: "Kintsugi heals a gap")
        try sitting.expect("09:36", within: 120)
        // Slower, so that one can read along.
        for speed in ["×30", "×10"] {
            try sitting.press("<")
            // The title says it once it is so; the log and the word at the bottom may be before it.
            sitting.look(within: 10) { $0.screen.line(0).contains(speed) }
        }
        sitting.dwell(2_000)
        try healAGap(sitting)
        sitting.dwell(4_000)
        try take("healed", sitting, "the gap is healed")
        guard let text = sitting.recording?.text else { return }
        try folder.write("healing.cast", text)
        try sitting.leave()
    }

    /// An audit of its own accord may be quicker than the order; then another gap is taken.
    private func healAGap(_ sitting: Sitting) throws {
        for _ in 0..<10 {
            try askRepair(sitting)
            sitting.dwell(2_000)
            try sitting.press("y")
            if sitting.look(within: 12, { $0.screen.text.contains("(ana) healed") }) { return }
        }
        throw SceneFailure(description: "no gap was healed by order:\n\(sitting.terminal.screen.text)")
    }

    private func take(_ name: String, _ sitting: Sitting, _ title: String, asPNG: Bool = false) throws {
        try folder.write(name, sitting.terminal.screen, title: "Kintsugi: \(title)", asPNG: asPNG)
    }
}
