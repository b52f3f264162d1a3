import Terminal
import Testing

@testable import Platform

@Suite struct KeyDecoderTests {
    private func decode(_ raw: [RawKey]) -> [Key] {
        var decoder = KeyDecoder()
        let events = raw.flatMap { decoder.decode($0, at: 5) } + decoder.rest()
        return events.compactMap { if case .key(let key) = $0 { key } else { nil } }
    }

    private func typed(_ text: String) -> [RawKey] { text.unicodeScalars.map { .scalar($0.value) } }

    @Test func everyScalarIsAtMostOneKeyAndControlsNeverCharacters() {
        for value in UInt32(0)...0x2FF where value != 27 {
            let keys = decode([.scalar(value)])
            switch value {
            case 9: #expect(keys == [.tab])
            case 10, 13: #expect(keys == [.enter])
            case 8, 127: #expect(keys == [.backspace])
            case 1...26: #expect(keys == [.control(Character(Unicode.Scalar(UInt8(value + 96))))])
            case ..<32, 128..<160: #expect(keys.isEmpty)
            default: #expect(keys == Unicode.Scalar(value).map { [.character(Character($0))] })
            }
        }
    }

    @Test func escapeAloneIsAKeyAndBeforeALetterToo() {
        #expect(decode(typed("\u{1B}")) == [.escape])
        #expect(decode(typed("\u{1B}\u{1B}")) == [.escape, .escape])
        #expect(decode(typed("\u{1B}x")) == [.escape, .character("x")])
        #expect(decode([.scalar(27), .named(.up)]) == [.escape, .up])
        #expect(decode([.scalar(27), .scalar(13)]) == [.escape, .enter])
    }

    @Test func anUnknownSequenceGivesNoOrders() {
        for sequence in ["\u{1B}[1;5A", "\u{1B}[R", "\u{1B}[9;9u", "\u{1B}OA", "\u{1B}[?1;2c", "\u{1B}[<0;3;4M"] {
            #expect(decode(typed(sequence + "q")) == [.character("q")], "\(sequence.debugDescription)")
        }
    }

    @Test func aSequenceCutShortDoesNotSwallowWhatIsTypedLater() {
        var decoder = KeyDecoder()
        for raw in typed("\u{1B}[1;") { #expect(decoder.decode(raw, at: 5).isEmpty) }
        #expect(decoder.rest().isEmpty)
        #expect(decoder.decode(.scalar(0x41), at: 5 + KeyDecoder.sequenceMax + 1) == [.key(.character("A"))])
        #expect(decoder.decode(.scalar(27), at: 5 + KeyDecoder.sequenceMax + 2).isEmpty)
        #expect(decoder.rest() == [.key(.escape)])
    }

    @Test func aPasteIsOneTextAndNeverKeys() {
        let raw: [RawKey] =
            [.pasteBegins] + typed("a\r\nb\nc\rq\t\u{1B}]52;\u{7}\u{202E}é") + [.named(.up), .unknown, .pasteBegins]
            + [.pasteEnds] + typed("x")
        #expect(decode(raw) == [.paste("a\nb\nc\nq \u{FFFD}]52;\u{FFFD}\u{FFFD}é"), .character("x")])
    }

    @Test func aPasteIsBoundedAndItsEndMayBeLost() {
        var decoder = KeyDecoder()
        #expect(decoder.decode(.pasteBegins, at: 0).isEmpty)
        for _ in 0..<(KeyDecoder.pasteBytesMax + 10) { #expect(decoder.decode(.scalar(0x61), at: 1).isEmpty) }
        let late = decoder.decode(.scalar(0x71), at: 2 + KeyDecoder.pasteSilenceMax)
        guard case .key(.paste(let text)) = late.first else {
            Issue.record("no paste came")
            return
        }
        #expect(text.utf8.count == KeyDecoder.pasteBytesMax)
        #expect(late.dropFirst() == [.key(.character("q"))])
        #expect(decoder.decode(.pasteEnds, at: 3 + KeyDecoder.pasteSilenceMax).isEmpty)
    }
}
