import ArgumentParser
import Foundation

/// Makes the project's pictures again: the real program at a real terminal, typed at and looked at. Not part of what is
/// shipped; `make screenshots` runs it.
@main
struct Screenshots: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "screenshots", abstract: "Make the pictures and the recording of the console again.")

    @Option(name: .long, help: ArgumentHelp("The program to take pictures of.", valueName: "FILE"))
    var program: String

    @Option(name: .long, help: ArgumentHelp("The folder to fill; pictures in it are replaced.", valueName: "DIR"))
    var output: String

    @Flag(name: .long, inversion: .prefixedNo, help: "Make the pictures.")
    var pictures = true

    @Flag(name: .long, inversion: .prefixedNo, help: "Make the recording.")
    var recording = true

    func run() throws {
        let files = FileManager.default
        let home = files.temporaryDirectory.appendingPathComponent("kintsugi-pictures-\(getpid())")
        try files.createDirectory(at: home, withIntermediateDirectories: true)
        defer { try? files.removeItem(at: home) }
        let program = URL(fileURLWithPath: self.program).standardizedFileURL.path
        let folder = try PictureFolder(output)
        let scenes = Scenes(program: program, home: home.path, folder: folder)
        if pictures { try scenes.pictures() }
        if recording { try scenes.recording() }
        folder.finish()
    }
}

/// Why there are no pictures, in one sentence.
struct SceneFailure: Error, CustomStringConvertible {
    var description: String
}
