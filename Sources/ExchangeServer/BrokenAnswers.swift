import FlyingFox
import FlyingSocks
import Foundation

/// Closes the connection without a byte: FlyingFox asks a web socket's handler for frames before it writes the header, and
/// closes the connection when that throws.
struct ClosedConnection: WSHandler {
    func makeFrames(for client: AsyncThrowingStream<WSFrame, any Error>) async throws -> AsyncStream<WSFrame> {
        throw SocketError.disconnected
    }
}

/// A body that promises `count` bytes and breaks after the first half; FlyingFox then closes the connection.
struct BrokenBody: AsyncBufferedSequence {
    typealias Element = UInt8
    let bytes: [UInt8]

    func makeAsyncIterator() -> Iterator { Iterator(rest: bytes.prefix(bytes.count / 2)) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        var rest: ArraySlice<UInt8>

        mutating func next() async throws -> UInt8? {
            guard let byte = rest.popFirst() else { throw SocketError.disconnected }
            return byte
        }

        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
            guard !rest.isEmpty else { throw SocketError.disconnected }
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
    }
}

/// A body followed by spaces, which no reader of JSON minds but for their number.
struct PaddedBody: AsyncBufferedSequence {
    typealias Element = UInt8
    static let pieceBytes = 1 << 16
    let bytes: [UInt8]
    let padding: Int

    func makeAsyncIterator() -> Iterator { Iterator(rest: bytes[...], padding: padding) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        var rest: ArraySlice<UInt8>
        var padding: Int

        mutating func next() async throws -> UInt8? {
            if let byte = rest.popFirst() { return byte }
            guard padding > 0 else { return nil }
            padding -= 1
            return UInt8(ascii: " ")
        }

        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
            guard rest.isEmpty else {
                defer { rest = rest.dropFirst(count) }
                return Array(rest.prefix(count))
            }
            guard padding > 0 else { return nil }
            let piece = count < padding ? count : padding
            padding -= piece
            return [UInt8](repeating: UInt8(ascii: " "), count: piece)
        }
    }
}
