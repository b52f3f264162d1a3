import Foundation
import Terminal

/// The folder of pictures: each as SVG, and the most looked at also as PNG where a program that makes them is installed.
final class PictureFolder {
    private let folder: URL
    private let rasteriser: Rasteriser?
    private var bytes = 0
    private var count = 0

    /// Takes away what earlier pictures there are.
    init(_ path: String) throws {
        folder = URL(fileURLWithPath: path)
        rasteriser = Rasteriser.installed
        let files = FileManager.default
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in try files.contentsOfDirectory(atPath: folder.path)
        where ["svg", "png", "cast"].contains(URL(fileURLWithPath: name).pathExtension) {
            try files.removeItem(at: folder.appendingPathComponent(name))
        }
    }

    func write(_ name: String, _ painting: Painting, title: String, asPNG: Bool) throws {
        let file = folder.appendingPathComponent(name + ".svg")
        try write(name + ".svg", painting.svg(title: title, ground: painting.rimGround))
        guard asPNG, let rasteriser else { return }
        let picture = folder.appendingPathComponent(name + ".png")
        try rasteriser.convert(file.path, to: picture.path)
        let size = try FileManager.default.attributesOfItem(atPath: picture.path)[.size] as? Int
        bytes += size ?? 0
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        bytes += text.utf8.count
        count += 1
        print(name)
    }

    func finish() {
        print("\(count) files, \(bytes / 1_000) kB with their PNG")
        if rasteriser == nil { print("no PNG: install \(Rasteriser.known.map(\.name).joined(separator: ", or "))") }
    }
}

/// A program that makes PNG of SVG.
private struct Rasteriser {
    static let known: [(name: String, words: @Sendable (String, String) -> [String])] = [
        ("rsvg-convert", { ["-o", $1, $0] }), ("resvg", { [$0, $1] }),
        ("inkscape", { [$0, "--export-filename=\($1)"] }), ("magick", { [$0, $1] }),
    ]

    let path: String
    let words: @Sendable (String, String) -> [String]

    static var installed: Rasteriser? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        for (name, words) in known {
            let path = folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
            if let path { return Rasteriser(path: path, words: words) }
        }
        return nil
    }

    func convert(_ picture: String, to output: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = words(picture, output)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw SceneFailure(
                description: "\(path) could not make \(output): it ended with \(process.terminationStatus)")
        }
    }
}
