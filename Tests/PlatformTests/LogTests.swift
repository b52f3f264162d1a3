import Engine
import Foundation
import Synchronization
import Testing

@testable import Platform

/// The log: bounded, whole lines, no secrets, and never in anybody's way.
struct LogTests {
    private final class Folder: Sendable {
        let path = NSTemporaryDirectory() + "kintsugi-log-\(UUID().uuidString)"
        init() { try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
        var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
        func text(_ name: String) -> String { (try? String(contentsOfFile: path + "/" + name, encoding: .utf8)) ?? "" }
    }

    @Test func itNeverGrowsPastItsBoundAndKeepsTheNewestLines() throws {
        let folder = Folder()
        let file = RotatingFile(path: folder.path + "/a/log", bytesMax: 1_000, kept: 3, makesFolder: true)
        for number in 0..<1_000 { try file.append("line \(number)") }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/a").sorted()
        #expect(names == ["log", "log.1", "log.2", "log.3"])
        var lines: [String] = []
        for name in names.reversed() {
            let text = folder.text("a/" + name)
            #expect(text.utf8.count <= 1_000 && text.hasSuffix("\n"))
            lines += text.split(separator: "\n").map(String.init)
        }
        #expect(lines == (1_000 - lines.count..<1_000).map { "line \($0)" }, "the newest, each once, in order")
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/a/log")[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600)
    }

    @Test func aLineLongerThanTheBoundHasAFileOfItsOwn() throws {
        let folder = Folder()
        let file = RotatingFile(path: folder.path + "/log", bytesMax: 100, kept: 2)
        try file.append("short")
        try file.append(String(repeating: "x", count: 500))
        try file.append("after")
        #expect(folder.text("log") == "after\n" && folder.text("log.2") == "short\n")
    }

    @Test func halfALineOfACrashDoesNotSpoilTheNext() throws {
        let folder = Folder()
        try Data("{\"whole\":1}\n{\"ha".utf8).write(to: URL(fileURLWithPath: folder.path + "/log"))
        try RotatingFile(path: folder.path + "/log", bytesMax: 1_000, kept: 1).append("{\"next\":1}")
        #expect(folder.text("log") == "{\"whole\":1}\n{\"ha\n{\"next\":1}\n")
    }

    @Test func aFileThatIsTakenAwayIsMadeAnew() throws {
        let folder = Folder()
        let file = RotatingFile(path: folder.path + "/log", bytesMax: 1_000, kept: 1)
        try file.append("one")
        try FileManager.default.moveItem(atPath: folder.path + "/log", toPath: folder.path + "/old")
        try file.append("two")
        #expect(folder.text("log") == "two\n" && folder.text("old") == "one\n")
    }

    @Test func whatIsNoOrdinaryFileIsRefusedWithoutWaiting() throws {
        let folder = Folder()
        mkfifo(folder.path + "/fifo", 0o600)
        try FileManager.default.createDirectory(atPath: folder.path + "/folder", withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: "/dev/null")
        for name in ["fifo", "folder", "link"] {
            #expect(throws: EngineError.self, "\(name)") {
                try RotatingFile(path: folder.path + "/" + name, bytesMax: 1_000, kept: 1).append("x")
            }
        }
    }

    @Test func aDeviceThatIsFullLeavesNoHalfLineAndLinesGoOnAfterwards() throws {
        let folder = Folder()
        let room = Mutex(Int.max)
        let file = RotatingFile(path: folder.path + "/log", bytesMax: 1 << 20, kept: 1) { file, bytes in
            let count = room.withLock { min($0, bytes.count) }
            guard count > 0 else {
                errno = ENOSPC
                return -1
            }
            room.withLock { $0 -= count }
            return write(file, bytes.baseAddress, count)
        }
        try file.append("before")
        room.withLock { $0 = 10 }
        #expect(throws: EngineError.self) { try file.append("this line has no room") }
        #expect(folder.text("log") == "before\n")
        room.withLock { $0 = .max }
        try file.append("after")
        #expect(folder.text("log") == "before\nafter\n")
    }

    @Test func theLogIsJSONLinesWithoutSecretsAndCountsWhatItCouldNotWrite() async throws {
        let folder = Folder()
        let path = folder.path + "/log"
        // Something stands in the way at first.
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let log = LogWriter(
            RotatingFile(path: path, bytesMax: 1 << 20, kept: 1), redactor: Redactor(["S3CR3TKEY", "p a/th"]))
        for number in 0..<3 { log.write(.init(kind: "log", text: "lost \(number)")) }
        await log.flush()
        try FileManager.default.removeItem(atPath: path)
        log.write(
            .init(
                kind: "log", market: 1_772_550_000_000_000, who: "ana S3CR3TKEY", text: "S3CR3TKEY p%20a%2Fth \u{1B}[2J"
            ))
        await log.flush()
        let text = folder.text("log")
        #expect(!text.contains("S3CR3TKEY") && !text.contains("a%2Fth") && !text.contains("\u{1B}"))
        let lines = try text.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(lines.count == 2)
        #expect(lines.first?["text"] as? String == "3 lines could not be written here")
        #expect(lines.last?["market"] as? String == "2026-03-03T15:00:00.000Z")
        #expect((lines.last?["process"] as? NSNumber)?.int32Value == getpid())
    }

    @Test func theRedactorFindsWhatItWasToldAndWhatLooksLikeASecret() {
        let redactor = Redactor(["hunter2hunter2", "abc"])
        let cases = [
            ("plain words stay", "plain words stay"),
            ("key hunter2hunter2!", "key (secret)!"),
            ("abc is too short to be one", "abc is too short to be one"),
            ("GET /x?symbol=A&token=T0K&y=1", "GET /x?symbol=A&token=(secret)&y=1"),
            ("X-Finnhub-Token=T0K, FINNHUB_API_KEY=K", "X-Finnhub-Token=(secret), FINNHUB_API_KEY=(secret)"),
            ("http://me:pw@host/x to a@b", "http://(secret)@host/x to a@b"),
            ("token=(secret) again", "token=(secret) again"),
            ("a=b monkey=c @ = ==", "a=b monkey=c @ = =="),
            ("token=", "token="),
        ]
        for (text, clean) in cases {
            #expect(redactor.clean(text) == clean)
            #expect(redactor.clean(redactor.clean(text)) == clean, "again is harmless")
        }
    }
}
