extension CaptureFlaw {
    /// Whether the flaw loses this slot. `members` are the symbols in session at that minute, sorted; `sessionMinute` is
    /// the minute's place in its session, from 0. A pure function, so one seed loses the same slots each time.
    package func loses(_ symbol: SymbolName, _ minute: Minute, members: [SymbolName], sessionMinute: Int) -> Bool {
        switch kind {
        case .dropOne:
            let victims = members.filter { $0 != control }
            guard !victims.isEmpty else { return false }
            let draw = splitMix(seed ^ splitMix(UInt64(bitPattern: minute.index)))
            guard unitInterval(splitMix(draw)) < rate else { return false }
            return victims[Int(draw % UInt64(victims.count))] == symbol
        case .dropRandom:
            let draw = splitMix(seed ^ splitMix(UInt64(bitPattern: minute.index)) ^ fnv1a(symbol.text))
            return unitInterval(draw) < rate
        case .burst(let from, let minutes):
            return sessionMinute >= from && sessionMinute < from + minutes
        }
    }

    /// As a person writes it: `drop-one`, `drop-random:0.05`, `burst:60+20`.
    package var text: String {
        switch kind {
        case .dropOne: rate == 1 ? "drop-one" : "drop-one:\(rate)"
        case .dropRandom: "drop-random:\(rate)"
        case .burst(let from, let minutes): "burst:\(from)+\(minutes)"
        }
    }

    /// Reads what `text` writes; nil where it is none of them.
    package static func parse(_ text: String, seed: UInt64, control: SymbolName?) -> CaptureFlaw? {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard let name = parts.first else { return nil }
        let argument = parts.count > 1 ? parts[1] : nil
        switch name {
        case "drop-one", "drop-random":
            let rate: Double? = argument.map { Double($0) } ?? (name == "drop-one" ? 1.0 : 0.02)
            guard let rate, rate >= 0, rate <= 1 else { return nil }
            let kind: Kind = name == "drop-one" ? .dropOne : .dropRandom
            return CaptureFlaw(kind: kind, rate: rate, seed: seed, control: control)
        case "burst":
            let numbers = (argument ?? "60+20").split(separator: "+").map { Int($0) }
            guard numbers.count == 2, let from = numbers[0], let minutes = numbers[1], from >= 0, from < 1440,
                minutes > 0, minutes <= 1440
            else { return nil }
            return CaptureFlaw(kind: .burst(from: from, minutes: minutes), seed: seed, control: control)
        default: return nil
        }
    }
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
package func splitMix(_ state: UInt64) -> UInt64 {
    var z = state &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}

/// FNV-1a, 64 bits: stable over processes, unlike Swift's own hashes.
package func fnv1a(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
}

/// A number from 0 up to, and without, 1.
package func unitInterval(_ bits: UInt64) -> Double { Double(bits >> 11) * 0x1p-53 }
