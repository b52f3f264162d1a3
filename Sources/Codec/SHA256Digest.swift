import Crypto

/// SHA-256, of bytes in one piece or as they come.
package enum SHA256Digest {
    /// The 32 bytes of the digest.
    package static func bytes(_ bytes: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: bytes))
    }

    /// The digest as 64 lower-case hexadecimal digits.
    package static func hex(_ bytes: [UInt8]) -> String {
        hexadecimal(SHA256.hash(data: bytes))
    }

    /// The first eight bytes of the digest as one number, for checksums of rows.
    package static func short(_ bytes: [UInt8]) -> Int64 {
        var number: UInt64 = 0
        for byte in SHA256.hash(data: bytes).prefix(8) { number = number << 8 | UInt64(byte) }
        return Int64(bitPattern: number)
    }
}

/// SHA-256 of bytes that come in pieces, such as a file too large to hold.
package struct SHA256Accumulator: Sendable {
    private var hash = SHA256()

    package init() {}

    /// Takes the next piece.
    package mutating func update(_ bytes: [UInt8]) { hash.update(data: bytes) }

    /// The digest of all pieces so far as 64 lower-case hexadecimal digits; more may follow.
    package var hex: String { hexadecimal(hash.finalize()) }
}

private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
