package import Engine

/// The lake of a simulated world; answers without suspending.
package final class MemoryObjectStore: ObjectStore {
    private let world: MemoryWorld
    private let faults: any FaultPlan

    package init(world: MemoryWorld, faults: any FaultPlan = NoFaults()) {
        self.world = world
        self.faults = faults
    }

    package func put(_ bytes: [UInt8], at key: String) throws(EngineError) {
        try faults.around(EngineCall(.objects, "put", writes: true)) { () throws(EngineError) in
            try world.withObjects { (table) throws(EngineError) in try table.put(bytes, at: key) }
        }
    }

    package func get(_ key: String) throws(EngineError) -> [UInt8] {
        try faults.around(EngineCall(.objects, "get", writes: false)) { () throws(EngineError) in
            try world.withObjects { (table) throws(EngineError) in try table.get(key) }
        }
    }

    package func list(prefix: String, after key: String, limit: Int) throws(EngineError) -> [String] {
        try faults.around(EngineCall(.objects, "list", writes: false)) { () throws(EngineError) in
            try world.withObjects { (table) throws(EngineError) in table.list(prefix, after: key, limit: limit) }
        }
    }

    package func delete(_ key: String) throws(EngineError) {
        try faults.around(EngineCall(.objects, "delete", writes: true)) { () throws(EngineError) in
            try world.withObjects { (table) throws(EngineError) in table.delete(key) }
        }
    }
}

/// Objects in byte order of their keys.
struct ObjectTable: Sendable {
    private var keys: [String] = []
    private var objects: [String: [UInt8]] = [:]

    mutating func put(_ bytes: [UInt8], at key: String) throws(EngineError) {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") }), !key.utf8.contains(0) else {
            throw EngineError(.conflict, "this cannot be the key of an object", at: key)
        }
        if let held = objects[key] {
            guard held == bytes else {
                throw EngineError(
                    .conflict, "an object with other bytes has this key", at: key, remedy: "run `kintsugi verify`")
            }
            return
        }
        objects[key] = bytes
        keys.insert(key, at: place(of: key))
    }

    func get(_ key: String) throws(EngineError) -> [UInt8] {
        guard let bytes = objects[key] else { throw EngineError(.missing, "there is no such object", at: key) }
        return bytes
    }

    func list(_ prefix: String, after key: String, limit: Int) -> [String] {
        let found = keys.lazy.filter { $0.utf8.starts(with: prefix.utf8) && isBefore(key, $0) }
        return Array(found.prefix(limit))
    }

    mutating func delete(_ key: String) {
        guard objects.removeValue(forKey: key) != nil else { return }
        keys.remove(at: place(of: key))
    }

    mutating func damage(_ key: String, byte: Int) -> Bool {
        guard let count = objects[key]?.count, (0..<count).contains(byte) else { return false }
        objects[key]?[byte] ^= 1
        return true
    }

    private func isBefore(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// The place of the first key that is not before this one.
    private func place(of key: String) -> Int {
        var range = keys.startIndex..<keys.endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = isBefore(keys[middle], key) ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }
}
