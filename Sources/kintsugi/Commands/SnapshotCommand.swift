import ArgumentParser
import Configuration
import Console
import EmbeddedEngine
import Engine
import Foundation
import Pipeline
import Runtime
import Terminal

/// A picture of the console without a terminal.
struct SnapshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "A picture of the console as text, ANSI or SVG, without a terminal.",
        discussion: """
            Reads the data directory beside a running owner, whose own status it shows, or without one; then the log and \
            the rates, which only a running owner knows, are empty. Keys are pressed as if typed: single characters, and \
            names such as enter, esc, up, pagedown, ^l. No order is ever given.

            EXAMPLES
              kintsugi snapshot
              kintsugi snapshot --panel alarms --size 80x24
              kintsugi snapshot --size 200x50 --format svg --theme washi --output console.svg
              kintsugi snapshot --keys "n n + r" --format ansi
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, ansi, svg }

    /// A rectangle of cells, as `120x40`.
    struct Size: ExpressibleByArgument {
        static let least = (columns: 20, rows: 5)
        static let most = (columns: 500, rows: 200)
        var columns: Int
        var rows: Int

        init?(argument: String) {
            let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 2, let columns = parts[0], let rows = parts[1],
                (Self.least.columns...Self.most.columns).contains(columns),
                (Self.least.rows...Self.most.rows).contains(rows)
            else { return nil }
            (self.columns, self.rows) = (columns, rows)
        }

        init(_ columns: Int, _ rows: Int) { (self.columns, self.rows) = (columns, rows) }
        var defaultValueDescription: String { "\(columns)x\(rows)" }
    }

    /// A panel by its name, on the whole screen, or the help.
    struct Panel: ExpressibleByArgument {
        var keys: [Key]
        var name: String

        static var names: [String] { ConsolePanel.allCases.map { "\($0)" } + ["help"] }
        static var allValueStrings: [String] { names }

        init?(argument: String) {
            name = argument
            if argument == "help" {
                keys = [.character("?"), .character("?")]
                return
            }
            guard let panel = ConsolePanel.allCases.first(where: { "\($0)" == argument }) else { return nil }
            // The whole screen first: a number pressed twice would hide its panel.
            keys = [.character("z")]
            if panel != .coverage { keys += "\(panel.rawValue)".map { .character($0) } }
        }
    }

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: ArgumentHelp("One panel on the whole screen, or help.", valueName: "PANEL"))
    var panel: Panel?

    @Option(name: .long, help: ArgumentHelp("Columns and rows, 20x5 to 500x200.", valueName: "120x40"))
    var size = Size(120, 40)

    @Option(name: .long, help: "text, ansi or svg.")
    var format = Format.text

    @Option(name: .long, help: ArgumentHelp("Theme; see kintsugi themes.", valueName: "NAME"))
    var theme: String?

    @Option(name: .long, help: ArgumentHelp("Keys to press first, separated by blanks.", valueName: "KEYS"))
    var keys = ""

    @Option(name: .long, help: ArgumentHelp("File to write; otherwise standard output.", valueName: "FILE"))
    var output: String?

    func run() async throws {
        let script: KeyScript
        do throws(KeyScript.Complaint) {
            script = try KeyScript(keys)
        } catch {
            throw Failure.usage("--keys: \(error.description)")
        }
        let files = ThemeFiles.load()
        let theme = try files.named(try self.theme ?? data.settings().text(.theme) ?? Theme.kintsugi.name)
        let reading = try await Reading.open(data)
        var stage = try await SnapshotStage(
            try await StoredStatus.read(reading),
            reader: StoreCellReader(
                reading.warehouse, journal: reading.directory.journal, universe: reading.universe), theme: theme,
            themes: files.themes, columns: size.columns, rows: size.rows)
        for key in (panel?.keys ?? []) + script.keys {
            guard try await stage.press(key) else { break }
        }
        try write(text(stage))
    }

    private func text(_ stage: SnapshotStage) -> String {
        switch format {
        case .text: stage.painting.text + "\n"
        case .ansi: stage.painting.ansi(depth: .truecolor) + "\n"
        case .svg:
            stage.painting.svg(
                title: "Kintsugi, \(panel?.name ?? "the console") at \(size.defaultValueDescription)",
                ground: stage.ground)
        }
    }

    private func write(_ text: String) throws {
        guard let output else { return Descriptor.output.write(Array(text.utf8)) }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
        } catch {
            throw Failure.couldNot("the picture cannot be written to \(harmless(output)): \(Self.reason(error))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError)?.code
        return code.map { String(cString: strerror(Int32($0))) } ?? "the system refuses"
    }
}
