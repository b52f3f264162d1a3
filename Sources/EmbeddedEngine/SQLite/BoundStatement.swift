import GRDB
import GRDBSQLite

/// A cached statement driven directly: binding and reading without boxing is some 2.5 times as fast as arguments and
/// rows, and reading a damaged cell yields another value (which a checksum finds) instead of a trap.
struct BoundStatement {
    private let raw: OpaquePointer
    private let sql: String
    private let database: Database
    private var bound: Int32 = 0
    private var failure: Int32 = SQLITE_OK

    init(_ database: Database, _ sql: String) throws {
        self.init(prepared: try database.cachedStatement(sql: sql), sql, database)
    }

    /// Drives a statement that somebody else keeps.
    init(prepared statement: Statement, _ sql: String, _ database: Database) {
        raw = statement.sqliteStatement
        self.sql = sql
        self.database = database
        reset()
    }

    /// Binds the next parameter.
    mutating func bind(_ value: some SQLBindable) {
        bound += 1
        let code = value.bind(to: raw, at: bound)
        if code != SQLITE_OK && failure == SQLITE_OK { failure = code }
    }

    /// Goes to the next row; false at the end.
    mutating func step() throws -> Bool {
        let code = failure == SQLITE_OK ? sqlite3_step(raw) : failure
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let message = database.lastErrorMessage
            reset()
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: sql)
        }
    }

    /// Runs a statement that yields no rows, and makes it ready to be bound again.
    mutating func run() throws {
        while try step() {}
        bound = 0
        reset()
    }

    func reset() {
        sqlite3_reset(raw)
        sqlite3_clear_bindings(raw)
    }

    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(raw, column) }
    func word(_ column: Int32) -> UInt64 { UInt64(bitPattern: int(column)) }
    func real(_ column: Int32) -> Double { sqlite3_column_double(raw, column) }
    func type(_ column: Int32) -> Int32 { sqlite3_column_type(raw, column) }
    func isNull(_ column: Int32) -> Bool { type(column) == SQLITE_NULL }
    func optionalReal(_ column: Int32) -> Double? { isNull(column) ? nil : real(column) }
    func optionalInt(_ column: Int32) -> Int? { isNull(column) ? nil : Int(int(column)) }

    func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(raw, column) else { return "" }
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(raw, column)))
        return String(decoding: bytes, as: UTF8.self)
    }

    func blob(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(raw, column) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(raw, column))))
    }
}

extension Database {
    /// All rows of a query, each made by `make`.
    func rows<Value>(
        _ sql: String, _ parameters: any SQLBindable..., make: (BoundStatement) throws -> Value
    ) throws -> [Value] {
        var statement = try BoundStatement(self, sql)
        defer { statement.reset() }
        for parameter in parameters { statement.bind(parameter) }
        var values: [Value] = []
        while try statement.step() { values.append(try make(statement)) }
        return values
    }

    /// Runs one statement that yields nothing.
    func perform(_ sql: String, _ parameters: any SQLBindable...) throws {
        var statement = try BoundStatement(self, sql)
        for parameter in parameters { statement.bind(parameter) }
        try statement.run()
    }
}

/// What a parameter of a statement may be.
protocol SQLBindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32
}

// SQLite copies what is bound before the call returns; the macro of that name does not import.
private var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

extension Int64: SQLBindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { sqlite3_bind_int64(statement, index, self) }
}

extension Int: SQLBindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        sqlite3_bind_int64(statement, index, Int64(self))
    }
}

extension UInt64: SQLBindable {
    /// Masks are stored as the signed number with the same bits.
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        sqlite3_bind_int64(statement, index, Int64(bitPattern: self))
    }
}

extension Bool: SQLBindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        sqlite3_bind_int64(statement, index, self ? 1 : 0)
    }
}

extension Double: SQLBindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { sqlite3_bind_double(statement, index, self) }
}

extension String: SQLBindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        var copy = self
        return copy.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                // An empty string may have no address, which would bind NULL.
                guard let start = text.baseAddress else { return sqlite3_bind_text(statement, index, "", 0, copied) }
                return sqlite3_bind_text(statement, index, start, Int32(text.count), copied)
            }
        }
    }
}

extension Array: SQLBindable where Element == UInt8 {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, !isEmpty else { return sqlite3_bind_zeroblob(statement, index, 0) }
            return sqlite3_bind_blob(statement, index, start, Int32(bytes.count), copied)
        }
    }
}

extension Optional: SQLBindable where Wrapped: SQLBindable {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch self {
        case .some(let value): value.bind(to: statement, at: index)
        case .none: sqlite3_bind_null(statement, index)
        }
    }
}
