import EmbeddedEngine
import Pipeline

/// What a data directory takes on disk, by store and by the day of a symbol.
struct DiskReport {
    var uses: [DiskUse]
    /// Sessions begun, of every symbol.
    var symbolDays: Int

    var bytes: Int64 { uses.reduce(0) { $0 + $1.bytes } }
    var logBytes: Int64 { uses.reduce(0) { $0 + $1.logBytes } }

    /// Nil before the first session.
    func perSymbolDay(_ bytes: Int64) -> Int64? { symbolDays > 0 ? bytes / Int64(symbolDays) : nil }

    static func symbolDays(_ universe: Universe, until now: MarketTime) -> Int {
        universe.members.reduce(0) { sum, member in
            let life = member.lifetime.clamped(
                to: member.lifetime.lowerBound..<max(member.lifetime.lowerBound, now.minute))
            return life.isEmpty ? sum : sum + TradingCalendar.named(member.calendar).sessions(overlapping: life).count
        }
    }

    var json: JSONValue {
        .object([
            ("bytes", .integer(bytes)), ("logBytes", .integer(logBytes)), ("symbolDays", .integer(symbolDays)),
            ("bytesPerSymbolDay", perSymbolDay(bytes).map(JSONValue.integer) ?? .null),
            (
                "stores",
                .array(
                    uses.map { use in
                        .object([
                            ("store", .text(use.store)), ("bytes", .integer(use.bytes)),
                            ("logBytes", .integer(use.logBytes)), ("objects", .integer(use.objects)),
                            ("bytesPerSymbolDay", perSymbolDay(use.bytes).map(JSONValue.integer) ?? .null),
                        ])
                    })
            ),
        ])
    }

    func show(_ output: inout Output, left: Int64?) {
        let each = perSymbolDay(bytes).map { ", \(Self.words($0)) a symbol-day" } ?? ""
        let rest = left.map { ", \(Self.words($0)) left" } ?? ""
        output.line("disk          \(Self.words(bytes))\(each)\(rest)")
        for use in uses where use.bytes > 0 {
            var line = "  \(use.store)  \(Self.words(use.bytes))"
            if use.logBytes > 0 { line += ", \(Self.words(use.logBytes)) of it log" }
            if use.objects > 0 { line += " in \(use.objects) objects" }
            if let each = perSymbolDay(use.bytes) { line += ", \(Self.words(each)) a symbol-day" }
            output.line(line)
        }
    }

    /// Bytes with three digits at least: `812 B`, `20.4 KB`, `3.1 GB`.
    private static func words(_ bytes: Int64) -> String {
        var value = Double(bytes)
        for unit in ["B", "KB", "MB", "GB"] {
            if value < 1_000 || unit == "GB" {
                return unit == "B" ? "\(bytes) B" : "\((value * 10).rounded() / 10) \(unit)"
            }
            value /= 1_000
        }
        return "\(bytes) B"
    }
}
