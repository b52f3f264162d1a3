extension CaptureFlaw {
    /// How long after it was due a late call goes: the minute is over then.
    package static let lateness = MarketSpan.seconds(20)

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
        case .dropRandom: return unitInterval(draw(symbol, minute)) < rate
        case .burst(let from, let minutes): return sessionMinute >= from && sessionMinute < from + minutes
        case .stall, .duplicate, .late, .corrupt: return false
        }
    }

    /// A number that is this slot's own.
    private func draw(_ symbol: SymbolName, _ minute: Minute, salt: String = "") -> UInt64 {
        let own = splitMix(seed ^ splitMix(UInt64(bitPattern: minute.index)) ^ fnv1a(symbol.text))
        return salt.isEmpty ? own : splitMix(own ^ fnv1a(salt))
    }

    /// Adds what the flaw does to the call for this slot.
    fileprivate func treat(
        _ treatment: inout CaptureTreatment, _ symbol: SymbolName, _ minute: Minute, members: [SymbolName],
        sessionMinute: Int
    ) {
        // Flaws of one seed strike independently of each other.
        let chance = draw(symbol, minute, salt: name)
        let strikes = unitInterval(chance) < rate
        switch kind {
        case .dropOne, .dropRandom, .burst:
            if loses(symbol, minute, members: members, sessionMinute: sessionMinute) { treatment.isLost = true }
        case .stall(let from, let minutes):
            if sessionMinute >= from, sessionMinute < from + minutes { treatment.isForgotten = true }
        case .duplicate: if strikes { treatment.isDoubled = true }
        case .late: if strikes { treatment.delay = Self.lateness }
        case .corrupt:
            guard strikes else { return }
            let all = ValueCorruption.allCases
            treatment.corruption = all[Int(splitMix(chance) % UInt64(all.count))]
        }
    }
}

extension [CaptureFlaw] {
    /// What all of them together do to the call for one slot.
    package func treatment(
        of symbol: SymbolName, _ minute: Minute, members: [SymbolName], sessionMinute: Int
    ) -> CaptureTreatment {
        var treatment = CaptureTreatment()
        for flaw in self {
            flaw.treat(&treatment, symbol, minute, members: members, sessionMinute: sessionMinute)
        }
        return treatment
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
