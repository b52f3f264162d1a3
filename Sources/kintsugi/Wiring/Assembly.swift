import Configuration
import EmbeddedEngine
import Engine
import Exchange
import ExchangeServer
import Foundation
import Pipeline
import Platform
import Runtime

/// Everything an owner of a data directory needs, chosen and opened: the one place where engines meet the pipeline.
struct Assembly: Sendable {
    let settings: PipelineSettings
    let directory: OwnedDataDirectory
    let stores: Stores
    let sinks: [NamedSink]
    let log: OwnerLog
    /// For whatever else is written.
    let redactor: Redactor
    let clock: any MarketClock
    let client: SourceClient
    let transport: CurlTransport
    let exchange: LoopbackExchange?
    let alignment: SourceAlignment?

    func runtime(
        end: PipelineRuntime.End, onAppend: (@Sendable (PipelineRuntime.Acknowledged) -> Void)? = nil
    ) -> PipelineRuntime {
        let path = directory.path
        let runtime = PipelineRuntime(
            settings: settings, stores: stores, sinks: sinks, source: client, clock: clock, end: end,
            alignment: alignment, onAppend: onAppend, diskLeft: { DataDirectory.diskLeft(path) })
        log.follow(runtime)
        return runtime
    }

    var birth: PipelineRuntime.Birth {
        PipelineRuntime.Birth(
            incarnation: directory.incarnation, lastReceived: directory.lastReceived,
            damage: directory.openingDamage)
    }

    /// The clean stop: everything is on disk, and the next start can tell. The log says why it came.
    func close(because reason: String? = nil) async {
        await log.close(because: reason)
        transport.close()
        await exchange?.stop()
        await directory.close()
    }
}

/// Builds an assembly from what was asked for on the command line.
struct Assembler {
    /// Where the demonstration begins: a Tuesday, five minutes before the opening bell.
    static let demonstrationStart = MarketTime(seconds: 1_772_547_900)
    /// The demonstration expects the two sessions before it too, so that there is something to mend from the first second.
    private static let demonstrationPast = MarketSpan.minutes(2 * 1440)
    /// As many as calls may be under way: none waits for a connection.
    private static let connectionsMax = 32
    /// The simulated exchange takes its time for candles, so that a person can watch an audit at work.
    private static let candleMilliseconds = 300
    /// The moments a pipeline can stand at: calendars know nothing before, and lifetimes end after.
    static let marketTimes = MarketTime(seconds: 946_684_800)..<MarketTime(seconds: 4_102_444_800)
    static let demonstrationSymbols = [
        "AAPL", "AMZN", "BAC", "GOOGL", "JPM", "MSFT", "NVDA", "PPLT", "SPY", "TSLA", "UGA",
    ]

    let source: SourceOptions
    let data: DataOptions
    var alarms = AlarmOptions.none
    /// False for one order at the command line: then nothing is captured live, and no hour is passed over.
    var live = true

    func assemble() async throws -> Assembly {
        try source.check()
        let configured = try alarms.over(try data.settings())
        // What is wrong with an address is said before anything is opened.
        _ = try AlarmAddresses(configured).redactor()
        return source.provider == .simulated ? try await simulated(configured) : try await real(configured)
    }

    // MARK: The simulated exchange

    private func simulated(_ configured: Settings) async throws -> Assembly {
        let path = data.directory(for: .simulated, configured)
        let choice = try UniverseChoice(directory: path, named: source.namedSymbols(), calendar: source.calendar)
            .orElse(Self.demonstrationSymbols.compactMap { SymbolName($0) })
        let faults = try source.fault.map { text in
            do { return try ExchangeFault(text: text) } catch { throw Failure.usage("--fault: \(error)") }
        }
        let start = try explicitStart() ?? Self.demonstrationStart
        let birth = DataDirectoryBirth(
            source: "simulated", baseURL: "in-process", seed: source.seed, calendars: choice.calendars,
            simulated: true, born: SystemClock.wallMicroseconds())
        let directory = try own(path, birth)
        let begin = try await resume(start, directory, isExplicit: source.start != nil)
        let clock = VirtualClock(
            start: begin, speed: source.speed ?? 60, mayJump: live, monotonic: SystemClock.monotonicNanoseconds)
        let market = SeededMarket(seed: source.seed, symbols: choice.symbols)
        let exchange = LoopbackExchange(
            market: market,
            options: ExchangeOptions(
                candleMilliseconds: live ? Self.candleMilliseconds : 0, faults: faults, seed: source.seed, start: begin),
            clock: SharedClock(clock: clock))
        let port: UInt16
        do { port = try await exchange.start() } catch { throw Failure.couldNot(error.description) }
        let transport = try CurlTransport(
            baseURL: "http://127.0.0.1:\(port)/api/v1", defaultHeaders: [], connectionsMax: Self.connectionsMax)
        let past = try source.sinceSpan() ?? Self.demonstrationPast
        let universe = try await adopt(choice, at: begin, since: past, path: path)
        var settings = PipelineSettings(
            source: "simulated", sourceTitle: "simulated exchange", simulated: true, universe: universe,
            capture: source.capture, flaws: try source.flaws(control: control(of: universe)))
        if choice.stored != universe {
            settings.universeDecided = UniverseChoice.words(universe)
            settings.universeDecidedBy = choice.by
        }
        configured.apply(to: &settings)
        try tune(&settings, speed: clock.speed)
        return try assembly(settings, configured, directory, clock, transport, exchange, alignment: nil)
    }

