import Foundation
import Testing

/// How the code is written, as far as a program can see.
struct CodeTests {
    @Test func filesStayReadable() {
        for file in Tree.sources {
            #expect(file.lines.count <= 401, "\(file.path) has \(file.lines.count - 1) lines")
        }
        let lengths = Tree.sources.map { $0.lines.count - 1 }.sorted()
        #expect(lengths[lengths.count / 2] <= 130, "the median file has \(lengths[lengths.count / 2]) lines")
    }

    @Test func nothingIsForcedAndNothingIsLeftUndone() {
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
        for file in Tree.sources {
            for (number, line) in file.code where line.contains("try!") {
                Issue.record("\(file.path):\(number) forces")
            }
            for mark in marks where file.text.holds(word: mark) { Issue.record("\(file.path) holds a \(mark)") }
        }
    }

    @Test func uncheckedSendabilityGivesItsReasonOnTheLineBefore() {
        for file in Tree.sources {
            for (number, line) in file.code
            where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") {
                let before = number > 1 ? file.lines[number - 2].drop { $0 == " " } : ""
                #expect(before.hasPrefix("// ") || before.hasPrefix("/// "), "\(file.path):\(number)")
                #expect(
                    file.room == "Platform" || file.room == "EmbeddedEngine", "\(file.path):\(number) is not at the rim"
                )
            }
        }
    }

    @Test func noTypeIsNamedLikeAModuleNorAfterAVagueTrade() {
        let modules = Set(
            Tree.rooms + [
                "GRDB", "Crypto", "FlyingFox", "TOMLKit", "ArgumentParser", "Foundation", "Dispatch", "Record", "Row",
                "Table", "Column", "Database", "Statement", "Migration", "Configuration", "Stream", "Operation", "Pipe",
                "Timer", "Port", "Progress",
            ])
        for file in Tree.sources {
            for (number, name) in Self.types(file) {
                #expect(!modules.contains(name), "\(file.path):\(number) \(name)")
                for ending in ["Manager", "Helper", "Util", "Utils"] where name.hasSuffix(ending) {
                    Issue.record("\(file.path):\(number) \(name)")
                }
            }
        }
    }

    /// Top-level and nested types by the line that declares them; a nested one may borrow a short name.
    private static func types(_ file: Tree.File) -> [(Int, String)] {
        file.code.compactMap { number, line in
            guard !line.hasPrefix(" ") else { return nil }
            let words = line.split { $0 == " " || $0 == ":" || $0 == "{" || $0 == "<" }
            guard
                let place = words.firstIndex(where: { ["struct", "class", "enum", "actor", "protocol"].contains($0) }),
                words.count > place + 1
            else { return nil }
            return (number, String(words[place + 1]))
        }
    }

    @Test func machinesAreNamedSo() {
        for file in Tree.sources where file.room == "Pipeline" || file.room == "Console" {
            let name = file.path.split(separator: "/").last.map { String($0.dropLast(6)) } ?? ""
            let declares = Self.types(file).contains { $0.1 == name }
            if name.hasSuffix("Machine") { #expect(name.hasSuffix("StateMachine") && declares, "\(file.path)") }
            for (number, type) in Self.types(file) where type.hasSuffix("Machine") {
                #expect(type.hasSuffix("StateMachine"), "\(file.path):\(number) \(type)")
            }
        }
    }

    @Test func thePipelineNeverGoesThroughASetOrADictionaryInTheirOwnOrder() {
        for file in Tree.sources where file.room == "Pipeline" {
            let unordered = Self.unordered(file)
            for (number, line) in file.code {
                if !line.contains(".keys("), line.holds(word: ".keys") || line.holds(word: ".values") {
                    #expect(line.contains(".sorted"), "\(file.path):\(number) goes through keys or values")
                }
                guard let places = line.range(of: " in "), line.contains("for ") else { continue }
                let what = line[places.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                #expect(!unordered.contains(String(what)), "\(file.path):\(number) goes through \(what)")
            }
        }
    }

    /// Names declared as a set or a dictionary in a file.
    private static func unordered(_ file: Tree.File) -> Set<String> {
        var names: Set<String> = []
        for (_, line) in file.code {
            for keyword in ["let ", "var "] {
                guard let found = line.range(of: keyword) else { continue }
                let rest = line[found.upperBound...]
                let name = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
                let type = rest.dropFirst(name.count).drop { $0 == " " }
                let isKeyed = type.hasPrefix(": [") && type.prefix { $0 != "]" && $0 != "=" }.dropFirst(3).contains(":")
                if isKeyed || type.hasPrefix(": Set<") || type.hasPrefix("= Set") || type.hasPrefix("= Dictionary")
                    || type.hasPrefix("= [:]")
                {
                    names.insert(name)
                }
            }
        }
        return names
    }

    @Test func everythingThatCrossesTheBoundaryIsDocumented() {
        for file in Tree.sources where file.room == "Engine" {
            var documented = false
            var values = false
            for line in file.lines {
                let text = line.drop { $0 == " " }
                if text.hasPrefix("///") { documented = true; continue }
                if text.hasPrefix("@") { continue }
                // An initializer repeats its type, and a field may be said by its type's sentence.
                let declares = ["struct", "enum", "protocol", "func", "typealias"].contains {
                    text.hasPrefix("package \($0) ")
                }
                if declares, !text.contains("static func <"), !text.contains("func ==") {
                    #expect(documented, "\(file.path): \(text)")
                    values = true
                }
                documented = false
            }
            #expect(values, "\(file.path) declares something")
        }
    }

}
