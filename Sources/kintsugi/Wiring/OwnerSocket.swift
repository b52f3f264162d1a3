import Attachment
import Engine
import Foundation
import Pipeline
import Platform
import Runtime
import Synchronization

/// The owner's end: everybody who may open the socket in the data directory sees its statuses and may give it orders.
final class OwnerSocket: Sendable {
    static let fileName = "owner.sock"
    /// Lines at once; a further one is told so and closed.
    private static let linesMax = 16

    private let listener: LocalListener
    private let desk: OwnerDesk
    private let lines = Mutex<[Int: OwnerSocketLine]>([:])

    private init(listener: LocalListener, desk: OwnerDesk) {
        self.listener = listener
        self.desk = desk
    }

    /// Begins to listen. Where that cannot be the owner goes on alone, and the sentence says why.
    static func open(_ directory: String, _ desk: OwnerDesk) -> (socket: OwnerSocket?, trouble: String?) {
        do throws(EngineError) {
            let socket = OwnerSocket(
                listener: try LocalSocket.listen(at: "\(directory)/\(fileName)"), desk: desk)
            Task { await socket.serve() }
            return (socket, nil)
        } catch {
            return (nil, "nobody can attach: \(error.description)")
        }
    }

    private func serve() async {
        var number = 0
        while let connection = await listener.accept() {
            number += 1
            let line = OwnerSocketLine(connection: connection, desk: desk)
            let place = number
            let isAdmitted = lines.withLock { lines in
                guard lines.count < Self.linesMax else { return false }
                lines[place] = line
                return true
            }
            Task {
                if isAdmitted {
                    await line.serve()
                    _ = self.lines.withLock { $0.removeValue(forKey: place) }
                } else {
                    await line.end(because: "\(Self.linesMax) are attached already")
                }
            }
        }
    }

    /// Says farewell to everybody and takes the socket away.
    func close(because reason: String) async {
        listener.close()
        for line in lines.withLock({ $0.map(\.value) }) { await line.end(because: reason) }
    }
}

/// One who attached, as the owner serves it.
final class OwnerSocketLine: Sendable {
    /// Statuses go out at most this often, and at least each second, so that silence means something.
    private static let pause = Duration.milliseconds(250)
    private static let heartbeat = Duration.seconds(1)
    private static let ordersMax = 16

    private let connection: LocalConnection
    private let desk: OwnerDesk
    private let state = Mutex(State())
    /// One message at a time goes out.
    private let outbox: AsyncStream<[UInt8]>
    private let post: AsyncStream<[UInt8]>.Continuation

    private struct State {
        var news: PipelineStatus?
        var isOver = false
        var orders = 0
        var waiting = 0
    }

    init(connection: LocalConnection, desk: OwnerDesk) {
        self.connection = connection
        self.desk = desk
        (outbox, post) = AsyncStream.makeStream(of: [UInt8].self)
    }

    func serve() async {
        let writer = Task {
            for await bytes in outbox {
                guard await connection.send(bytes) else { return connection.close() }
                state.withLock { $0.waiting -= 1 }
            }
        }
        send(.hello(.init(version: Kintsugi.version, process: getpid(), name: "owner")))
        let greeting = Task {
            try? await Task.sleep(for: .seconds(5))
            if !Task.isCancelled { connection.close() }
        }
        var splitter = LineSplitter()
        var name: String?
        reading: while let piece = await connection.read() {
            let lines = splitter.take(piece)
            guard !splitter.isOverrun else { break }
            for line in lines {
                switch (AttachmentMessage(line: line), name) {
                case (.hello(let hello)?, nil):
                    greeting.cancel()
                    guard hello.protocol == AttachmentMessage.protocolNow else {
                        await end(because: "the owner speaks another protocol, version \(Kintsugi.version)")
                        break reading
                    }
                    name = harmless(hello.name, limit: 40)
                    Task { await self.tellStatuses() }
                case (.order(let order)?, .some(let name)): take(order, from: name)
                default:
                    await end(because: "that is no message of this protocol")
                    break reading
                }
            }
        }
        greeting.cancel()
        state.withLock { $0.isOver = true }
        post.finish()
        connection.close()
        await writer.value
    }

    /// Says why, and ends the line; what is on its way gets half a second.
    func end(because reason: String) async {
        let isFirst = state.withLock { state in
            defer { state.isOver = true }
            return !state.isOver
        }
        guard isFirst else { return }
        let patience = Task {
            try? await Task.sleep(for: .milliseconds(500))
            connection.close()
        }
        _ = await connection.send(AttachmentMessage.farewell(reason).line)
        patience.cancel()
        connection.close()
    }

    private func send(_ message: AttachmentMessage) {
        state.withLock { $0.waiting += 1 }
        post.yield(message.line)
    }

    // MARK: Statuses

    /// The newest status, whenever the one before has gone out.
    private func tellStatuses() async {
        let listening = Task {
            for await status in desk.runtime.audience.subscribe() { state.withLock { $0.news = status } }
        }
        defer { listening.cancel() }
        var sent: PipelineStatus?
        var last = ContinuousClock.now - Self.heartbeat
        while !state.withLock({ $0.isOver }) {
            let (news, isClear) = state.withLock { state in
                let isClear = state.waiting == 0
                defer { if isClear { state.news = nil } }
                return (isClear ? state.news : nil, isClear)
            }
            if let status = news {
                let patch = StatusPatch(from: sent, to: status)
                sent = status
                if !patch.isEmpty {
                    send(.status(patch))
                    last = .now
                }
            } else if isClear, ContinuousClock.now - last >= Self.heartbeat {
                // Asked of the pipeline itself: a pipeline that hangs must fall silent.
                let status = await desk.runtime.status()
                send(.status(StatusPatch(from: sent, to: status)))
                sent = status
                last = .now
            }
            try? await Task.sleep(for: Self.pause)
        }
    }

    // MARK: Orders

    private func take(_ order: OperatorOrder, from name: String) {
        let mayGo = state.withLock { state in
            guard state.orders < Self.ordersMax else { return false }
            state.orders += 1
            return true
        }
        guard mayGo else {
            return send(
                .outcome(OrderOutcome(order: order.id, isTaken: false, text: "too many orders wait for their outcome")))
        }
        // An order that is given again under its name, after an owner's death, is the same order.
        let id = UniqueName.isOne(order.id) ? order.id : UniqueName.fresh()
        let signed = OperatorOrder(order.command, by: name, id: id)
        Task {
            var outcome = await desk.carry(signed)
            outcome.order = order.id
            state.withLock { $0.orders -= 1 }
            send(.outcome(outcome))
        }
    }
}