    // MARK: A real source

    private func real(_ configured: Settings) async throws -> Assembly {
        let path = data.directory(for: .finnhub, configured)
        let base = source.address
        let choice = try UniverseChoice(directory: path, named: source.namedSymbols(), calendar: source.calendar)
        guard !choice.isEmpty else {
            throw Failure.usage("no symbols: name some with --symbols AAPL,MSFT")
        }
        var headers: [HTTPField] = []
        if let key = try SourceKey.read() {
            headers.append(HTTPField("X-Finnhub-Token", key))
        } else if !SourceAddress.isLoopback(base) {
            throw Failure.usage(
                "no key: set FINNHUB_API_KEY, or put the key into \(SourceKey.path) with permissions 0600")
        }
        let transport: CurlTransport
        do {
            transport = try CurlTransport(
                baseURL: base, defaultHeaders: headers, connectionsMax: Self.connectionsMax)
        } catch {
            throw Failure.usage("--base-url: \(error)")
        }
        let birth = DataDirectoryBirth(
            source: "finnhub", baseURL: base, seed: nil, calendars: choice.calendars, simulated: false,
            born: SystemClock.wallMicroseconds())
        let directory = try own(path, birth)
        let (clock, aligns) = try await realClock(transport, directory)
        let universe = try await adopt(choice, at: clock.now(), since: try source.sinceSpan(), path: path)
        var settings = PipelineSettings(
            source: "finnhub", sourceTitle: "finnhub", simulated: false, universe: universe, capture: source.capture,
            flaws: try source.flaws(control: control(of: universe)))
        if choice.stored != universe {
            settings.universeDecided = UniverseChoice.words(universe)
            settings.universeDecidedBy = choice.by
        }
        configured.apply(to: &settings)
        try tune(&settings, speed: clock.speed)
        let client = SourceClient(transport: transport, deadlineMilliseconds: deadline(clock))
        return try assembly(
            settings, configured, directory, clock, transport, nil,
            alignment: aligns ? SourceAlignment(source: client) : nil)
    }

    /// The wall clock; or with `--start` a virtual one, from a moment or from the source's own time.
    private func realClock(
        _ transport: CurlTransport, _ directory: OwnedDataDirectory
    ) async throws -> (any MarketClock, Bool) {
        guard let start = source.start else {
            let clock = WallClock(
                monotonic: SystemClock.monotonicNanoseconds, wall: SystemClock.wallMicroseconds)
            return (clock, false)
        }
        let speed = source.speed ?? 1
        let monotonic: @Sendable () -> UInt64 = SystemClock.monotonicNanoseconds
        guard start == "source" else {
            let begin = try await resume(try explicitStart() ?? .distantPast, directory, isExplicit: true)
            return (VirtualClock(start: begin, speed: speed, mayJump: live, monotonic: monotonic), false)
        }
        let probe = SourceClient(transport: transport, deadlineMilliseconds: { _ in 5_000 })
        guard let time = await probe.marketTime() else {
            await directory.close()
            throw Failure.couldNot(
                "the source does not tell its market time (\(source.address)): is it running, and is --base-url right?")
        }
        guard Self.marketTimes.contains(time) else {
            await directory.close()
            throw Failure.couldNot(
                "the source says that its market time is \(time) (\(source.address)), which cannot be: look at the source, or "
                    + "give a time with --start")
        }
        let begin = try await resume(time, directory, isExplicit: true)
        return (VirtualClock(start: begin, speed: speed, monotonic: monotonic), true)
    }

    // MARK: Shared

