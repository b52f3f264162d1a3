import Foundation
import Synchronization

/// A server of canned bytes on loopback: one thread accepts, one thread a connection answers. What is written for a
/// path is exactly what it was given, so that faults no well-behaved server has can be shown.
final class LoopbackServer: Sendable {
    struct Answer: Sendable {
        var bytes: [UInt8]
        /// What happens after the bytes.
        var then: After = .keep

        enum After: Sendable { case keep, close, hang }

        init(_ text: String, _ body: [UInt8] = [], then: After = .keep) {
            bytes = Array(text.replacing("\n", with: "\r\n").utf8) + body
            self.then = then
        }

        /// A plain answer with its length.
        static func ok(_ body: [UInt8], _ fields: String = "") -> Answer {
            Answer("HTTP/1.1 200 OK\nContent-Length: \(body.count)\n\(fields)\n", body)
        }
    }

    private struct Seen {
        var connections = 0
        var requests: [String] = []
        var bodies: [[UInt8]] = []
        /// Connections that are open: a number that was closed may belong to somebody else by now.
        var sockets: Set<Int32> = []
        var stopped = false
    }

    let port: UInt16
    private let listening: Int32
    private let seen = Mutex(Seen())

    init(_ answer: @escaping @Sendable (_ path: String) -> Answer) {
        signal(SIGPIPE, SIG_IGN)
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(listening, $0, length) == 0 && listen(listening, 256) == 0)
                precondition(getsockname(listening, $0, &length) == 0)
            }
        }
        self.listening = listening
        port = UInt16(bigEndian: address.sin_port)
        Thread { [weak self] in
            defer { close(listening) }
            while true {
                let peer = accept(listening, nil, nil)
                guard peer >= 0, let self else { return }
                self.seen.withLock {
                    $0.connections += 1
                    $0.sockets.insert(peer)
                }
                Thread { LoopbackServer.serve(peer, self, answer) }.start()
            }
        }.start()
    }

    deinit { stop() }

    var base: String { "http://127.0.0.1:\(port)" }
    var connections: Int { seen.withLock { $0.connections } }
    /// Heads of the requests, as they came.
    var requests: [String] { seen.withLock { $0.requests } }

    /// What was posted, request by request; empty for a GET.
    var bodies: [[UInt8]] { seen.withLock { $0.bodies } }

    /// Ends listening and every connection; again is harmless.
    func stop() {
        seen.withLock { seen in
            guard !seen.stopped else { return }
            seen.stopped = true
            // Closed by the thread that accepts: only then can nobody take the number for another socket's.
            shutdown(listening, Int32(SHUT_RDWR))
            for socket in seen.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    private func end(_ peer: Int32) {
        seen.withLock { seen in
            seen.sockets.remove(peer)
            close(peer)
        }
    }

    private static func serve(_ peer: Int32, _ server: LoopbackServer, _ answer: (String) -> Answer) {
        defer { server.end(peer) }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = recv(peer, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            received += buffer[..<count]
            while let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
                let length = posted(head)
                while received.count < end.upperBound + length {
                    let count = recv(peer, &buffer, buffer.count, 0)
                    guard count > 0 else { return }
                    received += buffer[..<count]
                }
                let body = Array(received[end.upperBound..<(end.upperBound + length)])
                received.removeSubrange(..<(end.upperBound + length))
                server.seen.withLock {
                    $0.requests.append(head)
                    $0.bodies.append(body)
                }
                let given = answer(String(head.split(separator: " ")[1]))
                write(given.bytes, to: peer)
                switch given.then {
                case .keep: break
                case .close: return
                case .hang: while recv(peer, &buffer, buffer.count, 0) > 0 {}
                }
            }
        }
    }

    /// Bytes of the body that follows a head.
    private static func posted(_ head: String) -> Int {
        let field = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
        return field.flatMap { Int($0.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) } ?? 0
    }

    private static func write(_ bytes: [UInt8], to peer: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(peer, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
