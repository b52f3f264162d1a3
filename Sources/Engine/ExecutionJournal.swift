/// One line of the journal: work under way is what the journal says it is.
package struct JournalLine: Hashable, Sendable {
    /// What the line is about: `execution/<id>`, `delivery/<shard>`, `alarm/<key>`, `process/<incarnation>`.
    package var subject: String
    /// When, on market time, UTC microseconds.
    package var at: Int64
    /// What happened, in the past tense: `began`, `moved`, `ended`, …
    package var event: String
    /// One JSON object.
    package var payload: [UInt8]
    /// Whether the subject is finished with this line; a later line opens it again.
    package var closes: Bool

    package init(subject: String, at: Int64, event: String, payload: [UInt8], closes: Bool) {
        self.subject = subject
        self.at = at
        self.event = event
        self.payload = payload
        self.closes = closes
    }
}

/// A line with its place in the journal.
package struct JournalEntry: Hashable, Sendable {
    /// From 1, without gaps, over all subjects.
    package var ordinal: Int64
    package var line: JournalLine

    package init(ordinal: Int64, line: JournalLine) {
        self.ordinal = ordinal
        self.line = line
    }
}

/// Reading the journal, beside a running owner too.
package protocol JournalReader: Sendable {
    /// At most `limit` lines after an ordinal, in order, of the subjects that begin with `prefix`.
    func lines(prefix: String, after ordinal: Int64, limit: Int) async throws(EngineError) -> [JournalEntry]
    /// Every line of one subject, in order.
    func lines(of subject: String) async throws(EngineError) -> [JournalEntry]
    /// The subjects that begin with `prefix` and whose last line does not close them, in the order they were opened.
    func open(prefix: String) async throws(EngineError) -> [String]
    /// At most `limit` subjects that begin with `prefix`, latest touched first, each with its last line; `before` is the
    /// ordinal of the last row of the page before, or `Int64.max`.
    func latest(prefix: String, before ordinal: Int64, limit: Int) async throws(EngineError) -> [JournalEntry]
}

/// The truth of work under way.
package protocol ExecutionJournal: JournalReader {
    /// Appends all lines or none, and returns the ordinal of the last; when it returns they are on disk.
    func append(_ lines: [JournalLine]) async throws(EngineError) -> Int64
}
