import Terminal
import Testing

@Suite struct KeyScriptTests {
    @Test func wordsAreKeys() throws {
        let script = try KeyScript("n n + r  Enter ^L f5 space pagedown é")
        #expect(
            script.keys == [
                .character("n"), .character("n"), .character("+"), .character("r"), .enter, .control("l"),
                .function(5), .character(" "), .pageDown, .character("é"),
            ])
        #expect(try KeyScript("").keys.isEmpty)
    }

    @Test func whatIsNoKeyIsSaid() {
        for word in ["entr", "^1", "f13", "nn", "\u{1B}[A"] {
            let complaint = #expect(throws: KeyScript.Complaint.self) { try KeyScript("n \(word)") }
            #expect(complaint?.description.contains("is no key: write single characters, enter, esc") == true)
            #expect(complaint?.description.contains("\u{1B}") == false)
        }
    }

    @Test func terminalsSendKeysAsBytes() {
        #expect(KeyScript.bytes(.character("é")) == [0xC3, 0xA9])
        #expect(KeyScript.bytes(.control("l")) == [12])
        #expect(KeyScript.bytes(.up) == [0x1B, 0x4F, 0x41])
        #expect(KeyScript.bytes(.enter) == [13])
        #expect(KeyScript.bytes(.paste("x")) == Array("\u{1B}[200~x\u{1B}[201~".utf8))
        #expect(KeyScript.bytes(.function(1)).isEmpty)
    }
}
