import Codec
import Engine
import Foundation

/// What every store's file was at a clean stop: damage at rest that no row's checksum covers shows itself here.
struct CleanStopManifest: Codable {
    /// One store's file.
    struct Entry: Codable {
        var name: String
        var bytes: Int64
        /// Lower-case hexadecimal.
        var sha256: String
    }

    var incarnation: Int64
    var files: [Entry]

    static let fileName = "manifest.json"
    /// Above this size in sum, opening compares sizes alone and leaves the rest to `kintsugi verify`.
    static let hashedAtOpeningMax: Int64 = 64 << 20

    static func load(directory: String) throws(EngineError) -> CleanStopManifest? {
        guard let bytes = try Files.read("\(directory)/\(fileName)") else { return nil }
        guard let manifest = try? JSONDecoder().decode(CleanStopManifest.self, from: Data(bytes)) else {
            return CleanStopManifest(incarnation: 0, files: [])
        }
        return manifest
    }

    static func write(directory: String, incarnation: Int64) throws(EngineError) {
        var files: [Entry] = []
        for name in DataStore.allCases.map(\.fileName) {
            if let entry = try entry(name, directory) { files.append(entry) }
        }
        try CleanStopManifest(incarnation: incarnation, files: files).save(directory)
    }

    /// Takes some files as they are now, and all others as they were; nothing where there is no manifest.
    static func renew(_ names: [String], directory: String) throws(EngineError) {
        guard var manifest = try load(directory: directory), !manifest.files.isEmpty else { return }
        manifest.files.removeAll { names.contains($0.name) }
        for name in names {
            if let entry = try entry(name, directory) { manifest.files.append(entry) }
        }
        try manifest.save(directory)
    }

    private static func entry(_ name: String, _ directory: String) throws(EngineError) -> Entry? {
        let path = "\(directory)/\(name)"
        guard let bytes = Files.size(path) else { return nil }
        try Files.sync(file: path)
        return Entry(name: name, bytes: bytes, sha256: try digest(path))
    }

    private func save(_ directory: String) throws(EngineError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        guard let data = try? encoder.encode(self) else { return }
        try Files.replace("\(directory)/\(Self.fileName)", with: Array(data))
    }

    /// One sentence for each file that is not what it was.
    func damage(directory: String, hashing: Bool) throws(EngineError) -> [String] {
        guard !files.isEmpty else { return ["\(Self.fileName): cannot be read"] }
        var damage: [String] = []
        for file in files {
            let path = "\(directory)/\(file.name)"
            if Files.size(path) == nil {
                damage.append("\(file.name): gone since the last clean stop")
            } else if Files.size(path) != file.bytes {
                damage.append("\(file.name): not the size it had at the last clean stop")
            } else if hashing, try Self.digest(path) != file.sha256 {
                damage.append("\(file.name): not the bytes it had at the last clean stop")
            }
        }
        return damage
    }

    var isHashedAtOpening: Bool { files.reduce(0) { $0 + $1.bytes } < Self.hashedAtOpeningMax }

    private static func digest(_ path: String) throws(EngineError) -> String {
        var digest = SHA256Accumulator()
        try Files.readPieces(path) { digest.update($0) }
        return digest.hex
    }
}
