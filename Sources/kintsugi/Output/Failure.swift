import ArgumentParser
import Engine
import Foundation
import Pipeline

/// What scripts may rely on.
enum Exit {
    static let well: Int32 = 0
    /// The command did its work and found something unwell.
    static let unwell: Int32 = 1
    static let usage: Int32 = 2
    /// The command could not do its work.
    static let failed: Int32 = 3
}

/// One clear sentence: what is wrong, where, and what to do.
struct Failure: Error, CustomStringConvertible {
    var code: Int32
    var description: String

    /// The arguments are wrong.
    static func usage(_ text: String) -> Failure { Failure(code: Exit.usage, description: text) }
    /// The work could not be done.
    static func couldNot(_ text: String) -> Failure { Failure(code: Exit.failed, description: text) }
    /// Ends with a code and without a word.
    static func silent(_ code: Int32) -> Failure { Failure(code: code, description: "") }

    /// Ends the process as the error asks for.
    static func end(_ error: any Error) -> Never {
        switch error {
        case let failure as Failure:
            say(failure.description)
            exit(failure.code)
        case let error as EngineError:
            say(error.description)
            exit(Exit.failed)
        default: end(parsed: error)
        }
    }

    /// Ends as the parser of arguments asks for: help is printed, a complaint is one sentence like any other.
    private static func end(parsed error: any Error) -> Never {
        let code = Kintsugi.exitCode(for: error)
        let text = Kintsugi.fullMessage(for: error)
        guard code != .success else {
            print(text)
            exit(Exit.well)
        }
        let help = text.split(separator: "'").first { $0.hasPrefix("kintsugi ") && $0.hasSuffix("--help") }
        say(harmless(Kintsugi.message(for: error), limit: 500) + (help.map { " (see \($0))" } ?? ""))
        exit(code == .validationFailure ? Exit.usage : Exit.failed)
    }

    private static func say(_ text: String) {
        if !text.isEmpty { FileHandle.standardError.write(Data("kintsugi: \(text)\n".utf8)) }
    }
}
