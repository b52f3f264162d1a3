import Codec
import Testing

@Suite struct GzipTests {
    @Test func everySizeComesBack() throws {
        var generator = SeededGenerator(state: 7)
        for round in 0..<150 {
            let size = round < 40 ? round : Int(generator.next() % 100_000)
            let bytes = generator.bytes(size, alphabet: round.isMultiple(of: 2) ? 256 : 4)
            let packed = Gzip.compress(bytes)
            #expect(try Gzip.decompress(packed, limit: size) == bytes)
        }
    }

    @Test func theSameBytesGiveTheSameBytes() {
        let bytes = Array("kintsugi ".utf8) + Array(repeating: 65, count: 5000)
        let packed = Gzip.compress(bytes)
        #expect(packed == Gzip.compress(bytes))
        #expect(Array(packed.prefix(10)) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
    }

    /// What a comment says is as safe as what is packed: it has a checksum of its own.
    @Test func aCommentStandsInTheHeader() throws {
        let bytes = Array(repeating: UInt8(65), count: 500)
        #expect(Gzip.comment(of: Gzip.compress(bytes)) == nil)
        let packed = Gzip.compress(bytes, comment: "place 1207")
        #expect(Gzip.comment(of: packed) == "place 1207")
        #expect(try Gzip.decompress(packed, limit: 500) == bytes)
        for bit in (10 * 8)..<(23 * 8) {
            var damaged = packed
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect((try? Gzip.decompress(damaged, limit: 500)) == nil, "bit \(bit)")
        }
        for count in 0..<packed.count { _ = Gzip.comment(of: Array(packed.prefix(count))) }
    }

    @Test func whatAnotherPackerWroteIsRead() throws {
        // `printf kintsugi | gzip -n`, as GNU gzip 1.12 writes it.
        let foreign: [UInt8] = [
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xcb, 0xce, 0xcc, 0x2b, 0x29, 0x2e, 0x4d, 0xcf,
            0x04, 0x00,
        ]
        let ours = Gzip.compress(Array("kintsugi".utf8))
        #expect(try Gzip.decompress(foreign + ours.suffix(8), limit: 8) == Array("kintsugi".utf8))
    }

    @Test func everyFlippedBitIsFoundOrHarmless() {
        let bytes = Array(#"{"s":"ok","t":[1549895400],"c":[157.2]}"#.utf8)
        let packed = Gzip.compress(bytes)
        var found = 0
        for bit in 0..<(packed.count * 8) {
            var damaged = packed
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            if let read = try? Gzip.decompress(damaged, limit: 1 << 20) { #expect(read == bytes) } else { found += 1 }
        }
        #expect(found >= (packed.count - 10) * 8)
    }

    @Test func everyTruncationIsRefused() {
        let packed = Gzip.compress(Array("a story that ends too early".utf8))
        for length in 0..<packed.count {
            #expect(throws: CodecError.truncated) { try Gzip.decompress(Array(packed[..<length]), limit: 1000) }
        }
    }

    @Test func whatFollowsIsRefused() {
        let packed = Gzip.compress([1, 2, 3])
        #expect(throws: CodecError.trailingBytes) { try Gzip.decompress(packed + [0], limit: 1000) }
        #expect(throws: CodecError.trailingBytes) { try Gzip.decompress(packed + packed, limit: 1000) }
    }

    @Test func aBombIsRefusedAtItsLimit() throws {
        let packed = Gzip.compress([UInt8](repeating: 0, count: 10_000_000))
        #expect(packed.count < 20_000)
        #expect(throws: CodecError.tooLarge(limit: 9_999_999)) { try Gzip.decompress(packed, limit: 9_999_999) }
        #expect(try Gzip.decompress(packed, limit: 10_000_000).count == 10_000_000)
    }

    @Test func nothingIsNotGzip() {
        #expect(throws: CodecError.truncated) { try Gzip.decompress([], limit: 10) }
        #expect(throws: CodecError.corrupt) { try Gzip.decompress(Array("<html></html>".utf8), limit: 100) }
    }
}
