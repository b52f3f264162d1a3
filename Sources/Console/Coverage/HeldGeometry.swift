import Pipeline
import Terminal

/// All that the places of the coverage depend on, beside the rows and the universe, which count their generations.
struct GeometrySource: Hashable, Sendable {
    var area: Area
    var zoom: CoverageZoom
    var density: DensityChoice
    var viewEnd: Minute?
    /// Nil while nothing was heard of the market.
    var now: Minute?
    var universe: Int
    var rows: Int
    var scroll: [CalendarName: Int]
    /// Of a very small screen only the band under the cursor is shown.
    var calendar: CalendarName?
}

/// The places of the coverage as they were last worked out: keys, questions and frame ask for them one after the other.
struct HeldGeometry: Sendable {
    var source: GeometrySource
    var geometry: CoverageGeometry
}

extension ConsoleState {
    func geometrySource(_ area: Area) -> GeometrySource {
        GeometrySource(
            area: area, zoom: zoom, density: density, viewEnd: viewEnd, now: status.map { $0.clock.now.minute },
            universe: universeGeneration, rows: rowsGeneration, scroll: scroll, calendar: cursorCalendar)
    }

    /// Where everything of the coverage stands in an area.
    func coverageGeometry(_ area: Area) -> CoverageGeometry {
        let source = geometrySource(area)
        if let heldGeometry, heldGeometry.source == source { return heldGeometry.geometry }
        return workedOutGeometry(area)
    }

    /// Works the places out once for all who ask until something they depend on changes.
    mutating func holdGeometry() {
        guard let area = layout.content(.coverage) else { return heldGeometry = nil }
        let source = geometrySource(area)
        guard heldGeometry?.source != source else { return }
        heldGeometry = HeldGeometry(source: source, geometry: workedOutGeometry(area))
    }
}
