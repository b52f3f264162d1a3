package import Pipeline

/// One line of a recording.
package struct RecordedBar: Hashable, Sendable {
    package var symbol: SymbolName
    package var bar: Bar

    package init(symbol: SymbolName, bar: Bar) {
        self.symbol = symbol
        self.bar = bar
    }
}

/// Why a recording cannot be read: the line, counted from 1, and what is wrong with it.
package struct RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
    package var line: Int
    package var complaint: String

    /// One sentence.
    package var description: String { "line \(line): \(complaint)" }
}

/// Reads `symbol,epoch_utc_seconds,o,h,l,c,v`, one bar a line, the header optional, empty lines skipped.
package func readRecordedBars(_ bytes: [UInt8]) throws(RecordingError) -> [RecordedBar] {
    var bars: [RecordedBar] = []
    var number = 0
    var headerAllowed = true
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
        number += 1
        let text = trimmed(line, first: number == 1)
        guard !text.isEmpty else { continue }
        if headerAllowed, text.lowercased().hasPrefix("symbol,") {
            headerAllowed = false
            continue
        }
        headerAllowed = false
        bars.append(try recordedBar(text, line: number))
    }
    return bars
}

/// Without the carriage return of a foreign line ending, and without a byte order mark at the very beginning.
private func trimmed(_ line: ArraySlice<UInt8>, first: Bool) -> String {
    var line = line
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    if first, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    return String(decoding: line, as: UTF8.self)
}

private func recordedBar(_ text: String, line: Int) throws(RecordingError) -> RecordedBar {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count == 7 else {
        throw RecordingError(line: line, complaint: "7 fields are needed (symbol,time,o,h,l,c,v), not \(fields.count)")
    }
    let symbol = try symbol(fields[0], line)
    let minute = try minute(fields[1], line)
    let numbers = try numbers(fields[2...], line)
    let bar = Bar(
        minute: minute, open: numbers[0], high: numbers[1], low: numbers[2], close: numbers[3],
        volume: numbers[4])
    if let complaint = complaint(about: bar) { throw RecordingError(line: line, complaint: complaint) }
    return RecordedBar(symbol: symbol, bar: bar)
}

private func symbol(_ field: Substring, _ line: Int) throws(RecordingError) -> SymbolName {
    if let symbol = SymbolName(String(field)) { return symbol }
    let why = SymbolName.complaint(about: String(field)) ?? "it cannot be read"
    throw RecordingError(line: line, complaint: "\"\(harmless(String(field), limit: 40))\" is no symbol: \(why)")
}

private func minute(_ field: Substring, _ line: Int) throws(RecordingError) -> Minute {
    guard let seconds = Int64(field) else {
        throw RecordingError(
            line: line, complaint: "\"\(harmless(String(field), limit: 40))\" is no time in seconds")
    }
    guard seconds % 60 == 0, seconds.magnitude < 1 << 40 else {
        throw RecordingError(line: line, complaint: "the time \(seconds) is not the start of a minute")
    }
    return Minute(seconds: seconds)
}

private func numbers(_ fields: ArraySlice<Substring>, _ line: Int) throws(RecordingError) -> [Double] {
    var numbers: [Double] = []
    for (field, name) in zip(fields, ["open", "high", "low", "close", "volume"]) {
        guard let number = Double(field), number.isFinite else {
            throw RecordingError(
                line: line, complaint: "the \(name) \"\(harmless(String(field), limit: 40))\" is no finite number")
        }
        numbers.append(number)
    }
    return numbers
}

private func complaint(about bar: Bar) -> String? {
    if bar.low <= 0 || bar.open <= 0 || bar.close <= 0 { return "a price is not above 0" }
    if bar.high < bar.low { return "the high \(bar.high) is below the low \(bar.low)" }
    if bar.open < bar.low || bar.open > bar.high { return "the open \(bar.open) lies outside low and high" }
    if bar.close < bar.low || bar.close > bar.high { return "the close \(bar.close) lies outside low and high" }
    if bar.volume < 0 { return "the volume \(bar.volume) is below 0" }
    return nil
}
