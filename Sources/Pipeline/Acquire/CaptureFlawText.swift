extension CaptureFlaw {
    /// How to write a flaw.
    package static let grammar =
        "drop-one[:RATE], drop-random[:RATE], burst[:FROM+MINUTES], stall[:FROM+MINUTES], duplicate[:RATE], "
        + "late[:RATE], corrupt[:RATE]"

    /// One flaw of each name, as it is when nothing is said after the name.
    package static let usual = names.compactMap { parse($0, seed: 1, control: nil) }

    private static let names = ["drop-one", "drop-random", "burst", "stall", "duplicate", "late", "corrupt"]

    /// Its name without numbers.
    package var name: String {
        switch kind {
        case .dropOne: "drop-one"
        case .dropRandom: "drop-random"
        case .burst: "burst"
        case .stall: "stall"
        case .duplicate: "duplicate"
        case .late: "late"
        case .corrupt: "corrupt"
        }
    }

    /// As a person writes it: `drop-one`, `drop-random:0.05`, `burst:60+20`.
    package var text: String {
        switch kind {
        case .dropOne: rate == 1 ? name : "\(name):\(rate)"
        case .dropRandom, .duplicate, .late, .corrupt: "\(name):\(rate)"
        case .burst(let from, let minutes), .stall(let from, let minutes): "\(name):\(from)+\(minutes)"
        }
    }

    /// Reads what `text` writes; nil where it is none of them.
    package static func parse(_ text: String, seed: UInt64, control: SymbolName?) -> CaptureFlaw? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let argument = parts.count > 1 ? parts[1] : nil
        func flaw(_ kind: Kind?, rate: Double? = 1) -> CaptureFlaw? {
            guard let kind, let rate, rate >= 0, rate <= 1 else { return nil }
            return CaptureFlaw(kind: kind, rate: rate, seed: seed, control: control)
        }
        func rate(usually usual: Double) -> Double? { argument.map { Double($0) } ?? usual }
        switch parts[0] {
        case "drop-one": return flaw(.dropOne, rate: rate(usually: 1))
        case "drop-random": return flaw(.dropRandom, rate: rate(usually: 0.02))
        case "burst": return flaw(span(argument).map { .burst(from: $0.from, minutes: $0.minutes) })
        case "stall": return flaw(span(argument).map { .stall(from: $0.from, minutes: $0.minutes) })
        case "duplicate": return flaw(.duplicate, rate: rate(usually: 0.05))
        case "late": return flaw(.late, rate: rate(usually: 0.05))
        case "corrupt": return flaw(.corrupt, rate: rate(usually: 0.02))
        default: return nil
        }
    }

    /// `60+20`: from which minute of the session, and how many.
    private static func span(_ argument: String?) -> (from: Int, minutes: Int)? {
        let numbers = (argument ?? "60+20").split(separator: "+", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let from = numbers[0], let minutes = numbers[1], (0..<1440).contains(from),
            (1...1440).contains(minutes)
        else { return nil }
        return (from, minutes)
    }
}
