import Foundation

/// A colour by lightness and two axes of hue, in which equal distances look about equal.
/// Björn Ottosson, "A perceptual color space for image processing", 2020: https://bottosson.github.io/posts/oklab/
package struct OKLab: Hashable, Sendable {
    /// 0 for black, 1 for white.
    package let lightness: Double
    /// Green (negative) to red.
    package let greenRed: Double
    /// Blue (negative) to yellow.
    package let blueYellow: Double

    package init(_ colour: Palette.RGB) {
        let (red, green, blue) = (Self.linear(colour.red), Self.linear(colour.green), Self.linear(colour.blue))
        let long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
        let medium = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
        let short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
        lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
        greenRed = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
        blueYellow = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    }

    /// The square of how far two colours are apart.
    package func distance(to other: OKLab) -> Double {
        let (light, green, blue) = (
            lightness - other.lightness, greenRed - other.greenRed, blueYellow - other.blueYellow
        )
        return light * light + green * green + blue * blue
    }

    /// The light of one channel of sRGB, 0 to 1: IEC 61966-2-1.
    private static func linear(_ value: UInt8) -> Double {
        let share = Double(value) / 255
        return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
}
