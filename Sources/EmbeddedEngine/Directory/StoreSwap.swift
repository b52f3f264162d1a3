import Engine
import Foundation

/// Two stores that take the place of two others. Files are renamed one at a time; from the moment the decision is on disk
/// whoever opens the directory next carries it to its end.
struct StoreSwap {
    private let directory: String

    init(directory: String) { self.directory = directory }

    /// Where the new stores stand until then.
    var folder: String { "\(directory)/rebuilding" }
    /// The decision: holds the folder, within the directory, in which the old stores are kept.
    private var decision: String { "\(folder)/decided" }

    /// Whether a swap was decided and not carried to its end.
    var isUnderWay: Bool { Files.exists(decision) }

    /// Decides, and carries out; returns where the old stores lie.
    func begin(after incarnation: Int64) throws(EngineError) -> String? {
        var aside = "aside/\(incarnation)"
        var number = 1
        while Files.exists("\(directory)/\(aside)") {
            number += 1
            aside = "aside/\(incarnation)-\(number)"
        }
        try Files.sync(directory: folder)
        try Files.replace(decision, with: Array(aside.utf8))
        return try finish()
    }

    /// Carries a decided swap to its end, and takes away what an undecided one left; returns where the old stores lie, or
    /// nil where there was nothing to carry out, or nothing old.
    @discardableResult
    func finish() throws(EngineError) -> String? {
        guard Files.exists(folder) else { return nil }
        guard let bytes = try Files.read(decision) else {
            try Files.removeTree(folder)
            return nil
        }
        let aside = "\(directory)/\(String(decoding: bytes, as: UTF8.self))"
        for store in RebuildSite.stores where Files.exists("\(folder)/\(store.fileName)") {
            // The file that stands in the place is the old one, as long as the new one stands here.
            for name in ["", "-wal", "-shm", "-journal"].map({ store.fileName + $0 })
            where Files.exists("\(directory)/\(name)") {
                try Files.makeDirectories(aside)
                try move("\(directory)/\(name)", to: "\(aside)/\(name)")
            }
            try move("\(folder)/\(store.fileName)", to: "\(directory)/\(store.fileName)")
        }
        if Files.exists(aside) { try Files.sync(directory: aside) }
        try Files.sync(directory: directory)
        try CleanStopManifest.renew(RebuildSite.stores.map(\.fileName), directory: directory)
        try Files.removeTree(folder)
        try Files.sync(directory: directory)
        return Files.exists(aside) ? aside : nil
    }

    private func move(_ from: String, to path: String) throws(EngineError) {
        guard rename(from, path) == 0 else { throw Files.failure("move a store", from) }
    }
}
