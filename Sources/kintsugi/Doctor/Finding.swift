/// One thing the doctor looked at: how it stands, and what to do where it does not stand well.
struct Finding {
    enum Grade: String {
        case ok
        /// It works, and may not always.
        case warn
        /// It does not work, or not for long.
        case bad
    }

    var check: String
    var grade: Grade
    var text: String
    /// What to do; empty where nothing is to be done.
    var remedy = ""

    static func ok(_ check: String, _ text: String) -> Finding { Finding(check: check, grade: .ok, text: text) }
    static func warn(_ check: String, _ text: String, _ remedy: String) -> Finding {
        Finding(check: check, grade: .warn, text: text, remedy: remedy)
    }
    static func bad(_ check: String, _ text: String, _ remedy: String) -> Finding {
        Finding(check: check, grade: .bad, text: text, remedy: remedy)
    }

    var json: JSONValue {
        .object([
            ("check", .text(check)), ("grade", .text(grade.rawValue)), ("text", .text(text)),
            ("remedy", remedy.isEmpty ? .null : .text(remedy)),
        ])
    }
}

extension Output {
    /// One line a finding, and what to do below it.
    mutating func findings(_ findings: [Finding]) {
        let width = findings.map(\.check.count).max() ?? 0
        for finding in findings {
            let grade = finding.grade.rawValue.padding(4)
            line("\(grade)  \(finding.check.padding(width))  \(finding.text)")
            if !finding.remedy.isEmpty { line("      \("".padding(width))  → \(finding.remedy)") }
        }
        let counts = [Finding.Grade.bad, .warn].map { grade in findings.count { $0.grade == grade } }
        line(counts == [0, 0] ? "all is well" : "\(counts[0]) bad, \(counts[1]) to look at")
    }
}

extension String {
    fileprivate func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
