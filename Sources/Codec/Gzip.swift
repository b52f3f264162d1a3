import CZlib

/// Packing and unpacking of gzip (RFC 1952), one member.
package enum Gzip {
    /// The same bytes always give the same bytes: no name, no time, no operating system in the header. A comment (ASCII,
    /// no zero byte) stands in the header too, under a checksum of its own.
    package static func compress(_ bytes: [UInt8], comment: String = "") -> [UInt8] {
        precondition(bytes.count < Int(UInt32.max), "a gzip piece is smaller than 4 GiB")
        var packed = header(comment)
        packed.append(contentsOf: deflated(bytes))
        let checksum = bytes.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
        packed.append(contentsOf: littleEndian(UInt32(truncatingIfNeeded: bytes.isEmpty ? 0 : checksum)))
        packed.append(contentsOf: littleEndian(UInt32(bytes.count)))
        return packed
    }

    /// Unpacks exactly one member; never more than `limit` bytes, and nothing that its checksum does not confirm.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(CodecError) -> [UInt8] {
        guard bytes.count < Int(UInt32.max) else { throw .tooLarge(limit: limit) }
        let stream = try Inflation()
        defer { stream.end() }
        return try stream.inflated(bytes, limit: limit)
    }

    /// The comment in the header of one member; nil where there is none. Only unpacking confirms it.
    package static func comment(of packed: [UInt8]) -> String? {
        guard packed.starts(with: header.prefix(3)), packed.count > header.count, packed[3] == commented,
            let end = packed[header.count...].prefix(256).firstIndex(of: 0)
        else { return nil }
        return String(decoding: packed[header.count..<end], as: UTF8.self)
    }

    /// Magic, deflate, no flags, no time, no extra flags, unknown operating system: written here rather than by zlib,
    /// whose header names the system it was built for.
    private static let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
    /// The flags of a comment and of a checksum over the header.
    private static let commented: UInt8 = 0x10 | 0x02

    private static func header(_ comment: String) -> [UInt8] {
        guard !comment.isEmpty else { return header }
        precondition(comment.utf8.allSatisfy { $0 != 0 && $0 < 128 }, "a comment is ASCII without a zero byte")
        var bytes = header
        bytes[3] = commented
        bytes += comment.utf8
        bytes.append(0)
        let checksum = bytes.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
        return bytes + littleEndian(UInt32(truncatingIfNeeded: checksum)).prefix(2)
    }

    private static func littleEndian(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
    }

    /// Raw deflate at zlib's default level.
    private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        // zlib keeps the address of the stream, so it may not move.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        let began = deflateInit2_(
            stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, zlibVersion(), Int32(MemoryLayout<z_stream>.size))
        precondition(began == Z_OK, "zlib cannot begin: out of memory")
        defer { deflateEnd(stream) }
        var input = bytes
        let room = Int(deflateBound(stream, UInt(bytes.count)))
        return input.withUnsafeMutableBufferPointer { source in
            [UInt8](unsafeUninitializedCapacity: room) { target, count in
                stream.pointee.next_in = source.baseAddress
                stream.pointee.avail_in = UInt32(source.count)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(room)
                let ended = deflate(stream, Z_FINISH)
                precondition(ended == Z_STREAM_END, "deflateBound promises room for everything")
                count = room - Int(stream.pointee.avail_out)
            }
        }
    }
}

/// One unpacking under way.
private struct Inflation {
    private let stream: UnsafeMutablePointer<z_stream>
    private static let pieceBytes = 64 * 1024

    init() throws(CodecError) {
        stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, and 16 more to say that the wrapping is gzip and nothing else.
        let began = inflateInit2_(stream, 31, zlibVersion(), Int32(MemoryLayout<z_stream>.size))
        guard began == Z_OK else {
            stream.deallocate()
            throw .outOfMemory
        }
    }

    func end() {
        inflateEnd(stream)
        stream.deallocate()
    }

    func inflated(_ bytes: [UInt8], limit: Int) throws(CodecError) -> [UInt8] {
        var input = bytes
        let result: Result<[UInt8], CodecError> = input.withUnsafeMutableBufferPointer { source in
            stream.pointee.next_in = source.baseAddress
            stream.pointee.avail_in = UInt32(source.count)
            return Result { () throws(CodecError) in try allPieces(limit: limit) }
        }
        return try result.get()
    }

    private func allPieces(limit: Int) throws(CodecError) -> [UInt8] {
        var output: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
        while true {
            let (status, count) = nextPiece(&piece)
            guard output.count + count <= limit else { throw .tooLarge(limit: limit) }
            output.append(contentsOf: piece[..<count])
            switch status {
            case Z_STREAM_END:
                guard stream.pointee.avail_in == 0 else { throw .trailingBytes }
                return output
            case Z_OK where count > 0 || stream.pointee.avail_in > 0: continue
            case Z_OK, Z_BUF_ERROR: throw .truncated
            case Z_MEM_ERROR: throw .outOfMemory
            default: throw .corrupt
            }
        }
    }

    private func nextPiece(_ piece: inout [UInt8]) -> (status: Int32, count: Int) {
        piece.withUnsafeMutableBufferPointer { target in
            stream.pointee.next_out = target.baseAddress
            stream.pointee.avail_out = UInt32(target.count)
            let status = inflate(stream, Z_NO_FLUSH)
            return (status, target.count - Int(stream.pointee.avail_out))
        }
    }
}
