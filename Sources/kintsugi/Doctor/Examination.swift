import Configuration
import Foundation
import Pipeline

/// Everything the doctor looks at, in the order in which a run would stumble over it.
struct Examination {
    let data: DataOptions
    let namedProvider: Provider?
    let baseURL: String?
    /// Whether a source on the network may be asked.
    let online: Bool

    func findings() async -> [Finding] {
        let configuration = ConfigurationExamination(named: data.config)
        let settings = configuration.settings
        let provider = namedProvider ?? (baseURL == nil ? settings.provider : .finnhub)
        let directory = directory(provider, settings)
        let universe = (try? UniverseFile.load(directory)) ?? nil
        var source = SourceOptions.unnamed
        source.namedProvider = provider
        source.baseUrl = baseURL
        source = source.settled(settings)
        var findings = configuration.findings
        findings.append(KeyExamination.finding(provider, source))
        findings += await SourceExamination(source: source, provider: provider, universe: universe, online: online)
            .findings()
        findings.append(BudgetExamination.finding(source, universe, settings))
        findings += await DirectoryExamination(path: directory, provider: provider, source: source).findings()
        findings += TerminalExamination.findings()
        findings += KeyFile.load().findings
        findings += await MachineExamination.findings()
        findings.append(ServiceExamination.finding(directory))
        return findings
    }

    /// The directory a run would own: a reading command would take any there is.
    private func directory(_ provider: Provider, _ settings: Settings) -> String {
        guard namedProvider == nil, baseURL == nil, settings.text(.provider) == nil else {
            return data.directory(for: provider, settings)
        }
        let usual = Provider.allCases.map { data.directory(for: $0, settings) }
        return usual.first { FileManager.default.fileExists(atPath: $0) } ?? data.directory(for: provider, settings)
    }
}

/// The configuration file and the environment.
struct ConfigurationExamination {
    private(set) var settings = Settings()
    private(set) var findings: [Finding] = []

    init(named: String?) {
        let place = ConfigurationFile.place(named: named)
        let path = harmless(place.path)
        do {
            let file = try ConfigurationFile.file(named: named)
            let (settings, problems) = try ConfigurationFile.examine(named: named)
            self.settings = settings
            findings = problems.map {
                .bad("configuration", $0.description, "mend it; kintsugi doctor --list-keys names every key")
            }
            if findings.isEmpty { findings.append(.ok("configuration", Self.words(settings, path, file != nil))) }
        } catch {
            findings = [.bad("configuration", "\(error)", "choose a file with --config, or mend this one")]
        }
        for stranger in Settings.strangers(environment: ProcessInfo.processInfo.environment) {
            let name = harmless(stranger.name, limit: 60)
            findings.append(
                .warn(
                    "environment", "\(name) means nothing to this program",
                    stranger.nearest.map { "did you mean \($0)?" } ?? "unset it"))
        }
    }

    private static func words(_ settings: Settings, _ path: String, _ isThere: Bool) -> String {
        let fromFile = settings.named.filter { settings.origin(of: $0) == .file }.count
        let fromEnvironment = settings.named.count - fromFile
        let file = isThere ? "\(path): \(fromFile) keys" : "no file at \(path): standards"
        return fromEnvironment == 0 ? file : "\(file), \(fromEnvironment) from the environment"
    }
}

/// The source's key: there, guarded, fit to be sent; never told.
enum KeyExamination {
    static func finding(_ provider: Provider, _ source: SourceOptions) -> Finding {
        let remedy = "set FINNHUB_API_KEY, or put the key into \(harmless(SourceKey.path)) and chmod 600 it"
        do {
            guard let found = try SourceKey.find() else {
                guard provider == .finnhub else { return .ok("key", "none, and the simulated exchange needs none") }
                if SourceAddress.isLoopback(source.address) {
                    return .ok("key", "none; a source on this machine is asked without")
                }
                return .bad("key", "there is none for finnhub", remedy)
            }
            switch found.origin {
            case .environment: return .ok("key", "from FINNHUB_API_KEY, fit to be sent")
            case .file: return .ok("key", "from \(harmless(SourceKey.path)), read by its owner alone, fit to be sent")
            }
        } catch {
            return provider == .finnhub ? .bad("key", "\(error)", remedy) : .warn("key", "\(error)", remedy)
        }
    }
}

/// Calls a minute wanted against calls a minute allowed.
enum BudgetExamination {
    static func finding(_ source: SourceOptions, _ universe: Universe?, _ settings: Settings) -> Finding {
        let allowed = settings.integer(.callsPerMinute) ?? 60
        let named = (try? source.namedSymbols())?.map(\.count)
        // A lifetime that has an end asks for nothing, or soon will not.
        let live = universe?.members.count { $0.lifetime.upperBound >= UniverseMember.openEnd }
        guard let wanted = named ?? live else {
            return source.provider == .simulated
                ? .ok("budget", "\(Assembler.demonstrationSymbols.count) of \(allowed) calls a minute for live capture")
                : .warn("budget", "no symbols are known yet", "name some with --symbols, or kintsugi symbols add")
        }
        let text = "live capture wants \(wanted) of \(allowed) calls a minute"
        let more = "capture fewer symbols, or set budget.calls-per-minute to what your plan allows"
        if wanted > allowed { return .bad("budget", text + ": some slots are lost each minute", more) }
        if wanted * 5 > allowed * 4 { return .warn("budget", text + ": repairs wait for the night", more) }
        return .ok("budget", text + "; the rest is for repairs")
    }
}
