import Pipeline
import Terminal

/// What the pipeline has told and the reader has read: all of the state that changes by itself.
struct ShownWorld: Sendable {
    var status: PipelineStatus?
    var members: [SymbolName: UniverseMember]
    var universeFacts: UniverseFacts
    var repairing: [SymbolName: [Int64: UInt64]]
    var cells: CellStore
}

extension ConsoleState {
    private var world: ShownWorld {
        get {
            ShownWorld(
                status: status, members: members, universeFacts: universeFacts, repairing: repairing, cells: cells)
        }
        set {
            status = newValue.status
            members = newValue.members
            universeFacts = newValue.universeFacts
            repairing = newValue.repairing
            cells = newValue.cells
        }
    }

    var isFrozen: Bool { live != nil }

    /// The view stays as it is while the pipeline goes on; again, and it is let go.
    mutating func switchFreeze() {
        if let live {
            self.live = nil
            world = live
            // What came meanwhile was counted while the view showed something else.
            cellsGeneration += 1
            universeGeneration += 1
            asked.inspectedVersion = -1
            if followedBeforeFreeze { moveToNewest() }
            return say("the view goes on")
        }
        guard status != nil else { return }
        followedBeforeFreeze = following
        if following { holdView() }
        live = world
        say("the view is frozen; the pipeline goes on")
    }

    /// The same state as it is now, whatever the view shows: what questions and the title are drawn from.
    var living: ConsoleState {
        guard let live else { return self }
        var copy = self
        copy.live = nil
        copy.world = live
        copy.heldGeometry = nil
        return copy
    }

    /// Changes what is so now. While the view is frozen that is not what it shows.
    mutating func inLiving(_ change: (inout ConsoleState) -> Void) {
        guard let now = live else { return change(&self) }
        let shown = world
        let geometry = heldGeometry
        live = nil
        heldGeometry = nil
        world = now
        change(&self)
        live = world
        world = shown
        heldGeometry = geometry
    }
}
