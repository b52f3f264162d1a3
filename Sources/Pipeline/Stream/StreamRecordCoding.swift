/// A record as one line of JSON. The form is canonical: fields stand in one order, and each record has one text, so equal
/// records are equal bytes wherever they are delivered, summed or compared.
extension StreamRecord {
    /// The greatest line that is read, in bytes.
    package static let encodedBytesMax = 4 << 20

    /// One JSON object without a line feed.
    package func encoded() -> [UInt8] {
        switch self {
        case .answer(let record): record.encoded()
        case .loss(let record):
            encodedSpans("loss", record.symbol, record.minutes, record.reason, nil, record.received)
        case .ruling(let record):
            encodedSpans("ruling", record.symbol, record.minutes, record.reason, record.execution, record.received)
        case .decision(let record): record.encoded()
        }
    }

    /// Reads what `encoded` wrote, and nothing else.
    package static func decode(_ line: [UInt8]) throws(DecodeFault) -> Self { try decode(line[...]) }

    /// Reads what `encoded` wrote, and nothing else.
    package static func decode(_ line: ArraySlice<UInt8>) throws(DecodeFault) -> Self {
        guard line.count <= encodedBytesMax else { throw DecodeFault("too-large", "a record of \(line.count) bytes") }
        return try line.withUnsafeBufferPointer { buffer throws(DecodeFault) in
            var scanner = JSONScanner(buffer)
            guard scanner.takes("{\"v\":1,\"kind\":\"") else {
                throw DecodeFault("unknown-version", "no record of version 1")
            }
            let record = try decodeBody(&scanner)
            try scanner.expect("}")
            guard scanner.index == buffer.count else { throw scanner.fault("bytes after the end") }
            return record
        }
    }

    private static func decodeBody(_ scanner: inout JSONScanner) throws(DecodeFault) -> Self {
        if scanner.takes("answer\",") { return .answer(try AnswerRecord(&scanner)) }
        if scanner.takes("loss\",") { return .loss(try LossRecord(&scanner)) }
        if scanner.takes("ruling\",") { return .ruling(try RulingRecord(&scanner)) }
        if scanner.takes("decision\",") { return .decision(try DecisionRecord(&scanner)) }
        throw DecodeFault("unknown-kind", "a record of no known kind")
    }
}

/// Losses and rulings share all but the execution.
private func encodedSpans(
    _ kind: StaticString, _ symbol: SymbolName, _ minutes: [Range<Minute>], _ reason: LossReason, _ execution: String?,
    _ received: MarketTime
) -> [UInt8] {
    var writer = JSONWriter(capacity: 160 + minutes.count * 24)
    writer.raw("{\"v\":1,\"kind\":\"")
    writer.raw(kind)
    writer.raw("\",\"symbol\":")
    writer.string(symbol.text)
    writer.raw(",\"minutes\":")
    writer.spans(minutes)
    writer.raw(",\"reason\":")
    writer.string(reason.rawValue)
    if let execution {
        writer.raw(",\"execution\":")
        writer.string(execution)
    }
    writer.raw(",\"received\":")
    writer.integer(received.microseconds)
    writer.raw("}")
    return writer.bytes
}

extension AnswerRecord {
    fileprivate func encoded() -> [UInt8] {
        var writer = JSONWriter(capacity: 320 + bodyBytes + bodyBytes / 4)
        writer.raw("{\"v\":1,\"kind\":\"answer\",\"source\":")
        writer.string(source)
        writer.raw(",\"purpose\":")
        writer.string(purpose.rawValue)
        writer.raw(",\"execution\":")
        writer.string(execution)
        writer.raw(",\"attempt\":")
        writer.integer(attempt)
        writer.raw(",\"symbol\":")
        writer.string(question.symbol.text)
        switch question {
        case .quote(_, let slot):
            writer.raw(",\"slot\":")
            writer.integer(slot.index)
        case .candles(_, let minutes, let wanted):
            writer.raw(",\"range\":")
            writer.span(minutes)
            writer.raw(",\"wanted\":")
            writer.spans(wanted)
        }
        writer.raw(",\"sent\":")
        writer.integer(sent.microseconds)
        writer.raw(",\"received\":")
        writer.integer(received.microseconds)
        writer.raw(",\"fresh\":")
        writer.boolean(feedFresh)
        writer.answer(answer)
        writer.raw("}")
        return writer.bytes
    }

