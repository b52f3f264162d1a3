import Engine
import Foundation
import Platform
import Testing

@Suite struct LocalSocketTests {
    private final class Place: Sendable {
        let folder: String

        init(deep: Bool = false) throws {
            var path = NSTemporaryDirectory() + "kintsugi-socket-\(UUID().uuidString)"
            // A socket's address holds 107 bytes; folders may be deeper.
            if deep { for _ in 0..<6 { path += "/" + String(repeating: "d", count: 40) } }
            folder = path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }

        var path: String { folder + "/owner.sock" }
        deinit { try? FileManager.default.removeItem(atPath: folder) }
    }

    private func echo(_ listener: LocalListener) -> Task<Void, Never> {
        Task {
            while let connection = await listener.accept() {
                Task { while let piece = await connection.read() { _ = await connection.send(piece) } }
            }
        }
    }

    @Test func whatIsSentArrivesAtAnyDepthOfFolders() async throws {
        for deep in [false, true] {
            let place = try Place(deep: deep)
            let listener = try LocalSocket.listen(at: place.path)
            let server = echo(listener)
            let mode = try FileManager.default.attributesOfItem(atPath: place.path)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o600)
            let connections = try (0..<5).map { _ in try LocalSocket.connect(to: place.path) }
            for (number, connection) in connections.enumerated() {
                let sent = [UInt8](repeating: UInt8(number), count: 300_000)
                async let done = connection.send(sent)
                var got: [UInt8] = []
                while got.count < sent.count, let piece = await connection.read() { got += piece }
                #expect(await done)
                #expect(got == sent)
            }
            listener.close()
            await server.value
            #expect(!FileManager.default.fileExists(atPath: place.path), "the name is taken away")
        }
    }

    @Test func aSocketOfTheDeadIsReplacedAndNobodyBehindOneIsSaid() async throws {
        let place = try Place()
        let refused = #expect(throws: EngineError.self) { _ = try LocalSocket.connect(to: place.path) }
        #expect(refused?.whereabouts == place.path && refused?.kind == .unavailable)
        do {
            // As a process leaves it that was killed: the name stays.
            let dead = try LocalSocket.listen(at: place.path)
            try FileManager.default.moveItem(atPath: place.path, toPath: place.path + ".kept")
            dead.close()
            try FileManager.default.moveItem(atPath: place.path + ".kept", toPath: place.path)
        }
        #expect(throws: EngineError.self) { _ = try LocalSocket.connect(to: place.path) }
        let listener = try LocalSocket.listen(at: place.path)
        let server = echo(listener)
        let connection = try LocalSocket.connect(to: place.path)
        #expect(await connection.send([1, 2, 3]))
        #expect(await connection.read() == [1, 2, 3])
        listener.close()
        await server.value
    }

    @Test func whoeverBlocksComesBackWhenTheLineEnds() async throws {
        let place = try Place()
        let listener = try LocalSocket.listen(at: place.path)
        let connection = try LocalSocket.connect(to: place.path)
        let other = try #require(await listener.accept())
        let reading = Task { await connection.read() }
        connection.close()
        #expect(await reading.value == nil)
        #expect(await other.read() == nil, "the other end learns of it")
        #expect(await connection.send([1]) == false)
        listener.close()
        #expect(await listener.accept() == nil)
    }

    @Test(.timeLimit(.minutes(1))) func whoReadsNothingIsGivenUp() async throws {
        let place = try Place()
        let listener = try LocalSocket.listen(at: place.path)
        let connection = try LocalSocket.connect(to: place.path)
        let other = try #require(await listener.accept())
        #expect(await connection.send([UInt8](repeating: 0, count: 64 << 20)) == false)
        withExtendedLifetime(other) {}
        listener.close()
    }
}
