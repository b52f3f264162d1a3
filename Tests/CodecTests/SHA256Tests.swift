import Codec
import Testing

@Suite struct SHA256Tests {
    /// Vectors of FIPS 180-4 as published by NIST.
    static let vectors = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ]

    @Test func knownVectors() {
        for (text, digest) in Self.vectors { #expect(SHA256Digest.hex(Array(text.utf8)) == digest) }
        let million = [UInt8](repeating: 97, count: 1_000_000)
        #expect(
            SHA256Digest.hex(million) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func piecesGiveTheDigestOfTheWhole() {
        var generator = SeededGenerator(state: 3)
        let bytes = generator.bytes(10_000, alphabet: 256)
        for piece in [1, 7, 64, 4096, 10_000] {
            var digest = SHA256Accumulator()
            for start in stride(from: 0, to: bytes.count, by: piece) {
                digest.update(Array(bytes[start..<min(start + piece, bytes.count)]))
            }
            #expect(digest.hex == SHA256Digest.hex(bytes))
        }
    }

    @Test func theShortFormIsTheHeadOfTheLongOne() {
        #expect(SHA256Digest.short(Array("abc".utf8)) == Int64(bitPattern: 0xba78_16bf_8f01_cfea))
        #expect(SHA256Digest.bytes(Array("abc".utf8)).count == 32)
    }
}
