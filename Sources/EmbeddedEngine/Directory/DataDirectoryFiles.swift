package import Engine

extension DataDirectory {
    /// Replaces a small file beside the stores whole: written, synced and renamed, so that a crash leaves the old or the
    /// new one.
    package static func replaceFile(_ path: String, with bytes: [UInt8]) throws(EngineError) {
        try Files.replace(path, with: bytes)
    }
}
