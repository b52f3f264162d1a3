/// Why bytes could not be unpacked.
package enum CodecError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes end before the packed data does.
    case truncated
    /// Something follows the packed data; a concatenation of two archives too.
    case trailingBytes
    /// Header, data or checksum are not what a packer writes.
    case corrupt
    /// More than the limit would come out, in bytes.
    case tooLarge(limit: Int)
    /// No memory is left to unpack with.
    case outOfMemory

    package var description: String {
        switch self {
        case .truncated: "the gzip data ends too early"
        case .trailingBytes: "something follows the end of the gzip data"
        case .corrupt: "the gzip data is damaged"
        case .tooLarge(let limit): "the gzip data unpacks to more than \(limit) bytes"
        case .outOfMemory: "there is no memory left to unpack gzip data"
        }
    }
}
