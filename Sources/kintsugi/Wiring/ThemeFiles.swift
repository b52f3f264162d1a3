import Configuration
import Foundation
import Platform
import Terminal

/// Themes from the project's and the user's folder, over those the program carries itself.
enum ThemeFiles {
    /// Where themes are looked for; a later folder's theme replaces an earlier one's of the same name. A program in its
    /// build folder finds those of the project it was built from.
    private static var folders: [String] {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let ancestors = (1...4).map { program.appendingPathComponent(String(repeating: "../", count: $0)) }
            .map { $0.standardizedFileURL.path }
            .filter { FileManager.default.fileExists(atPath: $0 + "/Package.swift") }
        return ancestors.map { $0 + "/themes" } + [
            program.appendingPathComponent("../share/kintsugi/themes").standardizedFileURL.path,
            HomePaths.current.config + "/themes",
        ]
    }

    /// Every theme that can be read; one that cannot is left out.
    static func load() -> [Theme] {
        var themes = Theme.builtIn
        for folder in folders {
            let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
            for name in names where name.hasSuffix(".toml") {
                guard let file = try? OrdinaryFile.read(folder + "/" + name, bytesMax: bytesMax),
                    let theme = try? read(file.bytes)
                else { continue }
                if let place = themes.firstIndex(where: { $0.name == theme.name }) {
                    themes[place] = theme
                } else {
                    themes.append(theme)
                }
            }
        }
        return themes
    }

    private static let bytesMax = 1 << 18

    /// Reads one theme file.
    static func read(_ bytes: [UInt8]) throws -> Theme {
        let (entries, problems) = TOMLReader.read(bytes)
        if let problem = problems.first { throw problem }
        var tree: [String: ThemeValue] = [:]
        for entry in entries { try add(entry, entry.path[...], &tree) }
        return try ThemeReader().read(tree)
    }

    /// Puts a value under its path; the reader of TOML has seen to it that nothing is both a value and a table.
    private static func add(_ entry: TOMLEntry, _ path: ArraySlice<String>, _ tree: inout [String: ThemeValue]) throws {
        guard let name = path.first else { return }
        guard path.count == 1 else {
            var inner: [String: ThemeValue] = [:]
            if case .table(let table)? = tree[name] { inner = table }
            try add(entry, path.dropFirst(), &inner)
            tree[name] = .table(inner)
            return
        }
        switch entry.value {
        case .text(let text): tree[name] = .text(text)
        case .integer(let number): tree[name] = .integer(number)
        case .flag(let flag): tree[name] = .flag(flag)
        case .number, .moment, .list:
            throw TOMLProblem(line: entry.line, text: "a theme holds texts, whole numbers, true and false")
        }
    }
}
