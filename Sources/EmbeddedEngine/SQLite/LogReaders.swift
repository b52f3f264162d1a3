import Engine
import Foundation

/// Finds who reads a store in a long transaction, where the system tells: SQLite marks its readers by locks on the file
/// of shared memory beside the store.
enum LogReaders {
    /// The bytes of that file at which readers hold their marks.
    private static let marks: ClosedRange<Int64> = 123...127

    /// Other processes that hold a mark; where none can be named, those that have the store open.
    static func find(store path: String) -> [StoreReader] {
        #if os(Linux)
            let shared = path + "-shm"
            var found = holders(inode: Files.inode(shared))
            if found.isEmpty { found = openers(of: [shared, path]) }
            return found.sorted().filter { $0 != getpid() }.prefix(10).map { process in
                StoreReader(process: process, name: name(of: process))
            }
        #else
            return []
        #endif
    }

    /// Who holds a lock on a mark: `1: POSIX  ADVISORY  READ 4242 fe:01:1234567 124 124`.
    private static func holders(inode: UInt64?) -> Set<Int32> {
        guard let inode, let bytes = try? Files.read("/proc/locks") else { return [] }
        var found: Set<Int32> = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ").filter { $0 != "->" }
            guard words.count >= 8, words[1] == "POSIX", let process = Int32(words[4]), process > 0,
                words[5].split(separator: ":").last.flatMap({ UInt64($0) }) == inode, let first = Int64(words[6])
            else { continue }
            let last = Int64(words[7]) ?? .max
            if first <= last, (first...last).overlaps(marks) { found.insert(process) }
        }
        return found
    }

    private static func openers(of paths: [String]) -> Set<Int32> {
        let wanted = Set(paths.compactMap(Files.resolved))
        var found: Set<Int32> = []
        for process in ((try? Files.names(in: "/proc")) ?? []).compactMap({ Int32($0) }) {
            for file in (try? Files.names(in: "/proc/\(process)/fd")) ?? [] {
                if let target = Files.target(ofLink: "/proc/\(process)/fd/\(file)"), wanted.contains(target) {
                    found.insert(process)
                    break
                }
            }
        }
        return found
    }

    private static func name(of process: Int32) -> String {
        let bytes = (try? Files.read("/proc/\(process)/comm")) ?? nil
        let text = String(decoding: bytes ?? [], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? "unknown" : text
    }
}

extension Files {
    static func inode(_ path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// A path without links in it; nil where there is no such file.
    static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Where a link leads; nil where it may not be read.
    static func target(ofLink path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink(path, &buffer, buffer.count - 1)
        guard count > 0 else { return nil }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
