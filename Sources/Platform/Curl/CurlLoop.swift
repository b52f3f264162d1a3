import Engine
import Foundation
import Synchronization

/// The inbox of the curl thread, and the thread's life. Everything else of libcurl stays on that thread.
final class CurlLoop: Sendable {
    private struct Inbox {
        var arrivals: [CurlExchange] = []
        /// Somebody gave up; the thread looks who.
        var abandoned = false
        var closing = false
        /// For waking the thread; nil before its start and after its end, and only touched under the lock.
        var waker: CurlWaker?
    }

    private static let started: Bool = CurlReactor.startLibrary()
    private let inbox = Mutex(Inbox())

    /// Starts the thread; it ends after `close`.
    func start(origin: CurlOrigin, defaultHeaders: [HTTPField], connectionsMax: Int) {
        // Here and not on the thread: a process that ends at once would take the libraries apart while they are put together.
        _ = Self.started
        let thread = Thread { [self] in
            var all = sigset_t()
            sigfillset(&all)
            // Signals are for the threads that mean to see them; those of a trap cannot be blocked.
            for trap in [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] { sigdelset(&all, trap) }
            pthread_sigmask(SIG_BLOCK, &all, nil)
            run(origin, defaultHeaders, connectionsMax)
        }
        thread.name = "curl"
        thread.start()
    }

    /// Hands a request to the thread; false where the loop is closing.
    func submit(_ exchange: CurlExchange) -> Bool {
        inbox.withLock { inbox in
            guard !inbox.closing else { return false }
            inbox.arrivals.append(exchange)
            inbox.waker?.wake()
            return true
        }
    }

    /// Tells the thread that some exchange is over without it.
    func abandon() {
        inbox.withLock { inbox in
            inbox.abandoned = true
            inbox.waker?.wake()
        }
    }

    /// Ends what is under way and the thread; again is harmless.
    func close() {
        inbox.withLock { inbox in
            inbox.closing = true
            inbox.waker?.wake()
        }
    }

    private func run(_ origin: CurlOrigin, _ defaultHeaders: [HTTPField], _ connectionsMax: Int) {
        guard Self.started,
            let reactor = CurlReactor(origin: origin, defaultHeaders: defaultHeaders, connectionsMax: connectionsMax)
        else { return refuse() }
        let waker = reactor.waker
        inbox.withLock { $0.waker = waker }
        while take(into: reactor) {
            reactor.turn()
            reactor.rest()
        }
        reactor.cancelAll()
    }

    /// Empties the inbox; false when the loop shall end.
    private func take(into reactor: CurlReactor) -> Bool {
        let (arrivals, abandoned, closing) = inbox.withLock { inbox in
            defer {
                inbox.arrivals = []
                inbox.abandoned = false
                if inbox.closing { inbox.waker = nil }
            }
            return (inbox.arrivals, inbox.abandoned, inbox.closing)
        }
        reactor.enqueue(arrivals)
        if abandoned { reactor.sweep() }
        return !closing
    }

    /// libcurl did not start: everybody is told, now and later.
    private func refuse() {
        let stranded = inbox.withLock { inbox in
            defer { inbox.arrivals = [] }
            inbox.closing = true
            return inbox.arrivals
        }
        for exchange in stranded { exchange.finish(.failure(CurlVerdict.notStarted)) }
    }
}
