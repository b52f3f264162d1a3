import Foundation
import Synchronization

/// Tells when files of some folders change, folders that are not there yet among them. It waits for the system's word
/// (inotify) and does nothing meanwhile; where there is none, nothing is told.
package final class FolderWatch: Sendable {
    /// One element after each burst of changes; the changes themselves are to be looked up.
    package let changes: AsyncStream<Void>
    private let post: AsyncStream<Void>.Continuation
    private let folders: [String]
    /// Ends of names of the files meant.
    private let suffix: String
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "kintsugi.folders")
    // Set once before anybody else knows of it; its methods may be called from anywhere.
    private nonisolated(unsafe) let source: (any DispatchSourceRead)?
    private let state = Mutex(State())

    private struct State {
        /// Watch numbers by path, and back.
        var watches: [String: Int32] = [:]
        var paths: [Int32: String] = [:]
    }

    /// Watches until it is dropped; paths are absolute. Files whose names end otherwise are not meant.
    package init(_ folders: [String], suffix: String) {
        self.folders = folders
        self.suffix = suffix
        (changes, post) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        #if os(Linux)
            descriptor = inotify_init1(Int32(O_NONBLOCK | O_CLOEXEC))
        #else
            descriptor = -1
        #endif
        guard descriptor >= 0 else {
            source = nil
            post.finish()
            return
        }
        let file = descriptor
        source = DispatchSource.makeReadSource(fileDescriptor: file, queue: queue)
        arm()
        source?.setEventHandler { [weak self] in self?.read() }
        source?.setCancelHandler { close(file) }
        source?.resume()
    }

    deinit {
        source?.cancel()
        post.finish()
    }

    // MARK: What is watched

    /// A folder that is there, or of one that is not the nearest above it that is, with the name that is missed in it.
    private var wanted: [String: Set<String>] {
        var wanted: [String: Set<String>] = [:]
        for folder in folders {
            var path = folder
            var missed: String?
            while path != "/", !Self.isFolder(path) {
                let parts = path.split(separator: "/", omittingEmptySubsequences: true)
                missed = parts.last.map(String.init)
                path = "/" + parts.dropLast().joined(separator: "/")
            }
            wanted[path, default: []].formUnion(missed.map { [$0] } ?? [])
        }
        return wanted
    }

    private static func isFolder(_ path: String) -> Bool {
        var about = stat()
        return stat(path, &about) == 0 && about.st_mode & S_IFMT == S_IFDIR
    }

    /// Watches what is to be watched now, and again until nothing came or went meanwhile.
    private func arm() {
        #if os(Linux)
            for _ in 0..<8 {
                let before = wanted
                state.withLock { state in
                    for (path, number) in state.watches where before[path] == nil {
                        inotify_rm_watch(descriptor, number)
                        state.watches[path] = nil
                        state.paths[number] = nil
                    }
                    for path in before.keys where state.watches[path] == nil {
                        var mask = UInt32(IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF)
                        // Above a folder that is not there only new names matter.
                        if folders.contains(path) { mask |= UInt32(IN_CLOSE_WRITE | IN_MOVED_FROM | IN_DELETE) }
                        let number = inotify_add_watch(descriptor, path, mask)
                        guard number >= 0 else { continue }
                        state.watches[path] = number
                        state.paths[number] = path
                    }
                }
                if wanted == before { return }
            }
        #endif
    }

    // MARK: What is told

    private func read() {
        #if os(Linux)
            var bytes = [UInt8](repeating: 0, count: 16_384)
            var isChanged = false
            var isMoved = false
            while true {
                let count = Foundation.read(descriptor, &bytes, bytes.count)
                guard count > 0 else { break }
                for event in Self.events(bytes[..<count]) { judge(event, &isChanged, &isMoved) }
            }
            if isMoved { arm() }
            if isChanged { post.yield() }
        #endif
    }

    private struct Event {
        var watch: Int32
        var mask: UInt32
        var name: String
    }

    /// The records as the system packs them: four numbers of 32 bits, the last the length of a padded name.
    private static func events(_ bytes: ArraySlice<UInt8>) -> [Event] {
        func number(_ place: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
        }
        var events: [Event] = []
        var place = bytes.startIndex
        while place + 16 <= bytes.endIndex {
            let end = place + 16 + Int(number(place + 12))
            guard end <= bytes.endIndex else { break }
            let name = String(decoding: bytes[(place + 16)..<end].prefix { $0 != 0 }, as: UTF8.self)
            events.append(Event(watch: Int32(bitPattern: number(place)), mask: number(place + 4), name: name))
            place = end
        }
        return events
    }

    private func judge(_ event: Event, _ isChanged: inout Bool, _ isMoved: inout Bool) {
        #if os(Linux)
            if event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
                (isChanged, isMoved) = (true, true)
                return
            }
            guard let path = state.withLock({ $0.paths[event.watch] }) else { return }
            if event.mask & UInt32(IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF) != 0 {
                state.withLock { state in
                    if event.mask & UInt32(IN_IGNORED) == 0 { inotify_rm_watch(descriptor, event.watch) }
                    state.watches[path] = nil
                    state.paths[event.watch] = nil
                }
                (isChanged, isMoved) = (true, true)
            } else if event.mask & UInt32(IN_ISDIR) != 0 {
                // Perhaps a step on the way to a folder that was missed.
                let isOnTheWay = folders.contains {
                    $0 == "\(path)/\(event.name)" || $0.hasPrefix("\(path)/\(event.name)/")
                }
                let isFromTheTop = path == "/" && folders.contains { $0.hasPrefix("/\(event.name)/") }
                if isOnTheWay || isFromTheTop { (isChanged, isMoved) = (true, true) }
            } else if event.mask & UInt32(IN_CREATE) == 0, folders.contains(path), event.name.hasSuffix(suffix) {
                // A new file says nothing before it is written and closed.
                isChanged = true
            }
        #endif
    }
}
