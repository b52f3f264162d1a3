import Terminal

private let saveWord = "--save"

extension ConsoleState {
    /// Gives keys another meaning; what cannot be bound is left out, for whoever read it has said so.
    mutating func bind(_ keys: [BoundKey]) {
        for bound in keys {
            guard let (key, binding) = try? bound.meaning() else { continue }
            keyMap.bind(key, to: binding.action)
        }
    }

    /// `bind`, `bind KEY ACTION`, and either with `--save`.
    mutating func bind(_ argument: String) throws(CommandComplaint) -> [ConsoleEffect] {
        let (words, saves) = Self.split(argument)
        switch words.count {
        case 0:
            if !saves { say(boundWords) }
        case 2:
            let (key, binding) = try BoundKey(key: words[0], action: words[1]).meaning()
            keyMap.bind(key, to: binding.action)
            say("\(KeyName.text(key)): \(binding.help)")
        default: throw CommandComplaint("bind KEY ACTION, as in bind F5 repair-view; bind alone lists them")
        }
        return saves ? [.saveKeys(keyMap.entries)] : []
    }

    /// `unbind KEY` and `unbind all`, each with `--save`.
    mutating func unbind(_ argument: String) throws(CommandComplaint) -> [ConsoleEffect] {
        let (words, saves) = Self.split(argument)
        guard words.count == 1, let word = words.first else { throw CommandComplaint("unbind KEY, or unbind all") }
        if word.lowercased() == "all" {
            keyMap = KeyMap()
            say("every key has its own meaning again")
        } else {
            guard let key = KeyName.key(word) else { throw CommandComplaint("there is no key \(word)") }
            guard keyMap.unbind(key) else { throw CommandComplaint("\(word) is not bound anew") }
            let own = KeyTable.bindings.first { $0.keys.contains(key) }
            say("\(KeyName.text(key)): \(own?.help ?? "no meaning")")
        }
        return saves ? [.saveKeys(keyMap.entries)] : []
    }

    /// What is bound anew, in one line.
    var boundWords: String {
        let entries = keyMap.entries
        guard !entries.isEmpty else { return "no key is bound anew: bind KEY ACTION" }
        return "bound anew: " + entries.map { "\($0.key) \($0.action)" }.joined(separator: ", ")
    }

    private static func split(_ argument: String) -> (words: [String], saves: Bool) {
        let words = argument.split(separator: " ").map(String.init)
        return (words.filter { $0 != saveWord }, words.contains(saveWord))
    }

    /// What may stand in a place of `bind`, from 1.
    func bindCompletions(place: Int) -> [String] {
        switch place {
        case 1: [saveWord] + keyMap.entries.map(\.key)
        case 2: KeyTable.bindings.map(\.name).sorted()
        default: [saveWord]
        }
    }

    func unbindCompletions(place: Int) -> [String] {
        place == 1 ? keyMap.entries.map(\.key) + ["all"] : [saveWord]
    }
}
