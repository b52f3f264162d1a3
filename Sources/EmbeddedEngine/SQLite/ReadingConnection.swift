import Engine
import GRDBSQLite

/// A connection for a stranger's statement: it can read one file and nothing else, and only for so long.
///
/// The file is opened for reading; an authorizer refuses every action that is not one of reading when the statement is
/// prepared; and a deadline is looked at while it runs. Not to be shared between threads.
final class ReadingConnection {
    let handle: OpaquePointer
    private let path: String
    private let guardian: ReadingGuardian
    /// Strings and blobs of a query, in bytes at most.
    private static let lengthMax: Int32 = 64 << 20

    init(path: String, seconds: Double) throws(EngineError) {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            sqlite3_close_v2(opened)
            throw EngineError(.unavailable, "the warehouse cannot be opened for a query", at: path)
        }
        handle = opened
        self.path = path
        guardian = ReadingGuardian(seconds: seconds)
        sqlite3_busy_timeout(handle, 5_000)
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Self.lengthMax)
        let context = Unmanaged.passUnretained(guardian).toOpaque()
        sqlite3_set_authorizer(
            handle,
            { context, action, first, second, _, _ in
                guard let context else { return SQLITE_DENY }
                return Unmanaged<ReadingGuardian>.fromOpaque(context).takeUnretainedValue()
                    .admits(action, first.map { String(cString: $0) }, second.map { String(cString: $0) })
                    ? SQLITE_OK : SQLITE_DENY
            }, context)
        guardian.watch(handle)
    }

    deinit { sqlite3_close_v2(handle) }

    /// Prepares the one statement of a text.
    func prepare(_ sql: String) throws(EngineError) -> ReadingStatement {
        let (statement, rest) = try compile(Array(sql.utf8))
        guard let statement else {
            throw EngineError(.conflict, "there is no statement in the query", remedy: "write a SELECT")
        }
        let reading = ReadingStatement(statement, of: self)
        guard sqlite3_column_count(statement) > 0, sqlite3_stmt_readonly(statement) != 0 else {
            throw EngineError(.conflict, "only reading is allowed here", remedy: "write a SELECT")
        }
        if let rest {
            throw EngineError(
                .conflict, "one statement at a time: another begins at \(Self.place(of: rest, in: sql))",
                remedy: "leave one of them out")
        }
        return reading
    }

    /// The statement, and where another one begins behind it, in bytes; nil where there is none.
    private func compile(_ bytes: [UInt8]) throws(EngineError) -> (OpaquePointer?, Int?) {
        var statement: OpaquePointer?
        var consumed = 0
        let code = bytes.withUnsafeBytes { buffer -> Int32 in
            guard let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self) else { return SQLITE_OK }
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v2(handle, start, Int32(clamping: buffer.count), &statement, &tail)
            consumed = tail.map { $0 - start } ?? 0
            return code
        }
        guard code == SQLITE_OK else { throw wrong(code, in: String(decoding: bytes, as: UTF8.self)) }
        guard statement != nil else { return (nil, nil) }
        // What follows may be white space or a comment: SQLite itself is asked, and makes no statement of it.
        var other: OpaquePointer?
        let rest = Array(bytes[consumed...])
        let second = rest.withUnsafeBytes { buffer -> Int32 in
            guard let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self) else { return SQLITE_OK }
            return sqlite3_prepare_v2(handle, start, Int32(clamping: buffer.count), &other, nil)
        }
        sqlite3_finalize(other)
        let isMore = second != SQLITE_OK || other != nil
        let blank = rest.prefix { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 || $0 == 0x3B }.count
        return (statement, isMore ? consumed + blank : nil)
    }

    /// What SQLite's refusal means to a person.
    func wrong(_ code: Int32, in sql: String) -> EngineError {
        let message = String(cString: sqlite3_errmsg(handle))
        if let refused = guardian.refused {
            return EngineError(
                .conflict, "only reading is allowed here, and this would \(refused)", remedy: "write a SELECT")
        }
        switch code & 0xFF {
        case SQLITE_INTERRUPT:
            return EngineError(
                .unavailable, "the query took longer than \(guardian.words) and was ended",
                remedy: "narrow it down, or give it more with --timeout")
        case SQLITE_BUSY, SQLITE_LOCKED:
            return EngineError(.unavailable, "the warehouse is locked: \(message)", at: path, remedy: "try again")
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            return EngineError(
                .damaged, "the warehouse is damaged: \(message)", at: path, remedy: SQLiteFailure.mending(path))
        case SQLITE_TOOBIG, SQLITE_NOMEM:
            return EngineError(.conflict, "a value of the query is too large: \(message)", remedy: "narrow it down")
        case SQLITE_FULL, SQLITE_IOERR, SQLITE_CANTOPEN:
            return EngineError(.unavailable, "the query cannot be run: \(message)", at: path)
        default:
            let offset = sqlite3_error_offset(handle)
            let place = offset >= 0 ? " at \(Self.place(of: Int(offset), in: sql))" : ""
            return EngineError(.conflict, "the query is wrong\(place): \(message)", remedy: Self.hint(message))
        }
    }

    private static func hint(_ message: String) -> String {
        guard message.hasPrefix("no such table") || message.hasPrefix("no such column") else { return "" }
        return "the views and their columns stand in kintsugi query --help"
    }

    /// A place in a text by line and column, both from 1.
    static func place(of offset: Int, in sql: String) -> String {
        let before = sql.utf8.prefix(offset)
        let line = before.count { $0 == 0x0A } + 1
        let start = before.lastIndex(of: 0x0A).map { sql.utf8.index(after: $0) } ?? sql.utf8.startIndex
        return "line \(line), column \(sql[start..<before.endIndex].count + 1)"
    }
}

/// One statement of a reading connection on its way through its rows.
final class ReadingStatement {
    private let statement: OpaquePointer
    private let connection: ReadingConnection
    let columns: [String]

    init(_ statement: OpaquePointer, of connection: ReadingConnection) {
        self.statement = statement
        self.connection = connection
        columns = (0..<sqlite3_column_count(statement)).map { column in
            sqlite3_column_name(statement, column).map { String(cString: $0) } ?? ""
        }
    }

    deinit { sqlite3_finalize(statement) }

    /// Goes to the next row; false at the end.
    func step() throws(EngineError) -> Bool {
        let code = sqlite3_step(statement)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw connection.wrong(code, in: "")
        }
    }

    var row: [SQLValue] {
        (0..<Int32(columns.count)).map { column in
            switch sqlite3_column_type(statement, column) {
            case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, column))
            case SQLITE_FLOAT: .real(sqlite3_column_double(statement, column))
            case SQLITE_TEXT:
                .text(String(decoding: bytes(sqlite3_column_text(statement, column), column), as: UTF8.self))
            case SQLITE_BLOB: .blob([UInt8](bytes(sqlite3_column_blob(statement, column), column)))
            default: .null
            }
        }
    }

    private func bytes(_ start: UnsafeRawPointer?, _ column: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, column)))
    }
}
