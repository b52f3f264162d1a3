import Foundation

/// The line to systemd, as `sd_notify` has it: datagrams of `NAME=value` lines to the socket it names. Nil where nobody wants
/// to be notified.
package struct ServiceNotifier: Sendable {
    /// A path, or an abstract name that begins with `@`.
    private let address: String
    /// How long systemd waits between two signs of life; nil where it does not watch.
    package let watchdog: Duration?

    package init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
        guard let address = environment["NOTIFY_SOCKET"], address.hasPrefix("/") || address.hasPrefix("@"),
            (2...107).contains(address.utf8.count)
        else { return nil }
        self.address = address
        let isForUs = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdog = isForUs && microseconds > 0 ? .microseconds(microseconds) : nil
    }

    /// Started, recovered, and capturing.
    package func ready(_ status: String) { send("READY=1\nSTATUS=\(Self.line(status))") }
    /// What a person reads in `systemctl status`.
    package func tell(_ status: String) { send("STATUS=\(Self.line(status))") }
    /// A sign of life; only ever sent by what would be missed.
    package func isAlive() { send("WATCHDOG=1") }
    /// The end has begun.
    package func stopping() { send("STOPPING=1\nSTATUS=stopping") }

    private static func line(_ text: String) -> String {
        String(text.prefix(300).map { $0.isNewline ? " " : $0 })
    }

    /// Never waits; a notice that cannot be taken now is let go.
    private func send(_ message: String) {
        let file = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { return }
        defer { close(file) }
        var name = Array(address.utf8)
        if address.hasPrefix("@") { name[0] = 0 }
        var socketAddress = sockaddr_un()
        socketAddress.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &socketAddress.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let bytes = Array(message.utf8)
        withUnsafePointer(to: socketAddress) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(file, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), $0, length)
            }
        }
    }
}
