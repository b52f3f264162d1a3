/// What an `ok` answer says of the slots for which it brought no bar.
struct QuietEvidence {
    let reading: CandleReading
    let record: AnswerRecord

    /// Whether the answer is a witness that nobody traded in a slot: it covers the slot, which was over, and has bars on
    /// both sides of it, or covers the slot's whole session, which was over, and has any bar in it.
    func covers(_ minute: Minute, session: Range<Minute>?) -> Bool {
        let asked = record.question.minutes
        guard !reading.strays, asked.contains(minute), minute.end <= record.received, !reading.isBad(minute) else {
            return false
        }
        if reading.surrounds(minute) { return true }
        guard let session, session.upperBound.start <= record.received, session.clamped(to: asked) == session else {
            return false
        }
        return reading.hasBar(within: session)
    }
}

/// The session of each minute asked for, found once for the minutes that share it.
struct SessionLookup {
    let symbol: SymbolName
    private var last: Range<Minute>?

    init(symbol: SymbolName) { self.symbol = symbol }

    mutating func session(of minute: Minute, _ universe: Universe) -> Range<Minute>? {
        if let last, last.contains(minute) { return last }
        last = universe.sessionMinutes(of: symbol, containing: minute)
        return last
    }
}
