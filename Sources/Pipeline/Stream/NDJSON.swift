/// Lines of a raw object: one encoded record each, ended by a line feed.
package enum NDJSON {
    /// The lines without their line feeds; a last line without one counts too. Empty lines are faults for the decoder.
    package static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            lines.append(bytes[start..<end])
            start = end + 1
        }
        return lines
    }

    /// The lines of an object, each ended by a line feed.
    package static func joined(_ lines: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(lines.reduce(0) { $0 + $1.count + 1 })
        for line in lines {
            bytes.append(contentsOf: line)
            bytes.append(0x0A)
        }
        return bytes
    }
}
