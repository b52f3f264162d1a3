/// Immutable objects by key.
package protocol ObjectStore: Sendable {
    /// Stores the bytes under the key; when it returns they and their name are on disk.
    /// An existing object with the same bytes is success, with other bytes `EngineError.Kind.conflict`.
    func put(_ bytes: [UInt8], at key: String) async throws(EngineError)
    /// The whole object; `EngineError.Kind.missing` where there is none.
    func get(_ key: String) async throws(EngineError) -> [UInt8]
    /// At most `limit` keys that begin with `prefix` and come after `key` in byte order.
    func list(prefix: String, after key: String, limit: Int) async throws(EngineError) -> [String]
    /// Removes the object; removing what does not exist is success.
    func delete(_ key: String) async throws(EngineError)
}
