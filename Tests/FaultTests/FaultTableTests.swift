import Exchange
import Foundation
import Pipeline
import Testing

/// Every fault of the exchange and every flaw of the capture stands in the table once, and what the table says happens.
@Suite(.serialized) struct FaultTableTests {
    private static let faults = "Faults of the exchange"
    private static let flaws = "Flaws of the capture"

    @Test func everyKindHasExactlyOneLine() throws {
        let kinds = FaultWord.allCases.flatMap(\.kinds).map(\.text)
        #expect(try FaultTable.lines(under: Self.faults).map(\.name).sorted() == kinds.sorted())
        #expect(try FaultTable.lines(under: Self.flaws).map(\.name).sorted() == CaptureFlaw.usual.map(\.text).sorted())
        for name in try FaultTable.lines(under: Self.faults).map(\.name) {
            #expect(try ExchangeFault(text: name).kind.text == name)
        }
    }

    /// Over real HTTP, through libcurl, into a warehouse.
    @Test func answersBecomeWhatTheTableSays() async throws {
        for line in try FaultTable.lines(under: Self.faults) {
            let fault = try ExchangeFault(text: line.name)
            let seen = try await FaultDrive.run(fault)
            if ProcessInfo.processInfo.environment["FAULT_TABLE"] != nil {
                print("WIRE | `\(line.name)` | \(seen.quote) | \(seen.candles) | \(seen.attempts) |")
            }
            #expect(seen.quote == line["quote"], "\(line.name)")
            #expect(seen.candles == line["candles"], "\(line.name)")
            #expect(seen.attempts == line["attempts"], "\(line.name)")
            for text in seen.texts { #expect(harmless(text) == text, "\(line.name)") }
        }
    }

    /// In a simulated session, with everything behind it.
    @Test func alarmsAreRaisedAndAllHealsWhenTheFaultIsOver() async throws {
        for line in try FaultTable.lines(under: Self.faults) {
            let seen = try await FaultWorld.run(try ExchangeFault(text: line.name).kind)
            if ProcessInfo.processInfo.environment["FAULT_TABLE"] != nil {
                print("WORLD | `\(line.name)` | \(seen.alarms) | \(seen.end) | \(seen.reasons.sorted()) |")
            }
            #expect(seen.alarms == line["alarm"], "\(line.name)")
            #expect(seen.end == line["ends as"], "\(line.name)")
        }
    }

    @Test func flawsBecomeWhatTheTableSays() async throws {
        for line in try FaultTable.lines(under: Self.flaws) {
            let flaw = try #require(CaptureFlaw.parse(line.name, seed: 12, control: SymbolName("AAPL")))
            let seen = try await FaultWorld.run(flaw)
            let reasons = seen.reasons.isEmpty ? "-" : seen.reasons.sorted().joined(separator: ", ")
            if ProcessInfo.processInfo.environment["FAULT_TABLE"] != nil {
                print("FLAW | `\(line.name)` | \(reasons) | \(seen.alarms) | \(seen.end) |")
            }
            #expect(reasons == line["what becomes of it"], "\(line.name)")
            #expect(seen.alarms == line["alarm"], "\(line.name)")
            #expect(seen.end == line["ends as"], "\(line.name)")
        }
    }
}
