import CCurl
import Engine

/// What one easy handle is gathering. Lives on the curl thread; libcurl's callbacks write into it.
final class CurlTransfer {
    /// All header lines of an answer together, in bytes, and their number.
    static let headerBytesMax = 64 * 1024
    static let headerCountMax = 256

    let exchange: CurlExchange
    private(set) var headers: [HTTPField] = []
    private(set) var body: [UInt8] = []
    /// The address of a `Location` field, as sent.
    private(set) var location: String?
    /// Whether a bound was passed; then the callback has already ended the transfer.
    private(set) var overflowed = false
    /// Whether the empty line after the header fields came; libcurl takes a line that breaks before it for an answer.
    private(set) var headersEnded = false
    private var headerBytes = 0

    init(_ exchange: CurlExchange) {
        self.exchange = exchange
    }

    /// Takes a piece of the body after decompression; false to end the transfer.
    func take(body piece: UnsafeRawBufferPointer) -> Bool {
        guard piece.count <= exchange.request.bodyBytesMax - body.count else { return overflow() }
        body.append(contentsOf: piece)
        return true
    }

    /// Takes one header line with its line end; false to end the transfer.
    func take(header line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= Self.headerBytesMax, headers.count < Self.headerCountMax else { return overflow() }
        if line.starts(with: "HTTP/".utf8) {
            // A new status line: what an interim answer said does not count.
            headers = []
            location = nil
            headersEnded = false
            return true
        }
        if Self.trimmed(line[...]).isEmpty { headersEnded = true }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return true }
        let value = Self.trimmed(line[(colon + 1)...])
        let name = Self.printable(Self.trimmed(line[..<colon]))
        headers.append(HTTPField(name, Self.printable(value)))
        if name.lowercased() == "location" { location = String(decoding: value, as: UTF8.self) }
        return true
    }

    /// The complete answer, once libcurl is content.
    func reply(status: Int) -> HTTPReply {
        HTTPReply(status: status, headers: headers, body: body)
    }

    private func overflow() -> Bool {
        overflowed = true
        return false
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        var rest = bytes.drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest = rest.dropLast() }
        return rest
    }

    /// Every byte outside printable ASCII becomes a question mark, so that no header can speak to a terminal.
    private static func printable(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}

/// libcurl's two callbacks; `context` is the transfer, kept alive by the reactor as long as its handle is in use.
enum CurlSink {
    static let body: kcurl_sink = { bytes, size, count, context in
        CurlSink.pass(bytes, size * count, context) { $0.take(body: $1) }
    }
    static let header: kcurl_sink = { bytes, size, count, context in
        CurlSink.pass(bytes, size * count, context) { $0.take(header: $1) }
    }

    private static func pass(
        _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
        to take: (CurlTransfer, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        guard let bytes, let context, count > 0 else { return count }
        let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        // Any number but `count` ends the transfer.
        return take(transfer, UnsafeRawBufferPointer(start: bytes, count: count)) ? count : 0
    }
}
