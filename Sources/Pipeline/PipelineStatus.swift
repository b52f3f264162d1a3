/// All the console may know, small enough to be sent whole: counters, machine states, alarms. Cells are loaded apart.
package struct PipelineStatus: Hashable, Sendable {
    /// The source as the title shows it: `simulated exchange`, `finnhub`.
    package var sourceName = ""
    /// Whether the data is simulated; such data says SIMULATED wherever it leaves the program.
    package var simulated = false
    package var clock = ClockStatus()
    package var source = SourceStatus()
    package var streams: [ShardStatus] = []
    /// Per minute of market time, oldest first, at most 60: records appended.
    package var appendedPerMinute: [Int] = []
    /// Over all shards: records acknowledged and not yet in the lake, and the age of the oldest in market seconds.
    package var lagRecords = 0
    package var lagSeconds: Int64 = 0
    package var lake = LakeStatus()
    package var universe: [UniverseMember] = []
    /// Over everything retained, as of the last status.
    package var coverage = SlotCounts()
    /// Changes whenever any mask changes; ask the reader what changed since.
    package var coverageVersion: Int64 = 0
    /// Live executions, oldest first, then the latest ended ones, newest first; at most 50.
    package var executions: [ExecutionStatus] = []
    /// The slots under repair, for the cells' glyph; at most 512 partitions.
    package var repairing: [RepairingPartition] = []
    package var nextAudit: MarketTime?
    /// Standing alarms, those that call for somebody first and the worst before others, then the latest cleared; at most
    /// 100.
    package var alarms: [AlarmStatus] = []
    /// What people acknowledged and silenced and is in force, newest first; at most 200.
    package var decisions: [StandingDecision] = []
    /// What the pipeline and the operators did, newest first; at most 200.
    package var log: [LogLine] = []
    package var flaws: [CaptureFlaw] = []
    package var healing = HealingScore()
    /// The same by UTC day, oldest first; at most 14.
    package var healingDays: [HealingDay] = []

    package init() {}
}

/// The market clock and how it runs.
package struct ClockStatus: Hashable, Sendable, Codable {
    package var now = MarketTime(seconds: 0)
    /// Market seconds per real second; 1 with a real source; 0 while held.
    package var speed: Double = 1
    /// Whether any calendar of the universe is in session.
    package var isOpen = false
    /// When the next session of any calendar begins; nil while one is open or none is known.
    package var nextOpen: MarketTime?

    package init() {}
}

/// How the source does.
package struct SourceStatus: Hashable, Sendable, Codable {
    package enum Breaker: Hashable, Sendable, Codable {
        /// Calls go through.
        case closed
        /// No calls until the moment given; then one is tried.
        case open(until: MarketTime)
        /// One trial call is under way.
        case halfOpen
    }
    /// Whether the key may ask for candles.
    package enum Entitlement: String, Hashable, Sendable, Codable {
        case unknown, granted, refused
    }

    package var breaker = Breaker.closed
    package var candles = Entitlement.unknown
    /// Calls left in the present window and its size; nil where unknown.
    package var callsLeft: Int?
    package var callsLimit: Int?
    /// Calls waiting for the budget, and when the last of them is expected to go.
    package var backlog = 0
    package var backlogSeconds: Int64 = 0
    /// The last failure in a few words, harmless; empty where the last answer was well.
    package var trouble = ""

    package init() {}
}

/// One shard of one stream.
package struct ShardStatus: Hashable, Sendable, Codable {
    package var stream: String
    package var shard: Int
    /// Newest acknowledged sequence number, and the newest that is in the lake.
    package var appended: Int64
    package var delivered: Int64
    /// Age in market seconds of the oldest record not yet in the lake.
    package var oldestSeconds: Int64
    /// Since start.
    package var records: Int64
    package var bytes: Int64

    package init(
        stream: String, shard: Int, appended: Int64 = 0, delivered: Int64 = 0, oldestSeconds: Int64 = 0,
        records: Int64 = 0, bytes: Int64 = 0
    ) {
        self.stream = stream
        self.shard = shard
        self.appended = appended
        self.delivered = delivered
        self.oldestSeconds = oldestSeconds
        self.records = records
        self.bytes = bytes
    }
}

/// The lake and the warehouse.
package struct LakeStatus: Hashable, Sendable, Codable {
    /// Raw objects registered, and their stored bytes, since start.
    package var objects: Int64 = 0
    package var bytes: Int64 = 0
    /// Objects registered and not yet applied to the warehouse.
    package var untransformed: Int64 = 0
    /// Since start.
    package var bars: Int64 = 0
    package var revisions: Int64 = 0
    package var quarantined: Int64 = 0
    package var derivedRows: Int64 = 0
    /// Bytes of the stores' logs, which grow while somebody reads one without end.
    package var logBytes: Int64 = 0
    /// Since start: records of the stream let go of, and raw objects sealed and deleted.
    package var trimmedRecords: Int64 = 0
    package var droppedObjects: Int64 = 0
    /// Bytes left on the device of the data directory; nil where unknown.
    package var diskLeft: Int64?

    package init() {}
}

/// One symbol of the universe.
package struct UniverseMember: Hashable, Sendable, Codable {
    package var symbol: SymbolName
    package var calendar: CalendarName
    /// The minutes in which slots are expected of it; the end is open where it is far in the future.
    package var lifetime: Range<Minute>
    /// Start of its newest bar held; nil where none is.
    package var lastBar: Minute?
    /// A second name people may use for it.
    package var alias: SymbolName?
    /// The source it was decided for; empty where nobody said.
    package var source: String

    package init(
        symbol: SymbolName, calendar: CalendarName, lifetime: Range<Minute>, lastBar: Minute? = nil,
        alias: SymbolName? = nil, source: String = ""
    ) {
        self.symbol = symbol
        self.calendar = calendar
        self.lifetime = lifetime
        self.lastBar = lastBar
        self.alias = alias
        self.source = source
    }
}

