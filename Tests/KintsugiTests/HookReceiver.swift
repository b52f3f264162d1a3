import Foundation
import Synchronization

/// What listens at the other end of a webhook: answers every request with the status it is told to, and keeps what came.
final class HookReceiver: Sendable {
    struct Request: Sendable {
        var line: String
        var body: String

        /// A field of the JSON that was posted.
        func field(_ name: String) -> String? {
            let object = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
            return object?[name].map { "\($0)" }
        }
    }

    let port: UInt16
    private let listening: Int32
    private let state = Mutex<(status: Int, requests: [Request])>((200, []))

    init(status: Int = 200) throws {
        let end = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(end, $0, size) == 0 && listen(end, 64) == 0 ? getsockname(end, $0, &size) : -1
            }
        }
        guard code == 0 else { throw WaitFailure(description: "no port for the webhook") }
        listening = end
        port = UInt16(bigEndian: address.sin_port)
        state.withLock { $0.status = status }
        Thread { [weak self] in
            while true {
                let peer = accept(end, nil, nil)
                guard peer >= 0, let self else { return }
                self.serve(peer)
                close(peer)
            }
        }.start()
    }

    deinit {
        shutdown(listening, Int32(SHUT_RDWR))
        close(listening)
    }

    var address: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock { $0.requests } }
    func answer(_ status: Int) { state.withLock { $0.status = status } }

    /// Waits for a request that is so.
    func first(within seconds: Double = 60, where isSo: @escaping @Sendable (Request) -> Bool) async throws -> Request {
        try await offTests { [self] in
            let deadline = Deadline(seconds: seconds)
            while true {
                if let request = requests.first(where: isSo) { return request }
                guard !deadline.isOver else {
                    throw WaitFailure(description: "no such request among \(requests.map(\.body))")
                }
                usleep(20_000)
            }
        }
    }

    /// One request a connection.
    private func serve(_ peer: Int32) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(peer, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            bytes += buffer[..<count]
            guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
            let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
            let length =
                head.first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.filter(\.isNumber)) } ?? 0
            guard bytes.count >= end.upperBound + length else { continue }
            let request = Request(
                line: head.first.map(String.init) ?? "", body: String(decoding: bytes[end.upperBound...], as: UTF8.self)
            )
            let status = state.withLock { state in
                state.requests.append(request)
                return state.status
            }
            let answer = Array("HTTP/1.1 \(status) X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
            _ = send(peer, answer, answer.count, Int32(MSG_NOSIGNAL))
            return
        }
    }
}
