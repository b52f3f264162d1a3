import Foundation
import Pipeline
import Platform

/// The source's key: from the environment, or from a file nobody else may read; never from an argument.
enum SourceKey {
    private static let variable = "FINNHUB_API_KEY"
    static var path: String { HomePaths.current.config + "/finnhub.key" }

    /// Where a key comes from.
    enum Origin {
        case environment, file
    }

    /// Nil where there is none.
    static func read() throws -> String? { try find()?.key }

    /// The key and where it comes from; nil where there is none.
    static func find() throws -> (key: String, origin: Origin)? {
        if let key = ProcessInfo.processInfo.environment[variable], !key.isEmpty {
            return (try checked(key), .environment)
        }
        let found: OrdinaryFile?
        do throws(OrdinaryFile.Refusal) {
            found = try OrdinaryFile.read(path, bytesMax: 4_096)
        } catch {
            throw Failure.couldNot("the key cannot be read (\(harmless(path))): \(error)")
        }
        guard let file = found else { return nil }
        guard !file.isReadByOthers else {
            throw Failure.usage("others may read the key (\(harmless(path))): run chmod 600 on it")
        }
        let key = String(decoding: file.bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return key.isEmpty ? nil : (try checked(key), .file)
    }

    /// A key travels in a header: nothing but visible ASCII may stand in it.
    private static func checked(_ key: String) throws -> String {
        guard key.utf8.count <= 256, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Failure.usage("the key holds characters that cannot be sent: is it the key, whole and alone?")
        }
        return key
    }
}
