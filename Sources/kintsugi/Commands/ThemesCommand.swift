import ArgumentParser
import Pipeline
import Platform
import Terminal

/// The themes there are, and what is wrong with those that are not.
struct ThemesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "themes",
        abstract: "The themes of the console, where they come from, and what is wrong with one.",
        discussion: """
            Themes are TOML files in the folder themes of the project or the installation and in \
            ~/.config/kintsugi/themes; a file there replaces a theme of the same name. A console that runs takes a change \
            over at once. Exit code 1: a file is refused, and each reason is told with its line.

            EXAMPLES
              kintsugi themes
              kintsugi themes --preview washi
              kintsugi themes --preview --color 256 | less -R
            """)

    @Argument(help: ArgumentHelp("One theme.", valueName: "NAME"))
    var name: String?

    @Flag(name: .long, help: "Show what they look like.")
    var preview = false

    @Option(
        name: .customLong("color"), help: ArgumentHelp("Colours: auto, none, 16, 256 or truecolor.", valueName: "DEPTH")
    )
    var color = ColourChoice.auto

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let files = ThemeFiles.load()
        var entries = files.entries
        if let name {
            let theme = try files.named(name)
            entries = entries.filter { $0.theme.name == theme.name }
        }
        var output = Output()
        if json {
            output.json(Self.json(entries, files.problems))
        } else if preview {
            show(entries.map(\.theme), &output)
        } else {
            var table = TextTable(["theme", "from", "note"])
            for entry in entries {
                table.add([
                    entry.theme.name, entry.path.map { harmless($0, limit: 300) } ?? "the program",
                    harmless(entry.theme.note),
                ])
            }
            output.table(table)
        }
        if !json { for problem in files.problems { output.line("refused: \(problem)") } }
        output.flush()
        if !files.problems.isEmpty { throw Failure.silent(Exit.unwell) }
    }

    private func show(_ themes: [Theme], _ output: inout Output) {
        let depth = color.depthOfOutput
        // Into a file that nobody asked to be coloured goes text alone, without bold and the like.
        let isPlain = color == .auto && !Tty.isTerminal(.output)
        for theme in themes {
            let painting = Painting(ThemePreview.grid(theme), theme: theme)
            output.line(isPlain ? painting.text : painting.ansi(depth: theme.colourless ? .none : depth))
        }
    }

    private static func json(_ entries: [ThemeFiles.Entry], _ problems: [ThemeFiles.Problem]) -> JSONValue {
        .object([
            (
                "themes",
                .array(
                    entries.map { entry in
                        .object([
                            ("name", .text(entry.theme.name)), ("note", .text(entry.theme.note)),
                            ("path", entry.path.map(JSONValue.text) ?? .null),
                            ("colourless", .boolean(entry.theme.colourless)),
                        ])
                    })
            ),
            (
                "problems",
                .array(
                    problems.map { problem in
                        .object([
                            ("path", .text(problem.path)), ("line", problem.line.map { .integer($0) } ?? .null),
                            ("text", .text(problem.text)),
                        ])
                    })
            ),
        ])
    }
}