    private var bodyBytes: Int {
        if case .reply(_, let body) = answer { body.count } else { 0 }
    }

    fileprivate init(_ scanner: inout JSONScanner) throws(DecodeFault) {
        try scanner.expect("\"source\":")
        let source = try scanner.text()
        try scanner.expect(",\"purpose\":")
        guard let purpose = Purpose(rawValue: try scanner.text()) else { throw scanner.fault("unknown purpose") }
        try scanner.expect(",\"execution\":")
        let execution = try scanner.text()
        try scanner.expect(",\"attempt\":")
        let attempt = Int(try scanner.exactInteger())
        try scanner.expect(",\"symbol\":")
        let symbol = try scanner.symbol()
        let question: SourceQuestion
        if scanner.takes(",\"slot\":") {
            question = .quote(symbol, slot: try scanner.minute())
        } else {
            try scanner.expect(",\"range\":")
            let minutes = try scanner.span()
            try scanner.expect(",\"wanted\":")
            question = .candles(symbol, minutes: minutes, wanted: try scanner.spans())
        }
        try scanner.expect(",\"sent\":")
        let sent = try scanner.time()
        try scanner.expect(",\"received\":")
        let received = try scanner.time()
        try scanner.expect(",\"fresh\":")
        let fresh = scanner.takes("true")
        if !fresh { try scanner.expect("false") }
        self.init(
            source: source, purpose: purpose, execution: execution, attempt: attempt, question: question, sent: sent,
            received: received, feedFresh: fresh, answer: try scanner.answer())
    }
}

extension LossRecord {
    fileprivate init(_ scanner: inout JSONScanner) throws(DecodeFault) {
        try scanner.expect("\"symbol\":")
        let symbol = try scanner.symbol()
        try scanner.expect(",\"minutes\":")
        let minutes = try scanner.spans()
        let reason = try scanner.reason()
        try scanner.expect(",\"received\":")
        let received = try scanner.time()
        self.init(symbol: symbol, minutes: minutes, reason: reason, received: received)
    }
}

extension RulingRecord {
    fileprivate init(_ scanner: inout JSONScanner) throws(DecodeFault) {
        try scanner.expect("\"symbol\":")
        let symbol = try scanner.symbol()
        try scanner.expect(",\"minutes\":")
        let minutes = try scanner.spans()
        let reason = try scanner.reason()
        try scanner.expect(",\"execution\":")
        let execution = try scanner.text()
        try scanner.expect(",\"received\":")
        let received = try scanner.time()
        self.init(symbol: symbol, minutes: minutes, reason: reason, execution: execution, received: received)
    }
}

extension DecisionRecord {
    fileprivate func encoded() -> [UInt8] {
        var writer = JSONWriter(capacity: 160 + about.utf8.count)
        writer.raw("{\"v\":1,\"kind\":\"decision\",\"by\":")
        writer.string(by)
        writer.raw(",\"verb\":")
        writer.string(verb)
        writer.raw(",\"about\":")
        writer.string(about)
        if !order.isEmpty {
            writer.raw(",\"order\":")
            writer.string(order)
        }
        writer.raw(",\"received\":")
        writer.integer(received.microseconds)
        writer.raw("}")
        return writer.bytes
    }

    fileprivate init(_ scanner: inout JSONScanner) throws(DecodeFault) {
        try scanner.expect("\"by\":")
        let by = try scanner.text()
        try scanner.expect(",\"verb\":")
        let verb = try scanner.text()
        try scanner.expect(",\"about\":")
        let about = try scanner.text()
        let order = scanner.takes(",\"order\":") ? try scanner.text() : ""
        try scanner.expect(",\"received\":")
        self.init(by: by, verb: verb, about: about, received: try scanner.time(), order: order)
    }
}
