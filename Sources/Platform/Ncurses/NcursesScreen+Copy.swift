import CNcurses
import Foundation

extension NcursesScreen {
    /// Puts a text on the clipboard of the person's own terminal by the sequence OSC 52, which crosses SSH; terminals that
    /// do not know it ignore it.
    package func copy(_ text: String) {
        let encoded = Data(text.utf8.prefix(65_536)).base64EncodedString()
        let sequence = Array("\u{1B}]52;c;\(encoded)\u{7}".utf8)
        sequence.withUnsafeBytes { bytes in
            knc_rescue_write(bytes.bindMemory(to: CChar.self).baseAddress, bytes.count)
        }
    }
}
