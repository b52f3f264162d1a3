import Dispatch
package import Engine
import Foundation
import Synchronization

/// Objects as files below one folder: a key is a path. An object appears whole or not at all, because its bytes get their
/// name by a link when they are on disk.
package struct FileObjectStore: ObjectStore {
    private let root: ObjectRoot
    private let queue = DispatchQueue(label: "kintsugi.objects", attributes: .concurrent)

    /// Objects below `directory`, which is created with the first object.
    package init(directory: String) {
        self.init(directory: directory, isWritable: true)
    }

    init(directory: String, isWritable: Bool) {
        root = ObjectRoot(directory, isWritable: isWritable)
    }

    package func put(_ bytes: [UInt8], at key: String) async throws(EngineError) {
        try await offPool(queue) { [root] () throws(EngineError) in try root.put(bytes, at: key) }
    }

    package func get(_ key: String) async throws(EngineError) -> [UInt8] {
        try await offPool(queue) { [root] () throws(EngineError) in try root.get(key) }
    }

    package func list(prefix: String, after key: String, limit: Int) async throws(EngineError) -> [String] {
        try await offPool(queue) { [root] () throws(EngineError) in
            var listing = ObjectListing(root: root.path, prefix: prefix, after: key, limit: limit)
            return try listing.keys()
        }
    }

    package func delete(_ key: String) async throws(EngineError) {
        try await offPool(queue) { [root] () throws(EngineError) in try root.delete(key) }
    }

    /// Removes what a crash left half written; only its owner may call this, before the first object.
    func clearUnfinished() throws(EngineError) { try root.clearUnfinished() }
}

/// The folder below which objects lie, and what is known of it.
private final class ObjectRoot: Sendable {
    let path: String
    private let isWritable: Bool
    /// The folder that holds the lake, as it was when the lake was opened for writing: it is never made anew elsewhere.
    private let home: FileIdentity?
    private let state = Mutex(State())

    private struct State {
        var attempts = 0
        /// Folders whose names this process has seen on disk; a crash may have left one that is not.
        var durable: Set<String> = []
    }

    init(_ path: String, isWritable: Bool) {
        self.path = path
        self.isWritable = isWritable
        home = isWritable ? FileIdentity(Files.parent(of: path)) : nil
    }

    private func demandWritable(_ key: String) throws(EngineError) {
        guard isWritable else { throw EngineError(.readOnly, "the lake was opened for reading only", at: key) }
        try home?.confirm(at: Files.parent(of: path), doing: "write to the lake")
    }

    private var unfinished: String { path + "/.unfinished" }

    func put(_ bytes: [UInt8], at key: String) throws(EngineError) {
        try demandWritable(key)
        let target = try file(key)
        let folder = Files.parent(of: target)
        try prepare(folder)
        if let held = try Files.read(target) {
            try confirm(held, bytes, target, key)
        } else {
            try link(bytes, target, key)
        }
        try Files.sync(directory: folder)
    }

    private func link(_ bytes: [UInt8], _ target: String, _ key: String) throws(EngineError) {
        try prepare(unfinished)
        let attempt = state.withLock { state in
            state.attempts += 1
            return state.attempts
        }
        let fresh = "\(unfinished)/\(getpid()).\(attempt)"
        do throws(EngineError) {
            try Files.writeNew(bytes, to: fresh)
            if Foundation.link(fresh, target) != 0 {
                guard errno == EEXIST, let held = try Files.read(target) else {
                    throw Files.failure("name an object", target)
                }
                try confirm(held, bytes, target, key)
            }
        } catch {
            unlink(fresh)
            throw error
        }
        try Files.remove(fresh)
    }

    /// An object that exists is success only with the same bytes, and only when they are on disk.
    private func confirm(_ held: [UInt8], _ bytes: [UInt8], _ target: String, _ key: String) throws(EngineError) {
        guard held == bytes else {
            throw EngineError(
                .conflict, "an object with other bytes has this key", at: key, remedy: "run `kintsugi verify`")
        }
        try Files.sync(file: target)
    }

    func get(_ key: String) throws(EngineError) -> [UInt8] {
        let target = try file(key)
        guard !Files.isDirectory(target), let bytes = try Files.read(target) else {
            throw EngineError(.missing, "there is no such object", at: key)
        }
        return bytes
    }

    func delete(_ key: String) throws(EngineError) {
        try demandWritable(key)
        let target = try file(key)
        guard Files.exists(target), !Files.isDirectory(target) else { return }
        try Files.remove(target)
        try Files.sync(directory: Files.parent(of: target))
    }

    func clearUnfinished() throws(EngineError) {
        for name in try Files.names(in: unfinished) { try Files.remove("\(unfinished)/\(name)") }
    }

    /// The path of a key, which may lead nowhere but below the root.
    private func file(_ key: String) throws(EngineError) -> String {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        let isSafe = parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") } && !key.utf8.contains(0)
        guard isSafe else {
            throw EngineError(.conflict, "this cannot be the key of an object", at: key)
        }
        return "\(path)/\(key)"
    }

    /// Has a folder and every folder between it and the root on disk by name, once for each process.
    private func prepare(_ folder: String) throws(EngineError) {
        guard !state.withLock({ $0.durable.contains(folder) }) else { return }
        try Files.makeDirectories(folder)
        if folder != path && folder.hasPrefix(path) { try prepare(Files.parent(of: folder)) }
        try Files.sync(directory: Files.parent(of: folder))
        state.withLock { _ = $0.durable.insert(folder) }
    }
}

/// One listing: a walk in byte order that enters only the folders that can hold what is asked for.
private struct ObjectListing {
    let root: String
    let prefix: [UInt8]
    let after: [UInt8]
    let limit: Int
    private var found: [String] = []

    init(root: String, prefix: String, after: String, limit: Int) {
        self.root = root
        self.prefix = Array(prefix.utf8)
        self.after = Array(after.utf8)
        self.limit = limit
    }

    mutating func keys() throws(EngineError) -> [String] {
        try walk("")
        return found
    }

    /// `folder` is empty or ends in a slash.
    private mutating func walk(_ folder: String) throws(EngineError) {
        var entries: [(bytes: [UInt8], key: String, isFolder: Bool)] = []
        for name in try Files.names(in: "\(root)/\(folder)") where !name.hasPrefix(".") {
            let isFolder = Files.isDirectory("\(root)/\(folder)\(name)")
            // A folder stands where its keys stand: they go on with a slash.
            let key = folder + name + (isFolder ? "/" : "")
            entries.append((Array(key.utf8), key, isFolder))
        }
        entries.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        for entry in entries {
            if found.count >= limit { return }
            if entry.isFolder {
                if mayHold(entry.bytes) { try walk(entry.key) }
            } else if entry.bytes.starts(with: prefix) && after.lexicographicallyPrecedes(entry.bytes) {
                found.append(entry.key)
            }
        }
    }

    private func mayHold(_ folder: [UInt8]) -> Bool {
        let fits = folder.starts(with: prefix) || prefix.starts(with: folder)
        return fits && (after.starts(with: folder) || after.lexicographicallyPrecedes(folder))
    }
}
