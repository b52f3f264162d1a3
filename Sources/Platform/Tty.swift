import Foundation

/// Facts about the line and the person at it.
package enum Tty {
    /// The three standard descriptors.
    package enum End: Int32, Sendable {
        case input = 0
        case output = 1
        case errors = 2
    }

    /// Whether a descriptor is a terminal.
    package static func isTerminal(_ end: End) -> Bool {
        isatty(end.rawValue) == 1
    }

    /// Size of the terminal at standard output; nil where there is none.
    package static func size() -> (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Who sits there: the login name, with the peer's address where the line is SSH (`ana@192.0.2.7`).
    package static var loginName: String {
        loginName(environment: ProcessInfo.processInfo.environment, account: accountName())
    }

    static func loginName(environment: [String: String], account: String?) -> String {
        let named = [environment["LOGNAME"], account].compactMap { $0.map(harmless) }.first { !$0.isEmpty }
        let name = named ?? "unknown"
        let peer = harmless(String(environment["SSH_CONNECTION"]?.split(separator: " ").first ?? ""))
        return peer.isEmpty ? name : "\(name)@\(peer)"
    }

    /// The person's home directory, without a slash at its end; empty where the system knows none.
    package static var homeDirectory: String {
        var home = ProcessInfo.processInfo.environment["HOME"] ?? ""
        if !home.hasPrefix("/") { home = account { String(cString: $0.pw_dir) } ?? "" }
        while home.count > 1, home.hasSuffix("/") { home.removeLast() }
        return home
    }

    private static func accountName() -> String? {
        account { String(cString: $0.pw_name) }
    }

    private static func account<Value>(_ read: (passwd) -> Value) -> Value? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        let code = getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found)
        return code == 0 && found != nil ? read(entry) : nil
    }

    /// Names come from outside and end in logs: printable ASCII, at most 64 characters.
    private static func harmless(_ text: String) -> String {
        String(text.unicodeScalars.prefix(64).map { (0x21...0x7E).contains($0.value) ? Character($0) : "?" })
    }
}

/// Where a person's files belong, after the XDG base directory specification.
package struct HomePaths: Hashable, Sendable {
    /// Each without a slash at its end, and with the program's name as its last part.
    package let config: String
    package let data: String
    package let state: String
    package let cache: String

    /// The paths of this process.
    package static var current: HomePaths {
        HomePaths(environment: ProcessInfo.processInfo.environment, home: Tty.homeDirectory)
    }

    /// A variable counts only when it is an absolute path, as the specification asks.
    package init(environment: [String: String], home: String) {
        func path(_ variable: String, _ fallback: String) -> String {
            var base = environment[variable] ?? ""
            if !base.hasPrefix("/") { base = (home == "/" ? "" : home) + "/" + fallback }
            while base.hasSuffix("/") { base.removeLast() }
            return base + "/kintsugi"
        }
        config = path("XDG_CONFIG_HOME", ".config")
        data = path("XDG_DATA_HOME", ".local/share")
        state = path("XDG_STATE_HOME", ".local/state")
        cache = path("XDG_CACHE_HOME", ".cache")
    }
}
