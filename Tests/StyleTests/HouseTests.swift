import Foundation
import Testing

/// Who may import whom, and what the pure rooms may not know.
struct HouseTests {
    private static let ours: Set<String> = [
        "Engine", "Codec", "Pipeline", "Exchange", "Terminal", "Console", "Runtime", "EmbeddedEngine", "ExchangeServer",
        "Platform", "Simulation", "Attachment", "Configuration", "kintsugi", "screenshots",
    ]
    private static let foreign: Set<String> = [
        "GRDB", "GRDBSQLite", "Crypto", "CZlib", "CCurl", "CNcurses", "FlyingFox", "FlyingSocks",
        "ArgumentParser",
    ]
    /// The table of the design, section 3: of our rooms and of others' packages.
    private static let allowed: [String: Set<String>] = [
        "Engine": [],
        "Attachment": ["Pipeline"],
        "Terminal": [],
        "Codec": ["Crypto", "CZlib"],
        "Pipeline": ["Engine"],
        "Console": ["Pipeline", "Terminal", "Engine"],
        "Exchange": ["Pipeline"],
        "Configuration": ["Pipeline"],
        "ExchangeServer": ["Exchange", "Pipeline", "FlyingFox", "FlyingSocks"],
        "Runtime": ["Pipeline", "Engine", "Codec"],
        "Simulation": ["Runtime", "Pipeline", "Engine", "Codec", "Exchange"],
        "EmbeddedEngine": ["Engine", "Codec", "GRDB", "GRDBSQLite"],
        "Platform": ["Engine", "Terminal", "CCurl", "CNcurses"],
        "screenshots": ["Platform", "Terminal", "ArgumentParser"],
    ]

    private static func imports(_ file: Tree.File) -> [String] {
        file.code.compactMap { _, line in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), place <= 2, words.count > place + 1 else { return nil }
            guard
                words[..<place].allSatisfy({
                    ["package", "internal", "private", "fileprivate", "@preconcurrency"].contains($0)
                })
            else { return nil }
            return String(words[place + 1].prefix { $0 != "." })
        }
    }

    @Test func theArrowsBetweenTheRoomsAreThoseOfTheDesign() {
        #expect(Tree.sources.count > 100, "the tree was found")
        for file in Tree.sources {
            guard let allowed = Self.allowed[file.room] else { continue }
            for name in Self.imports(file) where Self.ours.contains(name) || Self.foreign.contains(name) {
                #expect(allowed.contains(name), "\(file.path) imports \(name)")
            }
        }
    }

    @Test func eachForeignPackageHasOneRoom() {
        let homes = [
            "GRDB": "EmbeddedEngine", "GRDBSQLite": "EmbeddedEngine", "Crypto": "Codec", "CZlib": "Codec",
            "CCurl": "Platform", "CNcurses": "Platform", "FlyingFox": "ExchangeServer", "FlyingSocks": "ExchangeServer",
        ]
        for file in Tree.sources {
            for name in Self.imports(file) {
                guard let home = homes[name] else { continue }
                #expect(file.room == home, "\(file.path) imports \(name)")
            }
        }
    }

    @Test func thePipelineKnowsNoClockNoChanceAndNoWaiting() {
        let words = [
            "await", "Date", "random", "ContinuousClock", "SuspendingClock", "Task", "Mutex", "actor", "DispatchQueue",
            "FileManager", "URL", "Process", "ProcessInfo", "Thread", "sleep", "SystemRandomNumberGenerator",
        ]
        for file in Tree.sources where ["Pipeline", "Exchange"].contains(file.room) {
            // A protocol may say what its conformers outside do.
            for (number, line) in file.code where !file.path.hasSuffix("CellReader.swift") {
                for word in words where line.holds(word: word) {
                    Issue.record("\(file.path):\(number) says \(word)")
                }
            }
        }
    }

    @Test func timeAndChanceComeFromPlatformAlone() {
        for file in Tree.sources where file.room != "Platform" {
            for (number, line) in file.code {
                for word in ["Date()", "Date.now", ".random", "arc4random", "gettimeofday", "time(nil)"]
                where line.holds(word: word) {
                    Issue.record("\(file.path):\(number) says \(word)")
                }
            }
        }
    }

    @Test func noMachinePathStandsInAFileOfTheProject() {
        // Put together here, so that this file does not hold them either.
        let paths = ["work", "root", "tmp/bash"].map { "/" + $0 }
        for file in Tree.sources + Tree.files("Tests") {
            for path in paths where file.text.contains(path + "/") || file.text.contains(path + "_") {
                Issue.record("\(file.path) names a path of one machine")
            }
        }
    }
}
