package import Engine

/// The journal of a simulated world; answers without suspending.
package final class MemoryJournal: ExecutionJournal {
    private let world: MemoryWorld
    private let faults: any FaultPlan

    package init(world: MemoryWorld, faults: any FaultPlan = NoFaults()) {
        self.world = world
        self.faults = faults
    }

    package func append(_ lines: [JournalLine]) throws(EngineError) -> Int64 {
        try faults.around(EngineCall(.journal, "append", writes: true)) { () throws(EngineError) in
            try world.withJournal { (table) throws(EngineError) in table.append(lines) }
        }
    }

    package func lines(prefix: String, after ordinal: Int64, limit: Int) throws(EngineError) -> [JournalEntry] {
        try reading("lines") { $0.lines(prefix, after: ordinal, limit: limit) }
    }

    package func lines(of subject: String) throws(EngineError) -> [JournalEntry] {
        try reading("lines") { $0.lines(of: subject) }
    }

    package func open(prefix: String) throws(EngineError) -> [String] {
        try reading("open") { $0.open(prefix) }
    }

    package func latest(prefix: String, before ordinal: Int64, limit: Int) throws(EngineError) -> [JournalEntry] {
        try reading("latest") { $0.latest(prefix, before: ordinal, limit: limit) }
    }

    private func reading<Value: Sendable>(
        _ method: String, _ body: (JournalTable) -> Value
    ) throws(EngineError) -> Value {
        try faults.around(EngineCall(.journal, method, writes: false)) { () throws(EngineError) in
            try world.withJournal { (table) throws(EngineError) in body(table) }
        }
    }
}

/// Lines in order, and where each subject stands.
struct JournalTable: Sendable {
    private var entries: [JournalEntry] = []
    private var subjects: [String: Subject] = [:]

    private struct Subject {
        var opened: Int64
        var isClosed: Bool
        /// Places of its lines within `entries`.
        var places: [Int]
    }

    mutating func append(_ lines: [JournalLine]) -> Int64 {
        for line in lines {
            let place = entries.count
            let ordinal = Int64(place + 1)
            entries.append(JournalEntry(ordinal: ordinal, line: line))
            var subject = subjects[line.subject] ?? Subject(opened: ordinal, isClosed: false, places: [])
            if subject.isClosed { subject.opened = ordinal }
            subject.isClosed = line.closes
            subject.places.append(place)
            subjects[line.subject] = subject
        }
        return Int64(entries.count)
    }

    func lines(_ prefix: String, after ordinal: Int64, limit: Int) -> [JournalEntry] {
        let start = Int(max(0, min(ordinal, Int64(entries.count))))
        return Array(entries[start...].lazy.filter { begins($0.line.subject, prefix) }.prefix(limit))
    }

    func lines(of subject: String) -> [JournalEntry] {
        (subjects[subject]?.places ?? []).map { entries[$0] }
    }

    func open(_ prefix: String) -> [String] {
        subjects.filter { begins($0.key, prefix) && !$0.value.isClosed }.sorted { $0.value.opened < $1.value.opened }
            .map(\.key)
    }

    func latest(_ prefix: String, before ordinal: Int64, limit: Int) -> [JournalEntry] {
        let last = subjects.filter { begins($0.key, prefix) }.compactMap { $0.value.places.last.map { entries[$0] } }
        return Array(last.filter { $0.ordinal < ordinal }.sorted { $0.ordinal > $1.ordinal }.prefix(limit))
    }

    private func begins(_ subject: String, _ prefix: String) -> Bool { subject.utf8.starts(with: prefix.utf8) }
}
