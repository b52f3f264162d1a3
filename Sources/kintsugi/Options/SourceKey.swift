import Foundation
import Platform

/// The source's key: from the environment, or from a file nobody else may read; never from an argument.
enum SourceKey {
    static var path: String { HomePaths.current.config + "/finnhub.key" }

    /// Nil where there is none.
    static func read() throws -> String? {
        if let key = ProcessInfo.processInfo.environment["FINNHUB_API_KEY"], !key.isEmpty { return try checked(key) }
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let permissions = (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
        guard permissions & 0o077 == 0 else {
            throw Failure.usage("others may read the key (\(path)): run chmod 600 on it")
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Failure.couldNot("the key cannot be read (\(path))")
        }
        let key = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return key.isEmpty ? nil : try checked(key)
    }

    /// A key travels in a header: nothing but visible ASCII may stand in it.
    private static func checked(_ key: String) throws -> String {
        guard key.utf8.count <= 256, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Failure.usage("the key holds characters that cannot be sent: is it the key, whole and alone?")
        }
        return key
    }
}
