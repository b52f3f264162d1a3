import Terminal

/// A key bound anew, as it is written down: the key's name (`F5`, `^X`, `PgUp`) and the action's (`repair-view`).
package struct BoundKey: Hashable, Sendable {
    package var key: String
    package var action: String

    package init(key: String, action: String) {
        self.key = key
        self.action = action
    }

    /// What is wrong with it, as a clause; nil where it can be bound.
    package var complaint: String? {
        do throws(CommandComplaint) {
            _ = try meaning()
            return nil
        } catch {
            return error.text
        }
    }

    /// Esc and `:` keep their meaning, so that there is always a way out and a way back.
    func meaning() throws(CommandComplaint) -> (key: Key, binding: KeyBinding) {
        guard let found = KeyName.key(key) else {
            throw CommandComplaint("there is no key \(key): write x, ^X, F5, PgUp, space")
        }
        guard found != .escape, found != .character(":") else { throw CommandComplaint("that key keeps its meaning") }
        guard let binding = KeyTable.bindings.first(where: { $0.name == action.lowercased() }) else {
            let nearest = KeyTable.bindings.map(\.name).min { distance($0, action) < distance($1, action) } ?? ""
            throw CommandComplaint("there is no action \(action): \(nearest)?")
        }
        return (found, binding)
    }
}

/// The key table, with what a person bound anew.
struct KeyMap: Hashable, Sendable {
    private var bound: [Key: ConsoleAction] = [:]
    /// In the order in which they were bound, for the help.
    private var order: [Key] = []

    /// What a key asks for; nil where it has no meaning.
    func action(for key: Key) -> ConsoleAction? { bound[key] ?? KeyTable.action(for: key) }

    mutating func bind(_ key: Key, to action: ConsoleAction) {
        unbind(key)
        guard KeyTable.action(for: key) != action else { return }
        bound[key] = action
        order.append(key)
    }

    /// Gives a key the table's meaning back; false where it had no other.
    @discardableResult
    mutating func unbind(_ key: Key) -> Bool {
        order.removeAll { $0 == key }
        return bound.removeValue(forKey: key) != nil
    }

    /// What is bound anew, in the order in which it was.
    var entries: [BoundKey] {
        order.compactMap { key in
            KeyTable.bindings.first { $0.action == bound[key] }
                .map { BoundKey(key: KeyName.text(key), action: $0.name) }
        }
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
