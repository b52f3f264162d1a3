import Attachment
import Foundation
import Pipeline
import Platform
import Testing

/// One who attached to an owner's socket, as a test plays it.
final class AttachedProgram: Sendable {
    private let connection: LocalConnection
    private let messages: AsyncStream<AttachmentMessage>

    init(_ data: String, as name: String = "tester") async throws {
        let deadline = Deadline(seconds: 20)
        var reached: LocalConnection?
        while reached == nil, !deadline.isOver { reached = try? LocalSocket.connect(to: data + "/owner.sock") }
        let connection = try #require(reached, "the owner can be reached")
        self.connection = connection
        let (stream, post) = AsyncStream.makeStream(of: AttachmentMessage.self)
        messages = stream
        Task {
            var splitter = LineSplitter()
            while let piece = await connection.read() {
                for line in splitter.take(piece) {
                    if let message = AttachmentMessage(line: line) { post.yield(message) }
                }
            }
            post.finish()
        }
        if !name.isEmpty {
            _ = await connection.send(
                AttachmentMessage.hello(.init(version: "test", process: getpid(), name: name)).line)
        }
    }

    func send(_ message: AttachmentMessage) async -> Bool { await connection.send(message.line) }
    func send(raw bytes: [UInt8]) async -> Bool { await connection.send(bytes) }
    func close() { connection.close() }

    /// The next message that a test cares for; nil once the line is over.
    func next<Value: Sendable>(_ wanted: @Sendable (AttachmentMessage) -> Value?) async -> Value? {
        for await message in messages { if let value = wanted(message) { return value } }
        return nil
    }

    /// Gives an order, and waits for what became of it; nil where the owner went without a word.
    func carry(_ command: PipelineCommand, id: String) async -> OrderOutcome? {
        guard await send(.order(OperatorOrder(command, by: "whoever", id: id))) else { return nil }
        return await next { message in
            if case .outcome(let outcome) = message, outcome.order == id { return outcome }
            return nil
        }
    }
}
