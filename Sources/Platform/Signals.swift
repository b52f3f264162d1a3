import CNcurses
import Foundation
import Synchronization

/// What the system tells a process, as far as this program listens.
package enum ProcessSignal: Hashable, Sendable, CaseIterable {
    /// The line is gone, a person pressed the interrupt key, somebody asks us to end.
    case hangup, interrupt, terminate
    /// Somebody asks us to stop for a while; we go on again.
    case stop, continued
    /// The terminal has another size.
    case windowChanged

    var number: Int32 {
        switch self {
        case .hangup: SIGHUP
        case .interrupt: SIGINT
        case .terminate: SIGTERM
        case .stop: SIGTSTP
        case .continued: SIGCONT
        case .windowChanged: SIGWINCH
        }
    }

    init?(number: Int32) {
        guard let signal = Self.allCases.first(where: { $0.number == number }) else { return nil }
        self = signal
    }
}

/// Signals as values. A signal somebody listens to is told to them and has no other effect; any other has its ordinary
/// effect, after the terminal has been given back. SIGPIPE is ignored from the first use on.
package enum Signals {
    /// The signals wanted, as they come, until the stream is dropped. Who asks for `stop` has to stop the process, as a
    /// screen does by itself; so it is not among those given unasked.
    package static func stream(
        _ wanted: [ProcessSignal] = ProcessSignal.allCases.filter { $0 != .stop }
    ) -> AsyncStream<ProcessSignal> {
        let (stream, continuation) = AsyncStream<ProcessSignal>.makeStream(bufferingPolicy: .bufferingNewest(64))
        let place = SignalHub.shared.listen(wanted) { continuation.yield($0) }
        continuation.onTermination = { _ in SignalHub.shared.leave(place) }
        return stream
    }

    /// From now on a dropped line does not end the process.
    package static func ignoreHangup() {
        SignalHub.shared.start()
        knc_ignore_hangup()
    }
}

/// One thread that reads what the handlers write, and everybody who wants to know.
final class SignalHub: Sendable {
    typealias Listener = @Sendable (ProcessSignal) -> Void

    private struct State {
        var started = false
        var nextPlace = 0
        var listeners: [(place: Int, wanted: [ProcessSignal], tell: Listener)] = []
    }

    static let shared = SignalHub()
    private let state = Mutex(State())

    /// Installs the handlers; again is harmless.
    func start() {
        let first = state.withLock { state in
            defer { state.started = true }
            return !state.started
        }
        guard first else { return }
        let pipe = knc_signals_install()
        guard pipe >= 0 else { return }
        let thread = Thread { [self] in
            var byte: UInt8 = 0
            while true {
                let count = read(pipe, &byte, 1)
                if count == 1, let signal = ProcessSignal(number: Int32(byte)) { tell(signal) }
                if count == 0 || (count < 0 && errno != EINTR) { return }
            }
        }
        thread.name = "signals"
        thread.start()
    }

    /// Calls `tell` on the hub's thread for each signal wanted; the number returned ends it.
    func listen(_ wanted: [ProcessSignal], _ tell: @escaping Listener) -> Int {
        start()
        return state.withLock { state in
            state.nextPlace += 1
            state.listeners.append((state.nextPlace, wanted, tell))
            for signal in wanted { knc_signals_pass(signal.number, true) }
            return state.nextPlace
        }
    }

    func leave(_ place: Int) {
        state.withLock { state in
            state.listeners.removeAll { $0.place == place }
            let heard = state.listeners.flatMap(\.wanted)
            for signal in ProcessSignal.allCases where !heard.contains(signal) {
                knc_signals_pass(signal.number, false)
            }
        }
    }

    private func tell(_ signal: ProcessSignal) {
        let listeners = state.withLock { $0.listeners }
        for listener in listeners where listener.wanted.contains(signal) { listener.tell(signal) }
    }
}
