import Foundation
import Platform

/// How far long work has come, on one line of standard error with rate and time left; only where a person looks.
struct ProgressLine {
    private static let pauseNanoseconds: UInt64 = 200_000_000
    private let isShown: Bool
    private let began = SystemClock.monotonicNanoseconds()
    private var last: UInt64 = 0
    private var isWritten = false

    /// `besideOutput` is false where the work's own output goes to the same terminal, and would be torn apart.
    init(besideOutput: Bool = true) { isShown = besideOutput && Tty.isTerminal(.errors) }

    /// At most five times a second.
    mutating func show(_ what: String, done: Int, of total: Int, unit: String) {
        let now = SystemClock.monotonicNanoseconds()
        guard isShown, now - last >= Self.pauseNanoseconds else { return }
        last = now
        let seconds = Double(now - began) / 1e9
        let rate = seconds > 0 ? Double(done) / seconds : 0
        var text = "\(what): \(done) of \(total) \(unit), \(Int(rate)) \(unit)/s"
        if done < total, rate > 0 { text += ", \(Self.span((Double(total - done) / rate).rounded(.up))) left" }
        write(text)
    }

    /// A line without a rate.
    mutating func say(_ text: String) {
        let now = SystemClock.monotonicNanoseconds()
        guard isShown, now - last >= Self.pauseNanoseconds else { return }
        last = now
        write(text)
    }

    private mutating func write(_ text: String) {
        isWritten = true
        _ = Descriptor.errors.tryWrite(Array("\r\u{1B}[K\(text)".utf8))
    }

    /// Takes the line away.
    mutating func end() {
        if isWritten { _ = Descriptor.errors.tryWrite(Array("\r\u{1B}[K".utf8)) }
        isWritten = false
    }

    private static func span(_ seconds: Double) -> String {
        guard seconds < 1e6 else { return "days" }
        let whole = Int(seconds)
        return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
    }
}
