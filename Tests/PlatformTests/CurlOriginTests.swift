import Engine
import Testing

@testable import Platform

@Suite struct CurlOriginTests {
    @Test func aGoodBaseLosesOnlyItsLastSlash() throws {
        let good = [
            "http://127.0.0.1:8080": ("http://127.0.0.1:8080", true), "http://LOCALHOST/": ("http://LOCALHOST", true),
            "http://[::1]:9/a/": ("http://[::1]:9/a", true), "HTTP://127.255.0.1": ("HTTP://127.255.0.1", true),
            "https://finnhub.io/api/v1": ("https://finnhub.io/api/v1", false),
            "https://127.0.0.1.example//": ("https://127.0.0.1.example", false),
        ]
        for (text, (base, loopback)) in good {
            let origin = try CurlOrigin(text)
            #expect(origin.base == base)
            #expect(origin.loopback == loopback, "\(text)")
        }
    }

    @Test func aBadBaseIsRefusedInOneSentenceThatRepeatsNothing() {
        let bad = [
            "", "x", "ftp://sesame.example", "file:///etc/sesame", "http://", "http:///sesame", "https://:80/",
            "http://sesame:word@host/", "http://sesame@host", "http://@host", "http://host/?token=sesame",
            "http://host/#sesame", "http://host:99999/", "http://ho st/sesame", "http://host/\r\nsesame",
            "http://hóst/", "//host/x", "localhost:8080",
        ]
        for text in bad {
            let refusal = #expect(throws: EngineError.self, "\(text)") { _ = try CurlOrigin(text) }
            #expect(refusal?.description.contains("sesame") != true)
            #expect(refusal?.description.hasPrefix("the base URL ") == true)
        }
    }

    @Test func aKeyThatCannotBeSentIsNotRepeated() {
        for key in ["sesame\n", "sésame", "sesame\u{0}"] {
            let refusal = #expect(throws: EngineError.self) {
                _ = try CurlTransport(
                    baseURL: "http://127.0.0.1:1", defaultHeaders: [HTTPField("X-Finnhub-Token", key)])
            }
            #expect(refusal?.description.contains("X-Finnhub-Token") == true)
            #expect(refusal?.description.contains("same") != true)
        }
    }
}
