import Foundation

/// What one call of the program did.
struct Call: Sendable {
    var code: Int32
    var output: String
    var errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// The output as JSON.
    func json() throws -> Any {
        try JSONSerialization.jsonObject(with: Data(output.utf8), options: [.fragmentsAllowed])
    }
}

/// The program as it was built beside the tests, run as scripts run it.
enum Program {
    static let path: String = {
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") }
        let folder = bundle.map { text in
            URL(fileURLWithPath: String(text[..<(text.range(of: ".xctest")?.lowerBound ?? text.endIndex)]))
                .deletingLastPathComponent().path
        }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let candidates = [folder, root + "/.build/debug"].compactMap { $0.map { $0 + "/kintsugi" } }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "kintsugi"
    }()

    /// A home of its own, so that nothing of the person's is read or written.
    private static let home = NSTemporaryDirectory() + "kintsugi-home-\(getpid())"

    static func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ["HOME": home, "PATH": "/usr/bin:/bin", "LOGNAME": "tester"]
        process.standardInput = FileHandle.nullDevice
        return process
    }

    /// Runs to the end; what is written goes through files, so that no pipe can fill up.
    static func call(_ arguments: String...) async throws -> Call { try await call(arguments) }

    static func call(_ arguments: [String], variables: [String: String] = [:]) async throws -> Call {
        let folder = try Folder()
        let process = process(arguments)
        process.environment?.merge(variables) { $1 }
        let (output, errors) = (folder.path + "/out", folder.path + "/err")
        for path in [output, errors] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return Call(
            code: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8))
    }
}

/// A folder that goes away with its last user.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "kintsugi-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Every file below, with its bytes.
    func contents(of name: String) throws -> [String: Data] {
        let root = path + "/" + name
        var contents: [String: Data] = [:]
        for file in try FileManager.default.subpathsOfDirectory(atPath: root) {
            contents[file] = FileManager.default.contents(atPath: root + "/" + file) ?? Data()
        }
        return contents
    }
}

/// Data directories made once by short runs on the simulated exchange; each test takes a copy.
enum World {
    /// Everything healed; without a flaw, because a capture that loses something each minute is healed for moments only.
    static let well = Task { try await make(["--flaw", "none", "--until", "healed"]) }
    /// The source is away from half past ten on, so slots are missing at the end; slow enough that an audit has had its
    /// turns by then on a busy machine too.
    static let holed = Task {
        try await make(["--fault", "outage@10:30+5h", "--until", "2026-03-03T15:50:00Z"], speed: 400)
    }

    /// Five minutes of AAPL are never believed, so an alarm stands that ends with no answer of a source: a command that opens
    /// the directory asks the source too, and would end an alarm about its absence.
    static let spent = Task {
        try await make(["--fault", "absurd:zero@10:00+5m/AAPL", "--until", "2026-03-03T15:10:00Z"], speed: 400)
    }

    private static func make(_ end: [String], speed: Int = 1_000) async throws -> Folder {
        let folder = try Folder()
        let call = try await Program.call(
            [
                "run", "--headless", "--data", folder.path + "/data", "--symbols", "AAPL,MSFT,SPY", "--speed",
                String(speed),
            ] + end)
        guard call.code == 0 else { throw WorldFailure(description: "\(call.code): \(call.errors)") }
        return folder
    }

    struct WorldFailure: Error, CustomStringConvertible {
        var description: String
    }

    /// A copy of a world: its folder, and the data directory within.
    static func copy(of world: Task<Folder, any Error>) async throws -> (folder: Folder, data: String) {
        let folder = try Folder()
        let data = folder.path + "/data"
        try FileManager.default.copyItem(atPath: try await world.value.path + "/data", toPath: data)
        return (folder, data)
    }
}
