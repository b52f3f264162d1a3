import Configuration
import Console
import Foundation
import Pipeline
import Platform

/// The keys a person bound for good: a file of their own beside the configuration, which the console replaces whole. A
/// configuration full of a person's remarks is never written into.
struct KeyFile: Sendable {
    static var path: String { HomePaths.current.config + "/keys.toml" }
    private static let bytesMax = 1 << 16
    private static let table = "keys"

    /// What can be bound, in the order of the file.
    var keys: [BoundKey] = []
    /// What is wrong with the file, each with its line where it has one.
    var problems: [String] = []

    /// Reads the file; one that is not there binds nothing. A bad line does not keep the others from being bound.
    static func load() -> KeyFile {
        do throws(OrdinaryFile.Refusal) {
            guard let file = try OrdinaryFile.read(path, bytesMax: bytesMax) else { return KeyFile() }
            return read(file.bytes)
        } catch {
            return KeyFile(problems: ["\(harmless(path, limit: 300)): \(error.description)"])
        }
    }

    private static func read(_ bytes: [UInt8]) -> KeyFile {
        var file = KeyFile()
        func complain(_ line: Int, _ text: String) {
            file.problems.append("\(harmless(path, limit: 300)):\(line): \(harmless(text))")
        }
        let (entries, problems) = TOMLReader.read(bytes)
        for problem in problems { complain(problem.line, problem.text) }
        for entry in entries {
            guard entry.path.count == 2, entry.path[0] == table, case .text(let action) = entry.value else {
                complain(entry.line, "keys stand below [keys], as in \"F5\" = \"repair-view\"")
                continue
            }
            let bound = BoundKey(key: entry.path[1], action: action)
            if let complaint = bound.complaint { complain(entry.line, complaint) } else { file.keys.append(bound) }
        }
        return file
    }

    /// What a person at the console is told of its problems; nil where there are none.
    var word: String? {
        guard let first = problems.first else { return nil }
        let more = problems.count > 1 ? " (and \(problems.count - 1) more: kintsugi doctor)" : ""
        return "key refused, \(first)\(more)"
    }

    /// What the doctor says of it; nothing where no key is bound.
    var findings: [Finding] {
        let bound = keys.isEmpty ? [] : [Finding.ok("keys", "\(keys.count) bound anew in \(harmless(Self.path))")]
        return bound + problems.map { .warn("keys", $0, "mend the line, or :bind KEY ACTION --save replaces the file") }
    }

    /// Replaces the file whole.
    static func save(_ keys: [BoundKey]) throws {
        try CommentedFile.place(Array(text(keys).utf8), path, force: true, what: "the keys")
    }

    private static func text(_ keys: [BoundKey]) -> String {
        let lines = keys.map { "\(quoted($0.key)) = \(quoted($0.action))\n" }
        return """
            # Keys of kintsugi's console: a key's name and the action it stands for. The console replaces this file whole
            # when bindings are saved (:bind KEY ACTION --save), so remarks of your own do not stay here.

            [\(table)]

            """ + lines.joined()
    }

    private static func quoted(_ text: String) -> String {
        let inside = text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return "\"\(inside)\""
    }
}
