import Foundation
import Platform
import Testing

#if os(Linux)
    @Suite struct FolderWatchTests {
        private let folder: String

        init() throws {
            folder = NSTemporaryDirectory() + "kintsugi-watch-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }

        private func write(_ name: String, _ text: String = "x") throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
        }

        @Test(.timeLimit(.minutes(1))) func eachChangeOfAFileIsTold() async throws {
            let watch = FolderWatch([folder], suffix: ".toml")
            var changes = watch.changes.makeAsyncIterator()
            try write("a.toml")
            #expect(await changes.next() != nil)
            try FileManager.default.moveItem(atPath: folder + "/a.toml", toPath: folder + "/b.toml")
            #expect(await changes.next() != nil)
            try FileManager.default.removeItem(atPath: folder + "/b.toml")
            #expect(await changes.next() != nil)
        }

        @Test(.timeLimit(.minutes(1))) func aFolderMayComeAndGo() async throws {
            let deep = folder + "/config/kintsugi/themes"
            let watch = FolderWatch([deep, folder + "/other"], suffix: ".toml")
            var changes = watch.changes.makeAsyncIterator()
            for round in 0..<3 {
                try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
                #expect(await changes.next() != nil, "\(round) made")
                try write("config/kintsugi/themes/x.toml")
                #expect(await changes.next() != nil, "\(round) written")
                try FileManager.default.removeItem(atPath: folder + "/config")
                #expect(await changes.next() != nil, "\(round) gone")
            }
        }

        @Test(.timeLimit(.minutes(1))) func theEndOfTheWatchEndsItsWords() async throws {
            var watch: FolderWatch? = FolderWatch([folder], suffix: ".toml")
            let changes = try #require(watch).changes
            watch = nil
            for await _ in changes {}
        }
    }
#endif
