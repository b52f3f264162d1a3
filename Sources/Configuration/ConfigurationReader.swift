import Pipeline

/// One thing that is wrong with a configuration: where, what, and what to do.
package struct SettingProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file with its line, or the variable.
    package var place: String
    package var text: String

    package init(place: String, text: String) {
        self.place = place
        self.text = text
    }

    package var description: String { "\(place): \(text)" }
}

/// Reads the bytes of a configuration file.
package struct ConfigurationReader {
    /// A file a person writes is far smaller.
    package static let bytesMax = 262_144
    /// More problems than a person mends in one go are not told.
    package static let problemsMax = 10
    /// The file's name, as problems show it.
    private let file: String
    /// Where the source's key belongs.
    private let keyFile: String

    package init(file: String, keyFile: String) {
        self.file = harmless(file)
        self.keyFile = harmless(keyFile)
    }

    /// What the file says, and what is wrong with it in the order of its lines.
    package func read(_ bytes: [UInt8]) -> (settings: Settings, problems: [SettingProblem]) {
        var settings = Settings()
        if let refusal = refusal(of: bytes) { return (settings, [refusal]) }
        let (entries, broken) = TOMLReader.read(bytes)
        var problems = broken.map { (line: $0.line, text: $0.text) }
        var unknownSections: [String] = []
        for entry in entries {
            guard let text = take(entry, &settings, &unknownSections) else { continue }
            problems.append((line: entry.line, text: text))
        }
        problems.sort { $0.line < $1.line }
        var told = problems.prefix(Self.problemsMax).map { problem($0.line, $0.text) }
        if problems.count > told.count {
            told.append(SettingProblem(place: file, text: "\(problems.count - told.count) more like these"))
        }
        return (settings, told)
    }

    private func problem(_ line: Int, _ text: String) -> SettingProblem {
        SettingProblem(place: "\(file):\(line)", text: text)
    }

    /// Why bytes are not even looked at.
    private func refusal(of bytes: [UInt8]) -> SettingProblem? {
        guard bytes.count <= Self.bytesMax else {
            return SettingProblem(place: file, text: "larger than 256 KB: is it a configuration?")
        }
        for (place, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard !line.contains(0) else { return problem(place + 1, "a byte 0 stands here: is it a configuration?") }
            guard String(validating: line, as: UTF8.self) != nil else {
                return problem(place + 1, "not UTF-8: save the file as UTF-8, if it is a configuration")
            }
        }
        return nil
    }

    // MARK: Keys

    /// Takes a value over; what is wrong with it otherwise. A section nobody knows is told once.
    private func take(
        _ entry: TOMLEntry, _ settings: inout Settings, _ unknownSections: inout [String]
    ) -> String? {
        let name = entry.path.joined(separator: ".")
        if let key = SettingKey.all.first(where: { $0.name == name }) {
            let given = GivenValue(entry.value)
            if let value = key.kind.value(given) {
                settings.set(key, value, from: .file)
                return nil
            }
            // An address may carry what nobody else is to read.
            let shown = key.kind == .address ? "this value" : given.words
            return "\(key.name): \(shown) is not permitted: write \(key.kind.permitted)"
        }
        if isSecret(entry.path) {
            return "\(harmless(name, limit: 60)): a key does not belong into this file: put it into \(keyFile) with "
                + "permissions 0600, or set FINNHUB_API_KEY"
        }
        let section = entry.path[0]
        if entry.path.count > 1, !SettingKey.sections.contains(where: { $0.name == section }) {
            guard !unknownSections.contains(section) else { return nil }
            unknownSections.append(section)
            return unknownSection(section, entry.path)
        }
        return unknownKey(name, entry.path)
    }

    private func unknownSection(_ section: String, _ path: [String]) -> String {
        let names = SettingKey.sections.map(\.name)
        return "there is no section [\(harmless(section, limit: 60))]"
            + (NearestWord.of(section, among: names).map { ": did you mean [\($0)]?" }
                ?? ": there are " + names.joined(separator: ", "))
    }

    private func unknownKey(_ name: String, _ path: [String]) -> String {
        let shown = harmless(name, limit: 60)
        let last = path[path.count - 1]
        if let key = SettingKey.all.first(where: { $0.entry == last }) {
            return path.count == 1
                ? "\(shown) stands outside its section: write it under [\(key.section)]"
                : "there is no key \(shown): did you mean \(key.name)?"
        }
        let own = SettingKey.all.filter { $0.section == path[0] }
        // Within a section its own keys are nearer than anybody else's.
        let nearest =
            NearestWord.of(last, among: own.map(\.entry)).map { "\(path[0]).\($0)" }
            ?? NearestWord.of(name, among: SettingKey.all.map(\.name))
        if let nearest { return "there is no key \(shown): did you mean \(nearest)?" }
        guard !own.isEmpty else { return "there is no key \(shown): kintsugi doctor --list-keys names all" }
        return "there is no key \(shown): [\(path[0])] has " + own.map(\.entry).joined(separator: ", ")
    }

    private static let secretWords = [
        "key", "apikey", "token", "secret", "password", "passwd", "credential", "credentials",
    ]

    private func isSecret(_ path: [String]) -> Bool {
        let words = path.last?.lowercased().split(whereSeparator: { !$0.isLetter }) ?? []
        return words.contains { Self.secretWords.contains(String($0)) }
    }
}

extension GivenValue {
    init(_ value: TOMLValue) {
        switch value {
        case .text(let text): self = .text(text)
        case .integer(let value): self = .integer(value)
        case .number(let value): self = .number(value)
        case .flag(let value): self = .flag(value)
        case .moment: self = .other("a time without quotes")
        case .list(let items):
            let texts = items.compactMap { item in if case .text(let text) = item { text } else { nil } }
            self = texts.count == items.count ? .list(texts) : .other("a list that holds more than texts")
        }
    }
}
