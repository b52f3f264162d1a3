/// A text in quotation marks.
package func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case _ where scalar.value < 0x20:
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}

/// The shortest text that reads back to the same double, whole numbers without a point. What is not finite is written as
/// careless servers write it, which is no JSON.
func shortest(_ number: Double) -> String {
    guard number.isFinite else { return number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity" }
    let text = number.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// `[1,2.5]`
func jsonArray(_ numbers: [Double]) -> String { "[" + numbers.map(shortest).joined(separator: ",") + "]" }
