import Terminal
import Testing

@testable import Platform

@Suite struct MouseDecoderTests {
    private func typed(_ text: String) -> [RawKey] { text.unicodeScalars.map { .scalar($0.value) } }

    private func decode(_ raw: [RawKey]) -> [ScreenEvent] {
        var decoder = KeyDecoder()
        return raw.flatMap { decoder.decode($0, at: 5) } + decoder.rest()
    }

    @Test func everyCodeOfAButtonMeansWhatTheProtocolSays() {
        for code in 0..<300 {
            for (final, isRelease) in [("M", false), ("m", true)] {
                let events = decode(typed("\u{1B}[<\(code);3;4\(final)"))
                let button = code & 3
                let action: MouseEvent.Action? =
                    switch (code & ~(3 | 4 | 8 | 16), isRelease) {
                    case (0, false): button == 0 ? .press : nil
                    case (0, true), (32, true): button == 0 ? .release : nil
                    case (32, false): button == 0 ? .drag : nil
                    case (64, false): [.wheelUp, .wheelDown, .wheelLeft, .wheelRight][button]
                    default: nil
                    }
                let wanted = action.map {
                    [ScreenEvent.mouse(MouseEvent($0, column: 2, row: 3, isModified: code & 20 != 0))]
                }
                #expect(events == wanted ?? [], "\(code)\(final)")
            }
        }
    }

    @Test func aReportIsTheSameHoweverItsBeginningWasRecognised() {
        let whole = decode(typed("\u{1B}[<0;120;40M"))
        #expect(whole == [.mouse(MouseEvent(.press, column: 119, row: 39))])
        #expect(decode([.mouseBegins] + typed("0;120;40M")) == whole)
        #expect(decode(typed("\u{1B}") + [.mouseBegins] + typed("0;120;40M")) == [.key(.escape)] + whole)
        #expect(decode(typed("\u{1B}[M !\"")) == [.mouse(MouseEvent(.press, column: 0, row: 1))])
        #expect(decode([.oldMouseBegins] + typed(" !\"")) == [.mouse(MouseEvent(.press, column: 0, row: 1))])
        #expect(decode([.oldMouseBegins] + typed("#!\"")) == [.mouse(MouseEvent(.release, column: 0, row: 1))])
        #expect(decode([.oldMouseBegins] + typed("`!\"")) == [.mouse(MouseEvent(.wheelUp, column: 0, row: 1))])
    }

    @Test func whatIsNoReportIsSwallowedAndGivesNoOrders() {
        for text in [
            "\u{1B}[<0;0;4M", "\u{1B}[<0;3M", "\u{1B}[<0;3;4;5M", "\u{1B}[<;;M", "\u{1B}[<M", "\u{1B}[<0;3;-4M",
            "\u{1B}[<0;99999;4M", "\u{1B}[<00000;3;4M", "\u{1B}[<0;3;4R", "\u{1B}[<0;3;4~", "\u{1B}[0;3;4M",
            "\u{1B}[<0;" + String(repeating: "1", count: 200) + ";4M", "\u{1B}[M\u{20}\u{20}\u{20}", "\u{1B}[M\"!!",
        ] {
            #expect(decode(typed(text + "q")) == [.key(.character("q"))], "\(text.debugDescription)")
        }
    }

    @Test func noNoiseTrapsAndPlacesAreNeverNegative() {
        var state: UInt64 = 11
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        let pool = Array("\u{1B}[<0123456789;MmR".unicodeScalars.map(\.value))
        var decoder = KeyDecoder()
        var seen = 0
        for step in 0..<200_000 {
            let raw: RawKey =
                switch next() % 40 {
                case 0: .mouseBegins
                case 1: .oldMouseBegins
                case 2: .named(.up)
                case 3: .scalar(UInt32(next() % 0x400))
                default: .scalar(pool[Int(next() % UInt64(pool.count))])
                }
            for case .mouse(let event) in decoder.decode(raw, at: UInt64(step)) {
                seen += 1
                #expect(event.column >= 0 && event.row >= 0 && event.column < MouseDecoder.placeMax)
            }
        }
        #expect(seen > 20, "some of the noise is a report: \(seen)")
    }

    @Test func aReportCutShortDoesNotSwallowWhatIsTypedLater() {
        var decoder = KeyDecoder()
        for beginning in ["\u{1B}[<0;3", "\u{1B}[M "] {
            for raw in typed(beginning) { #expect(decoder.decode(raw, at: 5).isEmpty) }
            #expect(decoder.decode(.named(.up), at: 6) == [.key(.up)])
            #expect(decoder.decode(.scalar(0x71), at: 7) == [.key(.character("q"))])
            for raw in typed(beginning) { #expect(decoder.decode(raw, at: 8).isEmpty) }
            #expect(decoder.decode(.scalar(0x71), at: 9 + KeyDecoder.sequenceMax) == [.key(.character("q"))])
        }
    }

    @Test func twoPressesOnOneCellSoonAfterEachOtherAreADoubleClick() {
        func actions(_ presses: [(column: Int, at: UInt64)]) -> [MouseEvent.Action] {
            var decoder = KeyDecoder()
            return presses.flatMap { press in
                typed("\u{1B}[<0;\(press.column);4M\u{1B}[<0;\(press.column);4m")
                    .flatMap { decoder.decode($0, at: press.at) }
            }.compactMap { event in
                guard case .mouse(let mouse) = event, mouse.action != .release else { return nil }
                return mouse.action
            }
        }
        let limit = MouseDecoder.doubleClickMax
        #expect(actions([(3, 0), (3, limit)]) == [.press, .doublePress])
        #expect(actions([(3, 0), (3, limit + 1)]) == [.press, .press])
        #expect(actions([(3, 0), (4, 1)]) == [.press, .press])
        #expect(actions([(3, 0), (3, 1), (3, 2), (3, 3)]) == [.press, .doublePress, .press, .doublePress])
    }

    @Test func insideAPasteNothingIsAReport() {
        let raw =
            [RawKey.pasteBegins] + typed("a") + [.mouseBegins, .oldMouseBegins] + typed("0;3;4M")
            + [.pasteEnds]
        #expect(decode(raw) == [.key(.paste("a0;3;4M"))])
    }
}
