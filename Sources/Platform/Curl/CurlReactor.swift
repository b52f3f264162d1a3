import CCurl
import Engine

/// The one thing of a multi handle that another thread may touch.
struct CurlWaker: @unchecked Sendable {
    // Unchecked because of the pointer alone: libcurl allows `curl_multi_wakeup` from any thread, and the loop's lock
    // keeps it from being called after the handle is gone.
    private let multi: UnsafeMutableRawPointer

    init(_ multi: UnsafeMutableRawPointer) {
        self.multi = multi
    }

    func wake() { _ = curl_multi_wakeup(multi) }
}

/// The multi handle and everything in it. Made, used and destroyed on the curl thread alone.
final class CurlReactor {
    /// One easy handle at work, with what must stay alive as long as it is.
    private struct Work {
        var transfer: CurlTransfer
        var headers: UnsafeMutablePointer<curl_slist>?
    }

    private let multi: UnsafeMutableRawPointer
    private let origin: CurlOrigin
    private let defaultHeaders: [HTTPField]
    private let connectionsMax: Int
    private var active: [UnsafeMutableRawPointer: Work] = [:]
    /// Handles at rest; reused, because making one costs more than resetting one.
    private var idle: [UnsafeMutableRawPointer] = []
    /// First come, first served.
    private var queue = ArraySlice<CurlExchange>()

