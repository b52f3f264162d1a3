/// The commented configuration file: every key with its sentence, what is permitted, and its standard, as a remark.
package enum ConfigurationText {
    /// `keyFile` is where the source's key belongs.
    package static func commented(keyFile: String) -> String {
        var lines = [
            "# The configuration of kintsugi.",
            "#",
            "# The command line beats the environment, the environment beats this file, and this file beats the standards,",
            "# which stand here as remarks: take the # away and change the value. What runs already keeps what it began with;",
            "# start it again. kintsugi doctor checks the file.",
            "#",
            "# The source's key never stands here. It comes from FINNHUB_API_KEY, or from",
            "# \(keyFile) with permissions 0600.",
        ]
        for section in SettingKey.sections {
            let keys = SettingKey.all.filter { $0.section == section.name }
            guard !keys.isEmpty else { continue }
            lines += ["", "# \(section.meaning)", "[\(section.name)]"]
            for key in keys {
                lines += [""] + remark(key)
                if let value = key.standard ?? key.example { lines.append("#\(key.entry) = \(value.toml)") }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func remark(_ key: SettingKey) -> [String] {
        let places = ([key.flag, key.variable].compactMap { $0 }).joined(separator: ", ")
        let standard = key.standard == nil ? " An example:" : ""
        return wrapped(key.meaning) + wrapped("Write \(key.kind.permitted). (\(places))\(standard)")
    }

    /// Lines of at most a hundred letters.
    private static func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + word.count < 99 {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append("# \(word)")
            }
        }
        return lines
    }
}
