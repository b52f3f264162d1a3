import Pipeline
import Terminal

/// How the rows are ordered.
enum RowOrder: Hashable, Sendable {
    case name, worstFirst
}

/// All that the order of rows depends on.
struct RowSource: Hashable, Sendable {
    var universe: Int
    var filter: String
    var order: RowOrder
    /// Only where the worst come first.
    var cells: Int?
    var zoom: CoverageZoom?
    var viewEnd: Minute?
    var minute: Minute?
    var columns: Int?
    var reasons: Int?
}

/// What of the universe is wanted at every key, found once for each universe.
struct UniverseFacts: Hashable, Sendable {
    var longestName = 4
    /// Where the oldest lifetime begins.
    var firstMinute: Minute?
    var usesNewYork = true
}

/// What lies over the panels and takes the keys.
enum Overlay: Hashable, Sendable {
    case nothing
    /// Asks before it acts.
    case asking(Confirmation)
    /// A line is being typed for what is to be done.
    case typing(TypedLine)
    /// A command is being typed.
    case command(CommandLine)
    /// The filter is being typed; what it was before stands by for Esc.
    case filtering(before: String)
    /// The journal of one execution.
    case journal(JournalView)
    /// Asks what becomes of the capture.
    case leaving
    /// The help, of one panel or of all, and which of its pages.
    case help(ConsolePanel?, page: Int)
}

/// A short word to the person, over the line of hints.
struct Toast: Hashable, Sendable {
    var text: String
    var role: Role
    /// Monotonic milliseconds at which it goes; nil until the first tick tells the time.
    var until: Int64?
}

/// Where the cursor stands: on a symbol and a minute, whatever the order of rows and the columns in view.
struct CoverageCursor: Hashable, Sendable {
    var symbol: SymbolName?
    var minute = Minute(0)
}

/// One corner of what is being marked.
struct RangeAnchor: Hashable, Sendable {
    enum Shape: Hashable, Sendable {
        /// In reading order: to the end of the row, whole rows, from the beginning of the row.
        case range
        /// The same minutes of all rows between.
        case rectangle
    }

    var symbol: SymbolName
    var minute: Minute
    var shape: Shape
}

/// Everything the frame is drawn from.
struct ConsoleState: Sendable {
    var theme: Theme
    var themes: [Theme]
    var operatorName: String
    var columns: Int
    var rows: Int
    var readOnly: Bool
    /// Whether the terminal shows colours at all.
    var hasColours = true
    /// Whether it only shows, large, and takes no keys.
    var isWallboard = false
    var keyMap = KeyMap()
    /// Whether the terminal reports the mouse.
    var isMouseOn = false
    var heldButton: HeldButton?
    var commandHistory: [String] = []
    var division = ScreenDivision.standard
    /// What is so now, while the view is frozen and shows what was; nil otherwise.
    var live: ShownWorld?
    var followedBeforeFreeze = false

    var standing = OwnerStanding.owner
    /// Nil until the pipeline has spoken.
    var status: PipelineStatus?
    var members: [SymbolName: UniverseMember] = [:]
    var universeFacts = UniverseFacts()
    /// The slots under repair, by symbol and hour.
    var repairing: [SymbolName: [Int64: UInt64]] = [:]
    var monotonicMilliseconds: Int64?
    var cells = CellStore()

    var cursor = CoverageCursor()
    /// End of the newest column in view; nil: the view follows the market.
    var viewEnd: Minute?
    var zoom = CoverageZoom.day
    /// The levels that were left by looking closer, for the way back.
    var openedFrom: [CoverageZoom] = []
    var density = DensityChoice.auto
    /// Whether UTC stands where the exchange's clock would.
    var showsUTC = false
    var gapSearch: GapSearch?
    /// First row in view, by calendar.
    var scroll: [CalendarName: Int] = [:]
    var marks = MarkedSlots()
    var rangeAnchor: RangeAnchor?

    var order = RowOrder.name
    var filter = "" {
        didSet { if filter != oldValue { filterQuery = FilterQuery(filter) } }
    }
    private(set) var filterQuery = FilterQuery()
    var reasons = KnownReasons()
    /// The symbols in view by calendar, in the order shown.
    var rowOrder: [CalendarName: [SymbolName]] = [:]
    /// All of them one below the other, and the place of each.
    var flatRows: [SymbolName] = []
    var rowPlaces: [SymbolName: Int] = [:]
    /// What the present order was made from; it is made anew only when that changes.
    var rowsMadeFrom: RowSource?
    var summedFrom: SumSource?
    /// Counts up with what comes from outside and is seen in panels that do not follow the cursor.
    var worldGeneration = 0
    /// Counts up with every new universe and every answer to a load.
    var universeGeneration = 0
    var cellsGeneration = 0
    /// Counts up with every new choice or order of the rows.
    var rowsGeneration = 0
    var heldGeometry: HeldGeometry?

    var overlay = Overlay.nothing
    var focus = ConsolePanel.coverage
    var hidden: [ConsolePanel] = []
    var fullScreen: ConsolePanel?
    /// First line shown, or line under the cursor, of the panels that are lists.
    var listLine: [ConsolePanel: Int] = [:]
    var toast: Toast?

    var inspected: InspectedPartition?
    var facts: KnownFacts?
    var arrivals = ArrivalHistory()
    var lab = FlawLab()
    var asked = OpenQuestions()

    /// The market's present moment.
    var now: MarketTime { status?.clock.now ?? MarketTime(seconds: 0) }
    /// Whether everything must be told by glyphs alone.
    var isColourless: Bool { theme.colourless || !hasColours }
    /// Whether the view goes with the market.
    var following: Bool { viewEnd == nil }
}

/// The inspector's answer and what it is about.
struct InspectedPartition: Hashable, Sendable {
    var symbol: SymbolName
    var minutes: Range<Minute>
    var inspection: Inspection
}

/// What was asked of the reader and not answered yet, so that nothing is asked twice.
struct OpenQuestions: Hashable, Sendable {
    var symbols: [SymbolName] = []
    var hours = Hour(0)..<Hour(0)
    /// The version of the warehouse when the load went out.
    var version: Int64 = -1
    /// Statuses since the load went out; nil where none is open.
    var loadAge: Int?
    /// The same of the question what has changed.
    var changesVersion: Int64 = -1
    var changesAge: Int?
    var reasonHours: Range<Hour>?
    /// The version of the warehouse when the reasons were asked for, and the statuses since.
    var reasonVersion: Int64 = -1
    var reasonAge = 0
    var facts: FactQuestion?
    var inspectedSymbol: SymbolName?
    var inspectedHour = Hour(0)
    /// Of its partition when it was inspected; -1 where it must be inspected anew.
    var inspectedVersion: Int64 = -1
    /// Derived rows that had been built then.
    var inspectedRows: Int64 = -1
}
