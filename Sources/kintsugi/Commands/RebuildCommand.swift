import ArgumentParser
import EmbeddedEngine
import Engine
import Foundation
import Pipeline
import Runtime

/// Catalogue and warehouse from the raw lake alone.
struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Build catalogue and warehouse again, from the raw lake alone.",
        discussion: """
            What arrived is kept as it arrived, and everything else follows from it: this lists the raw objects, \
            registers them anew in their order, applies them, and builds the derived rows. What comes of it exports, \
            byte for byte, what there was. An object that is damaged or gone is named and passed over; its slots are \
            missing then, and the next run asks for them again.

            In place, the old stores are kept in aside/ within the data directory. They are replaced only when the new \
            ones are whole: interrupted, a rebuild leaves what was there, and is begun anew. With --into everything \
            goes into a second directory, the raw objects, the stream and the journal as copies, and the first stays \
            as it is. Not while a process owns the directory.

            Exit code 0 if every object was read, 1 where one was passed over, 3 where it could not be done.

            EXAMPLES
              kintsugi rebuild
              kintsugi rebuild --into /tmp/second && kintsugi verify --data /tmp/second
            """)

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: ArgumentHelp("A second directory, new or empty.", valueName: "DIR"))
    var into: String?

    func run() async throws {
        let path = try data.existingDirectory()
        let second = try into.map { try Self.apart($0, from: path) }
        // Wanted before anything is made: without it no slot is expected, and nothing would be built.
        let universe = try UniverseFile.load(path)
        let site = try DataDirectory.rebuild(path: path, into: second)
        do {
            guard let universe, !universe.members.isEmpty else {
                throw Failure.couldNot("the universe is gone (\(path)/universe.json): restore it from a copy")
            }
            try await rebuild(site, universe)
        } catch {
            site.abandon()
            throw error
        }
    }

    /// The path of the second directory, which must not lie within the first.
    private static func apart(_ text: String, from path: String) throws -> String {
        guard !text.isEmpty else { throw Failure.usage("--into: name a new or an empty directory") }
        func whole(_ path: String) -> String {
            URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
        }
        let (first, second) = (whole(path), whole(text))
        guard second != first, !second.hasPrefix(first + "/") else {
            throw Failure.usage("--into \(harmless(text)) lies within the data directory: choose one beside it")
        }
        return second
    }

    private func rebuild(_ site: RebuildSite, _ universe: Universe) async throws {
        var progress = ProgressLine()
        let rebuild = Rebuild(
            Rebuild.Places(
                objects: site.objects, copies: site.copies, catalog: site.catalog, warehouse: site.warehouse),
            universe: universe, now: MarketTime(microseconds: site.lastStamp))
        var report = try await rebuild.run { what, done, total, unit in
            progress.show(what, done: done, of: total, unit: unit)
        }
        progress.end()
        report.damage = site.findings + report.damage
        let aside = try await site.commit(incarnation: report.incarnation, stamp: report.received.microseconds)
        show(report, site, aside: aside)
        if !report.damage.isEmpty { throw Failure.silent(Exit.unwell) }
    }

    private func show(_ report: RebuildReport, _ site: RebuildSite, aside: String?) {
        var output = Output()
        if data.json {
            output.json(
                .object([
                    ("well", .boolean(report.damage.isEmpty)), ("directory", .text(site.into ?? site.path)),
                    ("objects", .integer(report.objects)), ("records", .integer(Int(report.records))),
                    ("derived", .integer(report.derived)),
                    ("from", report.from.map { .text($0.iso8601) } ?? .null),
                    ("aside", aside.map(JSONValue.text) ?? .null),
                    ("damage", .array(report.damage.map(JSONValue.text))),
                ]))
        } else {
            for sentence in report.damage { output.line(harmless(sentence, limit: 600)) }
            if let from = report.from {
                output.line("the lake does not hold its first records any more: this speaks from \(from) on")
            }
            output.line(
                "rebuilt \(site.into ?? site.path): "
                    + (report.sealed > 0 ? "\(report.sealed) sealed objects, " : "")
                    + "\(report.objects) raw objects, \(report.records) records, "
                    + "\(report.derived) derived rows")
            if let aside { output.line("the stores as they were lie in \(aside): remove it when you are content") }
            if !report.damage.isEmpty {
                output.line("what was passed over is missing now: the next run of the owner asks for it again")
            }
        }
        output.flush()
    }
}
