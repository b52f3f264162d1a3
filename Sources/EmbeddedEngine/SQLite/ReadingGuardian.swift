import GRDBSQLite

/// Says what a stranger's statement may do, and for how long.
final class ReadingGuardian {
    private let deadline: ContinuousClock.Instant
    private let seconds: Double
    /// What the last refused action would have done, in words; nil while nothing was refused.
    private(set) var refused: String?

    init(seconds: Double) {
        self.seconds = seconds
        deadline = .now + .milliseconds(Int64(min(seconds, 1e9) * 1_000))
    }

    var isOver: Bool { ContinuousClock.now >= deadline }

    /// The time allowed: `60 s`.
    var words: String { seconds == seconds.rounded() ? "\(Int(min(seconds, 1e9))) s" : "\(seconds) s" }

    /// Ends whatever the connection runs when the time is over. The guardian must outlive the watch.
    func watch(_ connection: OpaquePointer?) {
        sqlite3_progress_handler(
            connection, 5_000,
            { context in
                guard let context else { return 1 }
                return Unmanaged<ReadingGuardian>.fromOpaque(context).takeUnretainedValue().isOver ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Whether the action is one of reading; a refusal is remembered.
    func admits(_ action: Int32, _ first: String?, _ second: String?) -> Bool {
        switch action {
        case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return true
        case SQLITE_FUNCTION where second?.lowercased() != "load_extension": return true
        case SQLITE_PRAGMA where Self.pragmas.contains(first?.lowercased() ?? ""): return true
        default:
            refused = Self.words(action, first)
            return false
        }
    }

    /// Those that tell how the tables look and can do nothing else.
    private static let pragmas: Set<String> = [
        "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "function_list",
        "collation_list", "compile_options",
    ]

    private static func words(_ action: Int32, _ first: String?) -> String {
        switch action {
        case SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE: "write to the table \(first ?? "")"
        case SQLITE_ATTACH: "open another file"
        case SQLITE_DETACH: "close a file"
        case SQLITE_PRAGMA: "use PRAGMA \(first ?? "")"
        case SQLITE_TRANSACTION, SQLITE_SAVEPOINT: "hold a transaction open"
        case SQLITE_FUNCTION: "load code"
        default: "change the tables"
        }
    }
}
