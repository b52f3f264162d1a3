import EmbeddedEngine
import Engine
import Foundation
import Pipeline
import Platform

/// Starts an owner that is nobody's child: it goes on when the console that started it is left, or its line drops. The console
/// then attaches to it like any other. So nothing has to be handed over when a line drops, and no process with threads ever
/// forks.
struct DetachedOwner {
    let source: SourceOptions
    let directory: String
    /// The configuration file that was named; nil where it is found the same way again.
    let config: String?
    let alarms: AlarmOptions
    /// An owner says in its first seconds why it cannot be one.
    private static let patience = Duration.seconds(20)

    /// Sees to it that somebody owns the directory; throws the sentence with which the owner refused.
    func ensure() async throws {
        if isReachable { return }
        let complaint = NSTemporaryDirectory() + "kintsugi-\(getpid())-\(SystemClock.monotonicNanoseconds())"
        defer { unlink(complaint) }
        var words = ["run", "--headless", "--data", absolute(directory)] + source.arguments + alarms.arguments
        if let config { words += ["--config", absolute(config)] }
        let child: DetachedProcess
        do { child = try DetachedProcess.start(words, errors: complaint) } catch {
            throw Failure.couldNot("no owner could be started: \(error.description)")
        }
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            if isReachable { return }
            if let code = child.ended() {
                // Another owner may have been quicker: then there is one to attach to.
                if isReachable { return }
                let said = (try? String(contentsOfFile: complaint, encoding: .utf8)) ?? ""
                let sentence = said.hasPrefix("kintsugi: ") ? said.dropFirst(10) : said[...]
                let text = sentence.trimmingCharacters(in: .whitespacesAndNewlines)
                throw Failure(
                    code: code == Exit.well ? Exit.failed : code,
                    description: text.isEmpty ? "the owner ended at once, and said nothing" : harmless(text, limit: 600)
                )
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
        throw Failure.couldNot("the owner, process \(child.process), does not answer at its socket in \(directory)")
    }

    private var isReachable: Bool {
        guard let connection = try? LocalSocket.connect(to: "\(directory)/\(OwnerSocket.fileName)") else {
            return false
        }
        connection.close()
        return true
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") || path.hasPrefix("~/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}
