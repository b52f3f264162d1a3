/// The parts that records are made of: spans of minutes, symbols, reasons, answers.
extension JSONWriter {
    mutating func span(_ minutes: Range<Minute>) {
        raw("[")
        integer(minutes.lowerBound.index)
        raw(",")
        integer(minutes.upperBound.index)
        raw("]")
    }

    mutating func spans(_ spans: [Range<Minute>]) {
        raw("[")
        for index in spans.indices {
            if index > 0 { raw(",") }
            span(spans[index])
        }
        raw("]")
    }

    /// A body stands byte for byte: as a string where it is UTF-8, else in base 64.
    mutating func answer(_ answer: SourceAnswer) {
        switch answer {
        case .reply(let status, let body):
            raw(",\"status\":")
            integer(status)
            body.withUnsafeBufferPointer { content in
                if content.isUTF8 {
                    raw(",\"body\":")
                    string(utf8: content)
                } else {
                    raw(",\"base64\":")
                    base64(body)
                }
            }
        case .stored(let status, let object, let bytes):
            raw(",\"status\":")
            integer(status)
            raw(",\"object\":")
            string(object)
            raw(",\"bytes\":")
            integer(bytes)
        case .failure(let reason):
            raw(",\"failure\":")
            string(reason)
        }
    }
}

extension JSONScanner {
    /// An integer with nothing before it, as the writer writes it.
    mutating func exactInteger() throws(DecodeFault) -> Int64 {
        guard next == UInt8(ascii: "-") || (48...57).contains(next) else { throw fault("expected an integer") }
        return try integer()
    }

    /// A minute near enough to now that its microseconds, and differences between such, fit 64 bits.
    mutating func minute() throws(DecodeFault) -> Minute {
        let index = try exactInteger()
        guard index.magnitude <= 1 << 36 else { throw fault("a minute out of all time") }
        return Minute(index)
    }

    /// A moment between the distant past and the distant future.
    mutating func time() throws(DecodeFault) -> MarketTime {
        let time = MarketTime(microseconds: try exactInteger())
        guard time >= .distantPast, time <= .distantFuture else { throw fault("a moment out of all time") }
        return time
    }

    /// The bytes of a string written by `JSONWriter.string`.
    mutating func content() throws(DecodeFault) -> [UInt8] {
        guard next == UInt8(ascii: "\"") else { throw fault("expected a string") }
        let raw = try rawString()
        guard raw.isUTF8 else { throw fault("a string that is not UTF-8") }
        guard let content = unescaped(raw) else { throw fault("an escape that is never written") }
        return content
    }

    mutating func text() throws(DecodeFault) -> String {
        String(decoding: try content(), as: UTF8.self)
    }

    mutating func symbol() throws(DecodeFault) -> SymbolName {
        guard let symbol = SymbolName(try text()) else { throw fault("not a symbol") }
        return symbol
    }

    mutating func reason() throws(DecodeFault) -> LossReason {
        try expect(",\"reason\":")
        guard let reason = LossReason(rawValue: try text()) else { throw fault("unknown reason") }
        return reason
    }

    mutating func span() throws(DecodeFault) -> Range<Minute> {
        try expect("[")
        let lower = try minute()
        try expect(",")
        let upper = try minute()
        try expect("]")
        guard lower <= upper else { throw fault("a range that ends before it begins") }
        guard upper.index - lower.index <= 1 << 22 else { throw fault("a range of more than eight years") }
        return lower..<upper
    }

    mutating func spans() throws(DecodeFault) -> [Range<Minute>] {
        try expect("[")
        var spans: [Range<Minute>] = []
        if takes("]") { return spans }
        repeat {
            spans.append(try span())
        } while takes(",")
        try expect("]")
        return spans
    }

    mutating func answer() throws(DecodeFault) -> SourceAnswer {
        if takes(",\"failure\":") { return .failure(reason: try text()) }
        try expect(",\"status\":")
        let status = Int(try exactInteger())
        if takes(",\"body\":") { return .reply(status: status, body: try content()) }
        if takes(",\"base64\":"), next == UInt8(ascii: "\"") {
            let raw = try rawString()
            guard let body = Base64.decode(raw), !body.withUnsafeBufferPointer({ $0.isUTF8 }) else {
                throw fault("not base 64 of bytes that need it")
            }
            return .reply(status: status, body: body)
        }
        try expect(",\"object\":")
        let object = try text()
        try expect(",\"bytes\":")
        return .stored(status: status, object: object, bytes: Int(try exactInteger()))
    }
}

/// Undoes the escapes of `JSONWriter.string`; nil where there is another.
private func unescaped(_ raw: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var content: [UInt8] = []
    content.reserveCapacity(raw.count)
    var run = 0
    var index = 0
    while index < raw.count {
        guard raw[index] == UInt8(ascii: "\\") else {
            index += 1
            continue
        }
        content.append(contentsOf: UnsafeBufferPointer(rebasing: raw[run..<index]))
        guard index + 1 < raw.count, let (byte, length) = escape(raw, at: index + 1) else { return nil }
        content.append(byte)
        index += 1 + length
        run = index
    }
    content.append(contentsOf: UnsafeBufferPointer(rebasing: raw[run..<raw.count]))
    return content
}

/// The byte that the escape after a backslash stands for, and how many bytes it takes.
private func escape(_ raw: UnsafeBufferPointer<UInt8>, at index: Int) -> (UInt8, Int)? {
    switch raw[index] {
    case UInt8(ascii: "\""): return (0x22, 1)
    case UInt8(ascii: "\\"): return (0x5C, 1)
    case UInt8(ascii: "n"): return (0x0A, 1)
    case UInt8(ascii: "r"): return (0x0D, 1)
    case UInt8(ascii: "t"): return (0x09, 1)
    case UInt8(ascii: "u"):
        guard index + 4 < raw.count, raw[index + 1] == 48, raw[index + 2] == 48,
            raw[index + 3] == 48 || raw[index + 3] == 49
        else { return nil }
        let high = (raw[index + 3] - 48) << 4
        let low: UInt8
        switch raw[index + 4] {
        case 48...57: low = raw[index + 4] - 48
        case 97...102: low = raw[index + 4] - 87
        default: return nil
        }
        let byte = high | low
        // One text for each byte: those with a short escape have no long one.
        return byte == 0x0A || byte == 0x0D || byte == 0x09 ? nil : (byte, 5)
    default: return nil
    }
}
