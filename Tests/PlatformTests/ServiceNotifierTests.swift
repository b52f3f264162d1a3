import Foundation
import Testing

@testable import Platform

/// What systemd is told, at a socket of the test's own.
struct ServiceNotifierTests {
    /// A bound datagram socket that never waits longer than a second.
    private final class NotifySocket: Sendable {
        let file: Int32

        init(_ name: String) throws {
            file = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var patience = timeval(tv_sec: 1, tv_usec: 0)
            setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            var bytes = Array(name.utf8)
            if name.hasPrefix("@") { bytes[0] = 0 }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
            let code = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(file, $0, socklen_t(MemoryLayout<sa_family_t>.size + bytes.count))
                }
            }
            try #require(code == 0)
        }

        deinit { close(file) }

        func next() -> String? {
            var bytes = [UInt8](repeating: 0, count: 4_096)
            let count = recv(file, &bytes, bytes.count, 0)
            return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
        }
    }

    @Test func itSpeaksToAPathAndToAnAbstractName() throws {
        for name in ["\(NSTemporaryDirectory())notify-\(getpid()).sock", "@kintsugi-test-\(getpid())"] {
            unlink(name)
            defer { unlink(name) }
            let socket = try NotifySocket(name)
            let notifier = try #require(ServiceNotifier(environment: ["NOTIFY_SOCKET": name]))
            notifier.ready("coverage 100 %\nREADY=0")
            #expect(socket.next() == "READY=1\nSTATUS=coverage 100 % READY=0", "a text is one line")
            notifier.isAlive()
            #expect(socket.next() == "WATCHDOG=1")
            notifier.stopping()
            #expect(socket.next()?.hasPrefix("STOPPING=1\n") == true)
        }
    }

    @Test func nobodyWhoWantsToKnowAndNobodyWhoListensAreHarmless() {
        #expect(ServiceNotifier(environment: [:]) == nil)
        for name in ["", "relative", "@", "/" + String(repeating: "x", count: 200)] {
            #expect(ServiceNotifier(environment: ["NOTIFY_SOCKET": name]) == nil)
        }
        ServiceNotifier(environment: ["NOTIFY_SOCKET": "/nonexistent/notify"])?.isAlive()
    }

    @Test func theWatchdogIsForTheProcessItNames() {
        func watchdog(_ more: [String: String]) -> Duration? {
            ServiceNotifier(environment: ["NOTIFY_SOCKET": "/x/y"].merging(more) { $1 })?.watchdog
        }
        #expect(watchdog([:]) == nil)
        #expect(watchdog(["WATCHDOG_USEC": "30000000"]) == .seconds(30))
        #expect(watchdog(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "\(getpid())"]) == .seconds(30))
        #expect(watchdog(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"]) == nil)
        #expect(watchdog(["WATCHDOG_USEC": "soon"]) == nil && watchdog(["WATCHDOG_USEC": "-5"]) == nil)
    }
}
