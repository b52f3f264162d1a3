import Configuration
import EmbeddedEngine
import Engine
import Foundation
import Pipeline
import Platform
import Runtime

/// One change of the universe: decided here, taken over by the next owner.
struct SymbolsChange {
    /// What a change must know of the data directory.
    struct Place {
        var birth: DataDirectoryBirth
        /// The moment the change is meant at.
        var now: MarketTime
    }

    let data: DataOptions
    let operatorName: String?

    /// Lets the members given take the place of those of the same name.
    func carryOut(_ decide: (Universe, Place) throws -> [UniverseMember]) async throws {
        let settings = try data.settings()
        let reading = try await Reading.open(data)
        let directory = reading.directory.path
        let provider = Provider(rawValue: reading.directory.birth.source) ?? .simulated
        guard settings.texts(.symbols) == nil || !settings.speaks(of: provider, .symbols) else {
            throw Failure.usage("the configuration names the symbols (source.symbols): change them there")
        }
        let by = OperatorName.signature(operatorName ?? settings.text(.operatorName))
        let place = Place(birth: reading.directory.birth, now: now(reading))
        let changed = try await UniverseFile.exclusively(directory) {
            let decided = try UniverseFile.loadDecided(directory)
            let before = decided?.universe ?? reading.universe
            let members = try decide(before, place)
            let after = Universe(before.members + members)
            guard after != before else { return [UniverseMember]() }
            var names = decided?.by ?? []
            if !names.contains(by) { names.append(by) }
            try UniverseFile.saveDecided(after, by: names, directory)
            return members.filter { before.member($0.symbol) != $0 }
        }
        tell(changed, reading)
    }

    /// A real source stands at the time of this machine; any other where the directory has come.
    private func now(_ reading: Reading) -> MarketTime {
        let birth = reading.directory.birth
        guard !birth.simulated, !SourceAddress.isLoopback(birth.baseURL) else { return reading.now }
        return max(reading.now, MarketTime(microseconds: SystemClock.wallMicroseconds()))
    }

    private func tell(_ changed: [UniverseMember], _ reading: Reading) {
        var output = Output()
        let owner = reading.directory.ownerProcess
        if data.json {
            output.json(
                .object([
                    ("changed", .array(changed.map { .text($0.symbol.text) })),
                    ("inForce", .text(changed.isEmpty ? "now" : "next start")),
                    ("owner", owner.map { .integer(Int64($0)) } ?? .null),
                ]))
        } else if changed.isEmpty {
            output.line("nothing to change")
        } else {
            for member in changed { output.line(Self.words(member)) }
            output.line(
                owner.map {
                    "process \($0) runs and takes this over at its next start: kintsugi stop, then start it again"
                }
                    ?? "the next run takes this over")
        }
        output.flush()
    }

    private static func words(_ member: UniverseMember) -> String {
        let end = member.lifetime.upperBound
        let alias = member.alias.map { " (\($0))" } ?? ""
        let until = end < UniverseMember.openEnd ? " until \(end)" : " on"
        return
            "\(member.symbol)\(alias) \(member.calendar.rawValue): expected from \(member.lifetime.lowerBound)\(until)"
    }

    /// The symbols named, each once.
    static func names(_ words: [String]) throws -> [SymbolName] {
        var names: [SymbolName] = []
        for word in words.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }).map(String.init) {
            guard let name = SymbolName(word) else {
                throw Failure.usage(
                    "\"\(harmless(word, limit: 40))\" is no symbol: \(SymbolName.complaint(about: word) ?? "it is none")"
                )
            }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// A moment, or how long before now; within the time that calendars know.
    static func time(_ text: String, _ option: String, now: MarketTime) throws -> MarketTime {
        if let seconds = SettingKind.seconds(text) {
            guard seconds <= 86_400 * 3_650 else {
                throw Failure.usage("\(option) \(harmless(text, limit: 40)): ten years at the most")
            }
            return now - .seconds(Int64(seconds))
        }
        guard let time = try WindowOptions.time(text, option) else { return now }
        guard Assembler.marketTimes.contains(time) else {
            throw Failure.usage("\(option) \(time): market time runs from 2000-01-01 to 2099-12-31 here")
        }
        return time
    }
}
