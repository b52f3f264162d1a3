/// Chance as a function: the same words always give the same number, in any order of asking.
func seededHash(_ seed: UInt64, _ first: UInt64, _ second: UInt64 = 0) -> UInt64 {
    scrambled(scrambled(seed &+ first &* 0x9E37_79B9_7F4A_7C15) ^ (second &* 0xD6E8_FEB8_6659_FD93))
}

/// The finalizer of SplitMix64.
private func scrambled(_ word: UInt64) -> UInt64 {
    var z = word &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}

/// FNV-1a of a text: what makes one symbol's chance differ from another's.
func textHash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
}

/// A number from 0 (inclusive) to 1 (exclusive).
func unit(_ word: UInt64) -> Double { Double(word >> 11) * 0x1p-53 }
