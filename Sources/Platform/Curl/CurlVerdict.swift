import CCurl
import Engine
import Foundation

/// Classifies how a transfer ended. Texts hold neither addresses nor header fields, so no key can be in them.
enum CurlVerdict {
    static func answer(
        _ code: CURLcode, transfer: CurlTransfer, status: Int, errno number: Int32, detail: String
    ) -> CurlExchange.Answer {
        // A redirection is known when its headers are; what became of its body does not matter.
        if (300...399).contains(status), let location = transfer.location {
            return .failure(.redirected(location))
        }
        if transfer.overflowed { return .failure(.tooLarge) }
        if code == CURLE_OK, !transfer.headersEnded { return .failure(.unreachable("the answer ended in its headers")) }
        if code == CURLE_OK { return .success(transfer.reply(status: status)) }
        return .failure(failure(code, errno: number, detail: detail))
    }

    /// libcurl itself could not be had.
    static let notStarted = HTTPFailure.unreachable("libcurl did not start")

    /// The same by libcurl's number.
    static func failure(number: UInt32, errno: Int32) -> HTTPFailure {
        failure(CURLcode(rawValue: number), errno: errno)
    }

    static func failure(_ code: CURLcode, errno number: Int32 = 0, detail: String = "") -> HTTPFailure {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return .unknownHost
        case CURLE_OPERATION_TIMEDOUT: return .timedOut
        case CURLE_BAD_CONTENT_ENCODING: return .brokenEncoding
        case CURLE_ABORTED_BY_CALLBACK: return .cancelled
        // libcurl bounds a single header line itself, and calls an endless one a lack of memory.
        case CURLE_OUT_OF_MEMORY, CURLE_FILESIZE_EXCEEDED: return .tooLarge
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_ENGINE_NOTFOUND,
            CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
            return .insecure(text(code, errno: 0, detail: detail))
        case CURLE_SSL_CONNECT_ERROR:
            // A line that broke during the handshake is an outage; only a refusal speaks of trust.
            return number == 0
                ? .insecure(text(code, errno: 0, detail: detail)) : .unreachable(text(code, errno: number, detail: ""))
        default: return .unreachable(text(code, errno: number, detail: ""))
        }
    }

    private static func text(_ code: CURLcode, errno number: Int32, detail: String) -> String {
        let general = String(cString: curl_easy_strerror(code))
        if !detail.isEmpty { return harmless(detail) }
        return number == 0 ? general : harmless("\(general): \(String(cString: strerror(number)))")
    }

    private static func harmless(_ text: String) -> String {
        String(text.unicodeScalars.prefix(200).map { (0x20...0x7E).contains($0.value) ? Character($0) : "?" })
    }
}
