/// What went wrong behind a boundary, said so that a person can act on it.
package struct EngineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The class of failure; decides what the pipeline does next.
    package enum Kind: String, Sendable, CaseIterable {
        /// No room left on the device: capture goes on in memory until its bound, then stops and says so.
        case full
        /// The store may not be written (permission, read-only file system).
        case readOnly
        /// The thing asked for does not exist.
        case missing
        /// Bytes at rest are not what was written.
        case damaged
        /// The store belongs to another source, seed or program.
        case foreign
        /// The store was written by a newer version of the program.
        case newer
        /// The key exists with other bytes.
        case conflict
        /// Another process owns the store.
        case locked
        /// The store does not answer now and may answer later.
        case unavailable
        /// The process is coming to its end: nothing further is performed.
        case crashed
    }

    package var kind: Kind
    /// What failed, as a clause: "could not append to the stream".
    package var what: String
    /// Where: a path, a key, a table.
    package var whereabouts: String
    /// What a person should do about it; empty where it mends itself.
    package var remedy: String

    package init(_ kind: Kind, _ what: String, at whereabouts: String = "", remedy: String = "") {
        self.kind = kind
        self.what = what
        self.whereabouts = whereabouts
        self.remedy = remedy
    }

    /// One sentence: what, where, what to do.
    package var description: String {
        var text = what
        if !whereabouts.isEmpty { text += " (\(whereabouts))" }
        if !remedy.isEmpty { text += ": \(remedy)" }
        return text
    }
}
