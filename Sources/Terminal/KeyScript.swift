/// Keys written down, for pictures and recordings: one word a key, separated by blanks. A single character is itself; other
/// keys have names (`enter`, `up`, `pagedown`, `f1`, …), and `^x` is Control and x.
package struct KeyScript: Hashable, Sendable {
    package var keys: [Key]

    /// Why a word is no key, as a sentence.
    package struct Complaint: Error, Hashable, Sendable, CustomStringConvertible {
        package var description: String
    }

    private static let names: [(name: String, key: Key, bytes: String)] = [
        ("enter", .enter, "\r"), ("esc", .escape, "\u{1B}"), ("tab", .tab, "\t"), ("backtab", .backTab, "\u{1B}[Z"),
        ("space", .character(" "), " "), ("up", .up, "\u{1B}OA"), ("down", .down, "\u{1B}OB"),
        ("right", .right, "\u{1B}OC"), ("left", .left, "\u{1B}OD"), ("home", .home, "\u{1B}OH"),
        ("end", .end, "\u{1B}OF"), ("pageup", .pageUp, "\u{1B}[5~"), ("pagedown", .pageDown, "\u{1B}[6~"),
        ("backspace", .backspace, "\u{7F}"), ("delete", .delete, "\u{1B}[3~"), ("insert", .insert, "\u{1B}[2~"),
    ]

    package init(_ text: String) throws(Complaint) {
        keys = []
        for word in text.split(whereSeparator: \.isWhitespace) { keys.append(try Self.key(word)) }
    }

    private static func key(_ word: Substring) throws(Complaint) -> Key {
        if word.count == 1, let character = word.first, characterWidth(character) > 0 { return .character(character) }
        if let named = names.first(where: { $0.name == word.lowercased() }) { return named.key }
        if word.count == 2, word.first == "^", let letter = word.lowercased().last, ("a"..."z").contains(letter) {
            return .control(letter)
        }
        if word.lowercased().first == "f", let number = Int(word.dropFirst()), (1...12).contains(number) {
            return .function(number)
        }
        let known = names.map(\.name).joined(separator: ", ")
        throw Complaint(
            description: "\(visible(word)) is no key: write single characters, \(known), f1 to f12, or ^x")
    }

    private static func visible(_ word: Substring) -> String {
        String(
            word.unicodeScalars.prefix(40).map { $0.isASCII && $0.value > 0x20 && $0 != "\u{7F}" ? Character($0) : "?" }
        )
    }

    /// What a terminal like xterm sends for a key while a program has the screen; nothing for a function key.
    package static func bytes(_ key: Key) -> [UInt8] {
        switch key {
        case .character(let character): Array(String(character).utf8)
        case .control(let letter): letter.asciiValue.map { [$0 & 0x1F] } ?? []
        case .paste(let text): Array("\u{1B}[200~\(text)\u{1B}[201~".utf8)
        default: Array((names.first { $0.key == key }?.bytes ?? "").utf8)
        }
    }
}
