/// Gives effects their ids.
package struct EffectIDs: Sendable {
    package var incarnation: Int64 = 0
    private var number: Int64 = 0

    package init(incarnation: Int64 = 0) { self.incarnation = incarnation }

    /// How many were given.
    package var count: Int64 { number }

    package mutating func next() -> EffectID {
        number += 1
        return EffectID(incarnation: incarnation, number: number)
    }
}
