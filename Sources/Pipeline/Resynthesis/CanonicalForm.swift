import Engine

/// The inputs of a derived row as bytes, little-endian and of fixed width: equal inputs are equal bytes. Where a bar came
/// from does not enter, so a healed history and one that was never broken have one digest.
struct CanonicalForm {
    private(set) var bytes = Array("kintsugi/derived/1\n".utf8)

    init(_ span: DerivedSpan, _ row: DerivedRow) {
        text(span.rawValue)
        text(row.symbol)
        number(row.start)
        number(row.end)
        text(row.completeness)
    }

    mutating func add(_ hour: Hour, expected: UInt64, _ masks: PartitionMasks) {
        number(hour.index)
        number(expected)
        number(masks.present & expected)
        number(masks.quiet & expected & ~masks.present)
    }

    mutating func add(_ bars: [BarRow]) {
        bytes.reserveCapacity(bytes.count + bars.count * 56)
        number(Int64(bars.count))
        for bar in bars {
            number(bar.minute)
            bytes.append(bar.sampled ? 1 : 0)
            for value in [bar.open, bar.high, bar.low, bar.close, bar.volume] { optional(value) }
        }
    }

    mutating func text(_ text: String) {
        number(Int64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func optional(_ value: Double?) {
        bytes.append(value == nil ? 0 : 1)
        number((value ?? 0).bitPattern)
    }

    private mutating func number(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
