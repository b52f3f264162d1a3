/// What a source says of a range of minutes.
package enum CandleAnswer: Hashable, Sendable {
    /// The source answers and holds nothing in the range.
    case noData
    /// Bars as they came: not yet ordered, deduplicated or validated beyond being finite and on the minute.
    case bars([Bar])
}

/// Reads `{"s":"ok","t":[],"o":[],"h":[],"l":[],"c":[],"v":[]}`, keys in any order, unknown keys passed over.
package enum CandleDecoder {
    /// The greatest number of bars in an answer: more than two months of every minute.
    package static let barsMax = 100_000

    package static func decode(_ body: [UInt8]) throws(DecodeFault) -> CandleAnswer {
        try body.withUnsafeBufferPointer { buffer throws(DecodeFault) in
            var scanner = JSONScanner(buffer)
            var columns = CandleColumns()
            try columns.read(&scanner)
            try scanner.expectEnd()
            return try columns.answer()
        }
    }
}

/// The parallel arrays of an answer.
private struct CandleColumns {
    private var status: Status?
    private var times: [Int64]?
    private var open: [Double]?
    private var high: [Double]?
    private var low: [Double]?
    private var close: [Double]?
    private var volume: [Double]?

    private enum Status { case data, noData }

    mutating func read(_ scanner: inout JSONScanner) throws(DecodeFault) {
        try scanner.expect(UInt8(ascii: "{"))
        var first = true
        while let key = try scanner.key(first: first) {
            first = false
            guard key.count == 1 else {
                try scanner.skipValue()
                continue
            }
            try readColumn(key[0], &scanner)
        }
    }

    private mutating func readColumn(_ name: UInt8, _ scanner: inout JSONScanner) throws(DecodeFault) {
        switch name {
        case UInt8(ascii: "s"):
            guard status == nil else { throw DecodeFault("duplicate-field", "s stands twice") }
            status = try readStatus(&scanner)
        case UInt8(ascii: "t"):
            guard times == nil else { throw DecodeFault("duplicate-field", "t stands twice") }
            times = try readTimes(&scanner)
        case UInt8(ascii: "o"): try readNumbers(&open, &scanner)
        case UInt8(ascii: "h"): try readNumbers(&high, &scanner)
        case UInt8(ascii: "l"): try readNumbers(&low, &scanner)
        case UInt8(ascii: "c"): try readNumbers(&close, &scanner)
        case UInt8(ascii: "v"): try readNumbers(&volume, &scanner)
        default: try scanner.skipValue()
        }
    }

    private func readStatus(_ scanner: inout JSONScanner) throws(DecodeFault) -> Status {
        let word = try scanner.rawString()
        if word.spells("ok") { return .data }
        if word.spells("no_data") { return .noData }
        throw DecodeFault("wrong-status", "s is \(String(decoding: word.prefix(40), as: UTF8.self))")
    }

    private func readTimes(_ scanner: inout JSONScanner) throws(DecodeFault) -> [Int64] {
        var times: [Int64] = []
        times.reserveCapacity(512)
        try scanner.array(limit: CandleDecoder.barsMax) { scanner throws(DecodeFault) in
            times.append(try scanner.seconds())
        }
        return times
    }

    private func readNumbers(_ column: inout [Double]?, _ scanner: inout JSONScanner) throws(DecodeFault) {
        guard column == nil else { throw scanner.fault("an array stands twice") }
        var numbers: [Double] = []
        numbers.reserveCapacity(times?.count ?? 512)
        try scanner.array(limit: CandleDecoder.barsMax) { scanner throws(DecodeFault) in
            numbers.append(try scanner.number())
        }
        column = numbers
    }

    func answer() throws(DecodeFault) -> CandleAnswer {
        guard let status else { throw DecodeFault("missing-field", "there is no s") }
        guard status == .data else { return .noData }
        guard let times, let open, let high, let low, let close, let volume else {
            throw DecodeFault("missing-field", "one of t, o, h, l, c, v is missing")
        }
        let count = times.count
        guard open.count == count, high.count == count, low.count == count, close.count == count, volume.count == count
        else {
            let counts = "\(count), \(open.count), \(high.count), \(low.count), \(close.count), \(volume.count)"
            throw DecodeFault("unequal-arrays", "t, o, h, l, c, v have \(counts) elements")
        }
        var bars: [Bar] = []
        bars.reserveCapacity(count)
        for index in 0..<count {
            let minute = Minute(seconds: times[index])
            guard minute.seconds == times[index] else {
                throw DecodeFault("off-minute", "t \(times[index]) is not the start of a minute")
            }
            bars.append(
                Bar(
                    minute: minute, open: open[index], high: high[index], low: low[index], close: close[index],
                    volume: volume[index]))
        }
        return .bars(bars)
    }
}

extension JSONScanner {
    /// Seconds since 1970, whole, up to the year 9999; `1549895400.0` is whole too.
    mutating func seconds() throws(DecodeFault) -> Int64 {
        let value = try number()
        guard value >= 0, value <= 253_402_300_799, value == value.rounded() else {
            throw fault("expected a time in seconds")
        }
        return Int64(value)
    }
}
