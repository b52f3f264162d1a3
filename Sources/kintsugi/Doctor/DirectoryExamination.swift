import EmbeddedEngine
import Engine
import Foundation
import Pipeline

/// The data directory: its pin, its owner, its stores, its room.
struct DirectoryExamination {
    let path: String
    let provider: Provider
    let source: SourceOptions

    private static let hashedMax: Int64 = 512 << 20
    private var shown: String { harmless(path) }

    func findings() async -> [Finding] {
        var findings = [disk()]
        guard FileManager.default.fileExists(atPath: path) else {
            return [parent()] + findings
        }
        do throws(EngineError) {
            guard let birth = try DataDirectory.pin(path: path) else {
                return [
                    .bad("data directory", "\(shown) was not made by kintsugi", "choose another directory with --data")
                ]
            }
            findings.insert(pin(birth), at: 0)
            if let open = permissions() { findings.append(open) }
            findings += await stores(try DataDirectory.observe(path: path))
        } catch {
            findings.insert(.bad("data directory", error.description, "kintsugi verify names what is damaged"), at: 0)
        }
        return findings
    }

    /// Of a directory that is to be made: the nearest folder there is must let us.
    private func parent() -> Finding {
        var folder = URL(fileURLWithPath: path)
        repeat {
            folder.deleteLastPathComponent()
        } while folder.path != "/" && !FileManager.default.fileExists(atPath: folder.path)
        guard access(folder.path, W_OK | X_OK) == 0 else {
            return .bad(
                "data directory", "\(shown) cannot be made: this user may not write in \(harmless(folder.path))",
                "choose another with --data")
        }
        return .ok("data directory", "\(shown), made at the first run")
    }

    private func pin(_ birth: DataDirectoryBirth) -> Finding {
        let format = "format \(birth.formatVersion)"
        if birth.source != provider.rawValue {
            return .bad(
                "data directory",
                "\(shown) belongs to \(harmless(birth.source)), and \(provider.rawValue) is configured",
                "choose another directory with --data, or the other source with --provider")
        }
        if provider == .finnhub, birth.baseURL != source.address {
            return .bad(
                "data directory",
                "\(shown) belongs to \(harmless(birth.baseURL)), and \(harmless(source.address)) is configured",
                "choose another directory with --data")
        }
        return .ok("data directory", "\(shown), of \(birth.source), \(format)\(birth.simulated ? ", simulated" : "")")
    }

    private func permissions() -> Finding? {
        var about = stat()
        guard stat(path, &about) == 0 else { return nil }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            return .bad("permissions", "this user may not write \(shown)", "become its owner, or give permission")
        }
        guard about.st_mode & 0o022 != 0 else { return nil }
        return .warn("permissions", "others may write in \(shown)", "chmod go-w it")
    }

    private func disk() -> Finding {
        var folder = URL(fileURLWithPath: path)
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.path) {
            folder.deleteLastPathComponent()
        }
        guard let left = DataDirectory.diskLeft(folder.path) else {
            return .warn("disk", "how much room is left is not known", "look at the device of \(shown)")
        }
        let text = "\(ByteCount.words(left)) left for \(shown)"
        if left < 200 << 20 { return .bad("disk", text, "make room: what cannot be written is not captured") }
        if left < 2 << 30 { return .warn("disk", text, "make room before it is full") }
        return .ok("disk", text)
    }

    private func stores(_ directory: ObservedDataDirectory) async -> [Finding] {
        if let owner = directory.ownerProcess {
            return [
                .ok("owner", "process \(owner) owns it and runs"), .ok("stores", "in use; kintsugi verify scrubs them"),
            ]
        }
        let owner = Finding.ok("owner", "none runs")
        let incarnation = FileManager.default.fileExists(atPath: path + "/incarnation")
        guard FileManager.default.fileExists(atPath: path + "/manifest.json") else {
            return [
                owner,
                incarnation
                    ? .warn(
                        "stores", "not stopped cleanly the last time",
                        "the next run recovers by itself; kintsugi verify looks now") : .ok("stores", "none yet"),
            ]
        }
        guard storeBytes < Self.hashedMax else {
            return [
                owner, .ok("stores", "stopped cleanly (\(ByteCount.words(storeBytes))); kintsugi verify scrubs them"),
            ]
        }
        do throws(EngineError) {
            let damage = try await directory.manifestDamage()
            let found = damage.map {
                Finding.bad("stores", harmless($0), "kintsugi verify names what is damaged; restore it from a copy")
            }
            return [owner] + (found.isEmpty ? [.ok("stores", "as they were at the last clean stop")] : found)
        } catch {
            return [owner, .bad("stores", error.description, "restore them from a copy")]
        }
    }

    private var storeBytes: Int64 {
        DataStore.allCases.reduce(0) { sum, store in
            var about = stat()
            return stat("\(path)/\(store.fileName)", &about) == 0 ? sum + Int64(about.st_size) : sum
        }
    }
}

/// Bytes in words.
enum ByteCount {
    static func words(_ bytes: Int64) -> String {
        for (unit, size) in [("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)] as [(String, Int64)]
        where bytes >= size {
            let tenths = bytes / (size / 10)
            return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(bytes / size) \(unit)"
        }
        return "\(bytes) bytes"
    }
}
