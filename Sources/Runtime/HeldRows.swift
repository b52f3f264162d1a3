import Engine
import Pipeline

extension WarehouseReader {
    /// What is held of the minutes that records concern: what the transform must know before it applies them.
    func held(for footprints: [Footprint]) async throws(EngineError) -> Curation.Held {
        var held = Curation.Held()
        for footprint in footprints {
            let (minutes, hours) = (footprint.minutes, footprint.minutes.hours)
            let range = minutes.lowerBound.index..<minutes.upperBound.index
            held.bars += try await bars(footprint.symbol.text, minutes: range)
            held.masks += try await masks(
                [footprint.symbol.text], hours: hours.lowerBound.index..<hours.upperBound.index)
            held.notes += try await notes(footprint.symbol.text, minutes: range)
        }
        return held
    }
}
