import Terminal

/// The key table, with what a person bound anew while the console runs.
struct KeyMap: Hashable, Sendable {
    private var bound: [Key: ConsoleAction] = [:]
    /// In the order in which they were bound, for the help.
    private var order: [Key] = []

    /// What a key asks for; nil where it has no meaning.
    func action(for key: Key) -> ConsoleAction? { bound[key] ?? KeyTable.action(for: key) }

    mutating func bind(_ key: Key, to action: ConsoleAction) {
        order.removeAll { $0 == key }
        bound[key] = nil
        guard KeyTable.action(for: key) != action else { return }
        bound[key] = action
        order.append(key)
    }

    /// The keys of a line of the table as they are now.
    func label(_ binding: KeyBinding) -> String {
        let new = order.filter { bound[$0] == binding.action }
        let lost = binding.keys.contains { bound[$0] != nil }
        guard lost || !new.isEmpty else { return binding.label }
        let kept = binding.keys.filter { bound[$0] == nil }
        let all = lost ? kept.map(KeyName.text) : [binding.label]
        return (all + new.map(KeyName.text)).joined(separator: " ")
    }
}
