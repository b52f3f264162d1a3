import Foundation
import Platform
import TOMLKit
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
                guard let text = try? String(contentsOfFile: folder + "/" + name, encoding: .utf8),
                    let theme = try? read(text)
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

    /// Reads one theme file.
    static func read(_ text: String) throws -> Theme {
        let table = try TOMLTable(string: text)
        return try ThemeReader().read(tree(table))
    }

    private static func tree(_ table: TOMLTable) -> [String: ThemeValue] {
        var tree: [String: ThemeValue] = [:]
        for (key, value) in table { tree[key] = neutral(value) }
        return tree
    }

    private static func neutral(_ value: any TOMLValueConvertible) -> ThemeValue? {
        let value = value.tomlValue
        if let table = value.table { return .table(tree(table)) }
        if let text = value.string { return .text(text) }
        if let number = value.int { return .integer(number) }
        if let flag = value.bool { return .flag(flag) }
        return nil
    }
}
