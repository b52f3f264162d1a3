/// The palette that terminals agree on, and the nearest of its colours. Pure.
package enum Palette {
    package struct RGB: Hashable, Sendable {
        package var red: UInt8
        package var green: UInt8
        package var blue: UInt8

        package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
            self.red = red
            self.green = green
            self.blue = blue
        }

        /// `#rrggbb`.
        package var hex: String {
            let digits = String(UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue), radix: 16)
            return "#" + String(repeating: "0", count: 6 - digits.count) + digits
        }
    }

    private static let steps: [UInt8] = [0, 95, 135, 175, 215, 255]

    /// The sixteen as xterm has them; a person's own may differ.
    private static let ansi: [RGB] = [
        RGB(0, 0, 0), RGB(205, 0, 0), RGB(0, 205, 0), RGB(205, 205, 0),
        RGB(0, 0, 238), RGB(205, 0, 205), RGB(0, 205, 205), RGB(229, 229, 229),
        RGB(127, 127, 127), RGB(255, 0, 0), RGB(0, 255, 0), RGB(255, 255, 0),
        RGB(92, 92, 255), RGB(255, 0, 255), RGB(0, 255, 255), RGB(255, 255, 255),
    ]

    /// What an index of the 256 looks like.
    package static func colour(_ index: UInt8) -> RGB {
        switch index {
        case ..<16: return ansi[Int(index)]
        case ..<232:
            let place = Int(index) - 16
            return RGB(steps[place / 36], steps[place / 6 % 6], steps[place % 6])
        default:
            let grey = UInt8(8 + 10 * (Int(index) - 232))
            return RGB(grey, grey, grey)
        }
    }

    /// The nearest of the cube and the grey ramp, 16 to 255, as the eye sees it; the lower of two that are equally near.
    package static func nearest256(_ wanted: RGB) -> UInt8 {
        nearest(wanted, among: 16...255)
    }

    /// The nearest of the sixteen.
    package static func nearest16(_ wanted: RGB) -> UInt8 {
        nearest(wanted, among: 0...15)
    }

    private static let seen: [OKLab] = (UInt8.min...UInt8.max).map { OKLab(colour($0)) }

    private static func nearest(_ wanted: RGB, among indices: ClosedRange<UInt8>) -> UInt8 {
        let wanted = OKLab(wanted)
        var best = (index: indices.lowerBound, distance: Double.infinity)
        for index in indices {
            let distance = seen[Int(index)].distance(to: wanted)
            if distance < best.distance { best = (index, distance) }
        }
        return best.index
    }
}