    init?(origin: CurlOrigin, defaultHeaders: [HTTPField], connectionsMax: Int) {
        guard let multi = curl_multi_init() else { return nil }
        self.multi = multi
        self.origin = origin
        self.defaultHeaders = defaultHeaders
        self.connectionsMax = connectionsMax
        _ = kcurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connectionsMax)
        _ = kcurl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connectionsMax)
    }

    deinit {
        for easy in idle { curl_easy_cleanup(easy) }
        curl_multi_cleanup(multi)
    }

    /// Prepares libcurl; once in a process, before anything else of it.
    static func startLibrary() -> Bool { kcurl_global_start() == CURLE_OK }

    /// Ends `rest` from any thread; not to be used after the reactor is gone.
    var waker: CurlWaker { CurlWaker(multi) }

    func enqueue(_ exchanges: [CurlExchange]) {
        queue.append(contentsOf: exchanges)
    }

    /// Drops what nobody waits for any more.
    func sweep() {
        queue.removeAll { $0.isOver }
        for easy in active.filter({ $0.value.transfer.exchange.isOver }).map(\.key) { _ = release(easy) }
    }

    /// Starts what there is room for, moves bytes, answers what has ended.
    func turn() {
        expire()
        start()
        var running: Int32 = 0
        _ = curl_multi_perform(multi, &running)
        while harvest() {
            start()
            _ = curl_multi_perform(multi, &running)
        }
    }

    /// Waits until a socket stirs, a deadline passes or the thread is woken.
    func rest() {
        let now = SystemClock.monotonicNanoseconds()
        let nearest = queue.map { $0.millisecondsLeft(at: now) }.min() ?? 600_000
        _ = curl_multi_poll(multi, nil, 0, Int32(min(nearest, 600_000)), nil)
    }

    /// Ends everything, queued or under way.
    func cancelAll() {
        for exchange in queue { exchange.finish(.failure(.cancelled)) }
        queue = []
        for easy in active.map(\.key) { release(easy)?.exchange.finish(.failure(.cancelled)) }
    }

    /// Whoever waits in the queue past the deadline is told so without having been sent.
    private func expire() {
        let now = SystemClock.monotonicNanoseconds()
        for exchange in queue where exchange.millisecondsLeft(at: now) == 0 { exchange.finish(.failure(.timedOut)) }
        queue.removeAll { $0.isOver }
    }

    private func start() {
        while active.count < connectionsMax, let exchange = queue.popFirst() {
            guard let easy = idle.popLast() ?? curl_easy_init() else {
                exchange.finish(.failure(CurlVerdict.notStarted))
                continue
            }
            begin(exchange, on: easy)
        }
    }

    private func begin(_ exchange: CurlExchange, on easy: UnsafeMutableRawPointer) {
        let left = exchange.millisecondsLeft(at: SystemClock.monotonicNanoseconds())
        let work = Work(transfer: CurlTransfer(exchange), headers: headerList(exchange.request.headers))
        active[easy] = work
        guard left > 0 else {
            release(easy)?.exchange.finish(.failure(.timedOut))
            return
        }
        var code = configure(easy, work: work, target: exchange.request.target, millisecondsLeft: left)
        if code == CURLE_OK, curl_multi_add_handle(multi, easy) != CURLM_OK { code = CURLE_FAILED_INIT }
        if code != CURLE_OK { release(easy)?.exchange.finish(.failure(CurlVerdict.failure(code))) }
    }

    private func configure(
        _ easy: UnsafeMutableRawPointer, work: Work, target: String, millisecondsLeft: Int
    ) -> CURLcode {
        let context = Unmanaged.passUnretained(work.transfer).toOpaque()
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_TIMEOUT_MS, millisecondsLeft), (CURLOPT_TCP_NODELAY, 1),
            (CURLOPT_TCP_KEEPALIVE, 1), (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_PATH_AS_IS, 1),
            // A name server that does not answer must not hold the thread when its request is given up.
            (CURLOPT_QUICK_EXIT, 1),
            // HTTP/2 of the libcurl that Debian 12 carries has known faults, and eight connections are enough.
            (CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1),
        ]
        var strings: [(CURLoption, String)] = [
            (CURLOPT_URL, origin.base + target), (CURLOPT_PROTOCOLS_STR, "http,https"),
            (CURLOPT_USERAGENT, "kintsugi"),
            // Empty: every encoding this libcurl can undo.
            (CURLOPT_ACCEPT_ENCODING, ""),
        ]
        if origin.loopback { strings.append((CURLOPT_NOPROXY, "*")) }
        for (option, value) in numbers {
            let code = kcurl_set_long(easy, option, value)
            if code != CURLE_OK { return code }
        }
        for (option, value) in strings {
            let code = kcurl_set_string(easy, option, value)
            if code != CURLE_OK { return code }
        }
        if let posted = work.transfer.exchange.request.posted {
            // One byte more than is sent, so that there is an address even where nothing is.
            let code = (posted + [0]).withUnsafeBytes { kcurl_set_post(easy, $0.baseAddress, posted.count) }
            if code != CURLE_OK { return code }
        }
        let rest = [
            kcurl_set_headers(easy, work.headers), kcurl_set_body_sink(easy, CurlSink.body, context),
            kcurl_set_header_sink(easy, CurlSink.header, context),
        ]
        return rest.first { $0 != CURLE_OK } ?? CURLE_OK
    }

    private func headerList(_ own: [HTTPField]) -> UnsafeMutablePointer<curl_slist>? {
        let named = Set(own.map { $0.name.lowercased() })
        var list: UnsafeMutablePointer<curl_slist>?
        for field in defaultHeaders.filter({ !named.contains($0.name.lowercased()) }) + own {
            // A name with a semicolon is how libcurl is told to send an empty field.
            list = curl_slist_append(list, field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        return list
    }

    /// Answers the transfers that ended; whether there were any.
    private func harvest() -> Bool {
        var found = false
        var code = CURLE_OK
        while let easy = kcurl_next_finished(multi, &code) {
            found = true
            guard let transfer = active[easy]?.transfer else { continue }
            let status = kcurl_get_long(easy, CURLINFO_RESPONSE_CODE)
            let number = Int32(truncatingIfNeeded: kcurl_get_long(easy, CURLINFO_OS_ERRNO))
            let detail = code == CURLE_PEER_FAILED_VERIFICATION ? verification(easy) : ""
            _ = release(easy)
            transfer.exchange.finish(
                CurlVerdict.answer(code, transfer: transfer, status: status, errno: number, detail: detail))
        }
        return found
    }

    /// Why a certificate was refused, by OpenSSL's number for it.
    private func verification(_ easy: UnsafeMutableRawPointer) -> String {
        let number = kcurl_get_long(easy, CURLINFO_SSL_VERIFYRESULT)
        return number == 0 ? "the certificate does not fit the host" : "the certificate was refused (reason \(number))"
    }

    private func release(_ easy: UnsafeMutableRawPointer) -> CurlTransfer? {
        guard let work = active.removeValue(forKey: easy) else { return nil }
        _ = curl_multi_remove_handle(multi, easy)
        curl_easy_reset(easy)
        curl_slist_free_all(work.headers)
        idle.append(easy)
        return work.transfer
    }
}
