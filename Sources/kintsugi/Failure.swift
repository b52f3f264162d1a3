import ArgumentParser
import Engine
import Foundation

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
        default:
            let code = Kintsugi.exitCode(for: error)
            let text = Kintsugi.fullMessage(for: error)
            if code == .success {
                print(text)
                exit(Exit.well)
            }
            FileHandle.standardError.write(Data((text + "\n").utf8))
            exit(Exit.usage)
        }
    }

    private static func say(_ text: String) {
        if !text.isEmpty { FileHandle.standardError.write(Data("kintsugi: \(text)\n".utf8)) }
    }
}