    private func own(_ path: String, _ birth: DataDirectoryBirth) throws -> OwnedDataDirectory {
        var birth = birth
        // A directory keeps the calendars it was born with; a universe that needs others is refused there.
        if let pinned = try DataDirectory.pin(path: path), Set(birth.calendars).isSubset(of: Set(pinned.calendars)) {
            birth.calendars = pinned.calendars
        }
        return try DataDirectory.own(path: path, birth: birth)
    }

    private func explicitStart() throws -> MarketTime? {
        guard let start = source.start, start != "source" else { return nil }
        guard let time = MarketTime(parsing: start) else {
            throw Failure.usage("--start \(harmless(start)): write a time such as 2019-02-11T14:25:00Z, or source")
        }
        guard Self.marketTimes.contains(time) else {
            throw Failure.usage("--start \(time): market time runs from 2000-01-01 to 2099-12-31 here")
        }
        return time
    }

    /// A virtual clock resumes at the directory's last stamp and never goes back.
    private func resume(
        _ start: MarketTime, _ directory: OwnedDataDirectory, isExplicit: Bool
    ) async throws -> MarketTime {
        let last = max(
            MarketTime(microseconds: directory.lastReceived), try await LastStamp.of(directory.journal))
        guard last.microseconds > 0 else { return start }
        // A source that stands in the same minutes is told apart from one that begins anew.
        if isExplicit, start < last - .minutes(10) {
            // Refused once it is open: it is left as cleanly stopped as it was found.
            await directory.close()
            throw Failure.usage(
                "the data directory has reached \(last), and --start \(start) lies before it: market time never goes back; "
                    + "choose another directory with --data")
        }
        return max(start, last)
    }

    /// Puts the universe in force.
    private func adopt(
        _ choice: UniverseChoice, at now: MarketTime, since: MarketSpan?, path: String
    ) async throws -> Universe {
        let universe = choice.universe(at: now, since: since, source: source.provider.rawValue)
        try await UniverseFile.exclusively(path) {
            try UniverseFile.save(universe, takingOver: choice.decidedUniverse, path)
        }
        return universe
    }

    private func control(of universe: Universe) -> SymbolName? {
        universe.members.map(\.symbol).first { $0.text == "SPY" } ?? universe.members.first?.symbol
    }

    /// Fits the cadence to how fast market time runs: an answer takes real time, and that is market time too.
    private func tune(_ settings: inout PipelineSettings, speed: Double) throws {
        let retention = try source.retention()
        if let stream = retention.stream { settings.streamRetention = stream }
        settings.rawRetention = retention.raw
        let symbols = Double(settings.universe.members.count)
        let lead = min(45, 2 + 0.04 * symbols + 0.045 * speed)
        settings.quoteLead = .milliseconds(Int64(lead * 1000))
        settings.candleDelay = .milliseconds(Int64(min(30, 1 + 0.01 * speed) * 1000))
        settings.capturesLive = live
    }

    private func deadline(_ clock: any MarketClock) -> @Sendable (SourceCall) -> Int {
        { _ in Int(max(1_000, min(10_000, 60_000 / max(1, clock.speed)))) }
    }

    private func assembly(
        _ settings: PipelineSettings, _ configured: Settings, _ directory: OwnedDataDirectory, _ clock: any MarketClock,
        _ transport: CurlTransport, _ exchange: LoopbackExchange?, alignment: SourceAlignment?
    ) throws -> Assembly {
        let addresses = try AlarmAddresses(configured)
        let redactor = try addresses.redactor()
        let log = OwnerLog(directory: directory.path, configured, redactor)
        log.begin(incarnation: directory.incarnation, settings, configured)
        return Assembly(
            settings: settings, directory: directory,
            stores: Stores(
                stream: directory.stream, objects: directory.objects, catalog: directory.catalog,
                warehouse: directory.warehouse, journal: directory.journal, queue: directory.queue,
                upkeep: directory.upkeep),
            sinks: try AlarmSinks.all(
                directory: directory.path, simulated: settings.simulated, addresses, redactor),
            log: log, redactor: redactor, clock: clock,
            client: SourceClient(transport: transport, deadlineMilliseconds: deadline(clock)), transport: transport,
            exchange: exchange, alignment: alignment)
    }
}

/// The in-process exchange runs on the pipeline's own clock.
private struct SharedClock: ExchangeClock {
    let clock: VirtualClock
    func now() -> MarketTime { clock.now() }
    var speed: Double { clock.speed }
    func setSpeed(_ speed: Double) -> Bool { false }
}