/// One execution of the auditor.
package struct ExecutionStatus: Hashable, Sendable, Codable {
    package var id: String
    /// `start`, `hourly`, `grace`, `breaker`, `operator alice`, …
    package var trigger: String
    package var state: AuditState
    /// 1 for the first try; of the retry policy's at most four.
    package var attempt: Int
    package var attemptsMax: Int
    /// Gaps found, slots in them, and slots that are no longer missing.
    package var gaps: Int
    package var slots: Int
    package var settledSlots: Int
    /// Calls answered and planned in this attempt.
    package var callsDone: Int
    package var callsPlanned: Int
    /// Derived rows to rebuild and rebuilt.
    package var derivedPlanned: Int
    package var derivedDone: Int
    package var began: MarketTime
    package var ended: MarketTime?
    /// What it waits for, in words; empty where it waits for nothing.
    package var waitsFor: String

    package init(
        id: String, trigger: String, state: AuditState, attempt: Int = 1, attemptsMax: Int = 4, gaps: Int = 0,
        slots: Int = 0, settledSlots: Int = 0, callsDone: Int = 0, callsPlanned: Int = 0, derivedPlanned: Int = 0,
        derivedDone: Int = 0, began: MarketTime, ended: MarketTime? = nil, waitsFor: String = ""
    ) {
        self.id = id
        self.trigger = trigger
        self.state = state
        self.attempt = attempt
        self.attemptsMax = attemptsMax
        self.gaps = gaps
        self.slots = slots
        self.settledSlots = settledSlots
        self.callsDone = callsDone
        self.callsPlanned = callsPlanned
        self.derivedPlanned = derivedPlanned
        self.derivedDone = derivedDone
        self.began = began
        self.ended = ended
        self.waitsFor = waitsFor
    }
}

/// Slots of one partition that a live execution is repairing.
package struct RepairingPartition: Hashable, Sendable, Codable {
    package var symbol: SymbolName
    package var hour: Hour
    package var slots: UInt64

    package init(symbol: SymbolName, hour: Hour, slots: UInt64) {
        self.symbol = symbol
        self.hour = hour
        self.slots = slots
    }
}

/// How bad an alarm is.
package enum AlarmSeverity: String, Hashable, Sendable, CaseIterable, Comparable, Codable {
    case info, ticket, page

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
    private var rank: Int {
        switch self {
        case .info: 0
        case .ticket: 1
        case .page: 2
        }
    }
}

/// One alarm: one root cause.
package struct AlarmStatus: Hashable, Sendable, Codable {
    /// The root cause; the same key never stands twice.
    package var key: String
    package var severity: AlarmSeverity
    /// What is concerned: a source, a symbol, the store.
    package var scope: String
    package var reason: String
    package var slots: Int
    package var raised: MarketTime
    package var cleared: MarketTime?
    /// The command a person would run.
    package var command: String
    /// Where to look: the cells concerned, if any.
    package var selection: SlotSelection?
    /// All the slots it is about, as far as it is about slots; bounded, and then wider than they are.
    package var concerned: [SlotSelection] = []
    /// Who acknowledged it, or all its slots; nil where it calls for somebody.
    package var acknowledged: AcknowledgementMark?
    /// Who silenced it, and until when.
    package var snoozed: SnoozeMark?

    package init(
        key: String, severity: AlarmSeverity, scope: String, reason: String, slots: Int = 0, raised: MarketTime,
        cleared: MarketTime? = nil, command: String = "", selection: SlotSelection? = nil
    ) {
        self.key = key
        self.severity = severity
        self.scope = scope
        self.reason = reason
        self.slots = slots
        self.raised = raised
        self.cleared = cleared
        self.command = command
        self.selection = selection
    }
}

/// One line of the log.
package struct LogLine: Hashable, Sendable, Codable {
    /// Counts up from 1 with each line of this process.
    package var number: Int64
    package var at: MarketTime
    /// `pipeline`, or the operator's name.
    package var who: String
    package var text: String

    package init(number: Int64, at: MarketTime, who: String, text: String) {
        self.number = number
        self.at = at
        self.who = who
        self.text = text
    }
}

/// How well the healer does, since start.
package struct HealingScore: Hashable, Sendable, Codable {
    package var gapsFound = 0
    /// Expected slots that are known to have been lost, for whatever reason, each once.
    package var slotsLost = 0
    /// Those of them that ended while nothing ran: before the first start, or between two.
    package var slotsLostAway = 0
    /// Lost slots that a repair filled, and those of them that ended while nothing ran.
    package var slotsHealed = 0
    package var slotsHealedAway = 0
    package var repairCalls = 0
    /// Calls that asked again for the second witness of quiet.
    package var quietCalls = 0
    /// Sum of the market seconds from the slot's end to its healing, over healed slots that ended while something ran.
    package var secondsToHeal: Int64 = 0
    /// Slots that an audit found missing, and the sum of market seconds from each slot's end to that moment; without the
    /// audits that follow a time in which nothing ran.
    package var slotsDetected = 0
    package var secondsToDetect: Int64 = 0
    /// Slots that were sought and proved quiet: nobody had traded.
    package var falseAlarms = 0

    package init() {}
}

/// How well the healer did on one UTC day.
package struct HealingDay: Hashable, Sendable, Codable {
    /// Days since 1970-01-01.
    package var day: Int64
    package var score = HealingScore()

    package init(day: Int64) { self.day = day }
}
