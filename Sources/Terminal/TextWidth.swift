/// Columns a text takes on a terminal: 0, 1 or 2 for each grapheme.
package func textWidth(_ text: some StringProtocol) -> Int {
    if let plain = plainWidth(text) { return plain }
    var width = 0
    for character in text { width += characterWidth(character) }
    return width
}

/// Columns of a text of plain scalars, as nearly all are, without a look at its graphemes; nil for any other.
private func plainWidth(_ text: some StringProtocol) -> Int? {
    var width = 0
    for byte in text.utf8 {
        // Most texts are ASCII, whose bytes need no decoding.
        guard byte >= 0x20, byte < 0x7F else { return plainScalarWidth(text) }
        width += 1
    }
    return width
}

private func plainScalarWidth(_ text: some StringProtocol) -> Int? {
    var width = 0
    for scalar in text.unicodeScalars {
        guard isPlain(scalar.value) else { return nil }
        width += 1
    }
    return width
}

/// Whether a scalar is a grapheme of one column by itself, whatever stands before and behind it, unless what follows is not
/// plain: printable ASCII, Latin letters, punctuation, arrows, lines, blocks and braille, without the wide ones among them.
func isPlain(_ value: UInt32) -> Bool {
    switch value {
    case 0x20...0x7E, 0xA1...0xAC, 0xAE...0x2FF, 0x391...0x3A1, 0x3A3...0x3A9, 0x3B1...0x3C9: true
    case 0x2010...0x2027, 0x2030...0x203B: true
    case 0x2190...0x21FF, 0x2200...0x22FF: true
    case 0x2500...0x25FC, 0x25FF...0x2604: true
    case 0x2605...0x2606, 0x2713...0x2718, 0x2720...0x2727: true
    case 0x2800...0x28FF: true
    default: false
    }
}

/// Columns one grapheme takes: 0 for what cannot be shown alone (controls, lone marks), 2 for East Asian wide and emoji.
package func characterWidth(_ character: Character) -> Int {
    if let ascii = character.asciiValue { return ascii >= 0x20 && ascii != 0x7F ? 1 : 0 }
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if isInvisible(first) { return 0 }
    if isWide(first) { return 2 }
    return scalars.contains { $0.value == 0xFE0F } && scalars.count > 1 ? 2 : 1
}

/// The longest beginning of a text that fits into `columns`; an ellipsis stands for what was cut off.
package func clipped(_ text: String, to columns: Int) -> String {
    guard columns > 0 else { return "" }
    guard textWidth(text) > columns else { return text }
    if plainWidth(text) != nil { return String(text.unicodeScalars.prefix(columns - 1)) + "…" }
    var kept = ""
    var width = 0
    for character in text {
        let next = characterWidth(character)
        if width + next > columns - 1 { break }
        kept.append(character)
        width += next
    }
    return kept + "…"
}

/// Controls, marks that join the grapheme before them, and format characters: nothing to draw by themselves.
private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x300 {
        return scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) || scalar.value == 0xAD
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .nonspacingMark, .enclosingMark, .surrogate,
        .unassigned:
        return true
    default:
        return false
    }
}

/// The blocks of Unicode that terminals show two columns wide.
private let wideBlocks: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0, 0x23F3...0x23F3,
    0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F, 0x2693...0x2693, 0x26A1...0x26A1,
    0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA,
    0x26F2...0x26F3, 0x26F5...0x26F5, 0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B,
    0x2728...0x2728, 0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
    0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55, 0x2E80...0x303E,
    0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF,
    0x1AFF0...0x1B2FF, 0x1F004...0x1F004, 0x1F0CF...0x1F0CF, 0x1F18E...0x1F18E, 0x1F191...0x1F19A,
    0x1F1E6...0x1F265, 0x1F300...0x1F320, 0x1F32D...0x1F335, 0x1F337...0x1F37C, 0x1F37E...0x1F393,
    0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3, 0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4, 0x1F3F8...0x1F43E,
    0x1F440...0x1F440, 0x1F442...0x1F4FC, 0x1F4FF...0x1F53D, 0x1F54B...0x1F54E, 0x1F550...0x1F567,
    0x1F57A...0x1F57A, 0x1F595...0x1F596, 0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F, 0x1F680...0x1F6C5,
    0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6D7, 0x1F6DC...0x1F6DF, 0x1F6EB...0x1F6EC,
    0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7EB, 0x1F7F0...0x1F7F0, 0x1F90C...0x1F93A, 0x1F93C...0x1F945,
    0x1F947...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD,
]

private func isWide(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x1100 else { return false }
    var low = 0
    var high = wideBlocks.count
    while low < high {
        let middle = (low + high) / 2
        if wideBlocks[middle].upperBound < scalar.value { low = middle + 1 } else { high = middle }
    }
    return low < wideBlocks.count && wideBlocks[low].contains(scalar.value)
}
