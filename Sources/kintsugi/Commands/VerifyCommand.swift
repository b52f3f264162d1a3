import ArgumentParser
import EmbeddedEngine
import Engine
import Pipeline
import Runtime
import Simulation

/// The scrub.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Is every byte what was written, and every fact what follows from it?",
        discussion: """
            Compares every raw object with its checksum, walks the chains of stream, journal, catalogue and work queue, applies all \
            raw objects again and compares the bars, masks and notes that come of it with the warehouse, and recomputes \
            every derived row. Where raw is kept for a time only (--retain-raw), what is older is compared with the \
            sealed objects that stand for it, and the report says from when on raw itself speaks. Writes nothing; works \
            beside a running owner. Exit code 0 only if all is well, 1 where anything is damaged. Catalogue and \
            warehouse are mended by kintsugi rebuild, from the raw lake.

            EXAMPLES
              kintsugi verify
              kintsugi verify --json | jq .damage
              kintsugi verify --quick
            """)

    @OptionGroup var data: DataOptions

    @Flag(name: .long, help: "Checksums and chains only; nothing is built again.")
    var quick = false

    func run() async throws {
        let report = try await scrub()
        var output = Output()
        if data.json {
            output.json(Self.json(report))
        } else {
            for sentence in report.damage { output.line(harmless(sentence, limit: 600)) }
            if let from = report.speaksFrom {
                output.line(
                    "raw speaks from \(from) on; what was received before is told by \(report.sealed) sealed objects")
            }
            output.line(
                "\(report.damage.isEmpty ? "well" : "unwell, \(report.damage.count) damages"): \(report.objects) raw objects, "
                    + (quick ? "nothing built again" : "\(report.bars) bars, \(report.derived) derived rows"))
        }
        output.flush()
        if !report.damage.isEmpty { throw Failure.silent(Exit.unwell) }
    }

    private static func json(_ report: ScrubReport) -> JSONValue {
        let seals: [(String, JSONValue)] =
            report.speaksFrom.map { [("sealed", .integer(report.sealed)), ("speaksFrom", .moment($0))] } ?? []
        return .object(
            [
                ("well", .boolean(report.damage.isEmpty)), ("objects", .integer(report.objects)),
                ("bars", .integer(report.bars)), ("derived", .integer(report.derived)),
                ("damage", .array(report.damage.map(JSONValue.text))),
            ] + seals)
    }

    /// A store too damaged to be opened or read is a finding, not a failure of the scrub.
    private func scrub() async throws -> ScrubReport {
        do {
            return try await scrub(try await Reading.open(data))
        } catch let error as EngineError where error.kind == .damaged {
            var report = ScrubReport()
            report.damage = [error.description]
            return report
        }
    }

    private func scrub(_ reading: Reading) async throws -> ScrubReport {
        let directory = reading.directory
        var damage: [String] = []
        // First of all: it closes files that the stores hold open.
        if directory.ownerProcess == nil { damage += await found { try await directory.manifestDamage() } }
        var progress = ProgressLine()
        progress.say("walking the chains")
        damage += await found { try await directory.stream.verifyChain() }
        damage += await found { try await directory.catalog.verifyChain() }
        damage += await found { try await directory.journal.verifyChain() }
        damage += await found { try await directory.queue?.verifyChain() ?? [] }
        damage += await found { try await directory.warehouse.verifyStructure() }
        var scrub = Scrub(
            Scrub.Stored(
                objects: directory.objects, catalog: directory.catalog, warehouse: directory.warehouse,
                journal: directory.journal, ownerLives: directory.ownerProcess != nil),
            universe: reading.universe, now: reading.now, scratch: MemoryWarehouse(world: MemoryWorld()))
        var report = await scrub.run(quick: quick) { what, done, total, unit in
            progress.show(what, done: done, of: total, unit: unit)
        }
        progress.end()
        report.damage = damage + report.damage
        return report
    }

    private func found(_ look: () async throws -> [String]) async -> [String] {
        do { return try await look() } catch { return ["\(error)"] }
    }
}
