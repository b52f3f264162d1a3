import Foundation
import Testing

/// One call of the program in surroundings of the test's own, and what must be true of every refusal.
struct HostileCall {
    var code: Int32
    var output: String
    var errors: String

    init(_ arguments: [String], variables: [String: String?] = [:], within seconds: Double = 60) async throws {
        var environment = Program.process([]).environment ?? [:]
        for (name, value) in variables { environment[name] = value }
        let program = try LiveProgram(arguments, environment: environment)
        output = try await program.rest(within: seconds).joined(separator: "\n")
        code = try await program.exit()
        errors = program.errors
    }

    /// The same through a shell, which first prepares the surroundings by `script` and then becomes the program.
    init(
        in script: String, _ arguments: [String], variables: [String: String?] = [:], within seconds: Double = 60
    ) async throws {
        var environment = Program.process([]).environment ?? [:]
        for (name, value) in variables { environment[name] = value }
        let program = try LiveProgram(
            ["-c", script + "; exec \"$0\" \"$@\"", Program.path] + arguments, of: "/bin/sh", environment: environment)
        output = try await program.rest(within: seconds).joined(separator: "\n")
        code = try await program.exit()
        errors = program.errors
    }

    /// Refused with this code, in one sentence that holds this word, and in nothing else.
    func isRefused(_ code: Int32, _ word: String, _ about: String) {
        #expect(self.code == code, "\(about): \(errors)")
        #expect(output.isEmpty, "\(about): \(output.prefix(200))")
        #expect(errors.hasPrefix("kintsugi: "), "\(about): \(errors)")
        #expect(errors.contains(word), "\(about): \(errors)")
        #expect(errors.hasSuffix("\n") && errors.split(separator: "\n").count == 1, "\(about): \(errors)")
        isHarmless(about)
    }

    /// No control character, no secret, no end by a signal.
    func isHarmless(_ about: String) {
        #expect(code >= 0, "\(about) ended by signal \(-code)")
        for text in [output, errors] {
            #expect(text.utf8.allSatisfy { $0 == 0x0A || $0 >= 0x20 && $0 != 0x7F }, "\(about)")
            #expect(!text.contains(Self.secret), "\(about): \(text)")
        }
    }

    static let secret = "S3CR3TKEY"
}
