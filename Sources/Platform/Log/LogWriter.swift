import Dispatch
import Foundation
import Synchronization

/// The log of an owner: JSON lines, written apart from everybody who says something. Who writes never waits: a device that is
/// full or hangs costs lines, which are counted, and nothing else. Every secret is taken out here and nowhere else.
package final class LogWriter: Sendable {
    /// One thing that happened.
    package struct Entry: Sendable {
        /// `start`, `configuration`, `log`, `stop`.
        package var kind: String
        /// Market time, UTC microseconds; nil where it is not known.
        package var market: Int64?
        /// `pipeline`, or an operator's name.
        package var who: String
        package var text: String

        package init(kind: String, market: Int64? = nil, who: String = "pipeline", text: String) {
            self.kind = kind
            self.market = market
            self.who = who
            self.text = text
        }
    }

    private struct State {
        var waiting = 0
        /// Lines that nobody will read: too many waited, or the device refused.
        var lost = 0
    }

    static let waitingMax = 4_096
    /// Of a text, in characters.
    static let textMax = 4_000

    private let file: RotatingFile
    private let redactor: Redactor
    private let queue = DispatchQueue(label: "kintsugi.log")
    private let state = Mutex(State())

    package init(_ file: RotatingFile, redactor: Redactor) {
        self.file = file
        self.redactor = redactor
    }

    package func write(_ entry: Entry) {
        let mayWait = state.withLock { state in
            guard state.waiting < Self.waitingMax else {
                state.lost += 1
                return false
            }
            state.waiting += 1
            return true
        }
        guard mayWait else { return }
        let at = SystemClock.wallMicroseconds()
        queue.async { self.put(entry, at: at) }
    }

    private func put(_ entry: Entry, at: Int64) {
        let lost = state.withLock { state in
            state.waiting -= 1
            return state.lost
        }
        if lost > 0 {
            let words = "\(lost) lines could not be written here"
            guard append(Entry(kind: "log", who: "log", text: words), at: at) else {
                return state.withLock { $0.lost += 1 }
            }
            state.withLock { $0.lost -= lost }
        }
        if !append(entry, at: at) { state.withLock { $0.lost += 1 } }
    }

    private func append(_ entry: Entry, at: Int64) -> Bool {
        (try? file.append(line(entry, at: at))) != nil
    }

    /// Waits until what was said is written, or two seconds at the most.
    package func flush() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let waiter = Waiter(continuation)
            queue.async { waiter.resume() }
            DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(2)) { waiter.resume() }
        }
    }

    // MARK: Lines

    private struct Line: Encodable {
        var at: String
        var kind: String
        var market: String?
        var process: Int32
        var text: String
        var who: String
    }

    private func line(_ entry: Entry, at: Int64) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = Line(
            at: Moment.text(microseconds: at), kind: entry.kind, market: entry.market.map(Moment.text(microseconds:)),
            process: getpid(), text: redactor.clean(String(entry.text.prefix(Self.textMax))),
            who: redactor.clean(String(entry.who.prefix(100))))
        return (try? encoder.encode(line)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

/// Resumes whoever waits, once.
private final class Waiter: Sendable {
    private let waiting: Mutex<CheckedContinuation<Void, Never>?>

    init(_ continuation: CheckedContinuation<Void, Never>) { waiting = Mutex(continuation) }

    func resume() {
        let continuation = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume()
    }
}
