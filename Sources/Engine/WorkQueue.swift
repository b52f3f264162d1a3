/// One thing to be done exactly once.
package struct WorkItem: Hashable, Sendable {
    /// Unlike any other item's: an id that is sent again changes nothing.
    package var id: String
    /// When it was sent, on the sender's clock, UTC microseconds.
    package var sent: Int64
    /// What is to be done; the queue does not look inside.
    package var body: [UInt8]

    package init(id: String, sent: Int64, body: [UInt8]) {
        self.id = id
        self.sent = sent
        self.body = body
    }
}

/// Who receives, and for how long what it receives is its own. The queue has no clock: it is told the time.
package struct WorkLease: Hashable, Sendable {
    /// Rises with every process that may receive: a later one takes over what an earlier one held.
    package var holder: Int64
    /// Microseconds from an origin that all calls of one holder share.
    package var now: Int64
    /// When it ends by itself.
    package var until: Int64

    package init(holder: Int64, now: Int64, until: Int64) {
        self.holder = holder
        self.now = now
        self.until = until
    }
}

/// An item as it stands in a queue.
package struct QueuedWork: Hashable, Sendable {
    /// How far it has come.
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// Nobody has it.
        case waiting
        /// Somebody received it and has not said what became of it.
        case leased
        /// It was acknowledged.
        case done
        /// It was received too often, or cannot be read: nobody receives it any more until it is redriven.
        case dead
    }

    /// From 1, in the order of sending.
    package var ordinal: Int64
    package var item: WorkItem
    package var state = State.waiting
    /// How often it was received since it was sent, or redriven.
    package var receives = 0
    /// Who holds it, or held it last; 0 where nobody has.
    package var holder: Int64 = 0
    /// When its lease ends, on its holder's clock.
    package var until: Int64 = 0
    /// What went wrong last; empty where nothing did.
    package var error = ""

    /// An item is received so often before it counts as one that ends whoever carries it out.
    package static let receivesMax = 3
    /// Items that are done are remembered, the newest so many: one that is sent again is known.
    package static let doneKept = 1_000

    package init(ordinal: Int64, item: WorkItem) {
        self.ordinal = ordinal
        self.item = item
    }
}

/// What one call received.
package struct WorkDelivery: Hashable, Sendable {
    /// In the order of sending; the caller holds them now.
    package var received: [QueuedWork]
    /// Those that became dead letters by this call.
    package var buried: [QueuedWork]

    package init(received: [QueuedWork] = [], buried: [QueuedWork] = []) {
        self.received = received
        self.buried = buried
    }
}

/// How a delivery is filled, for every engine alike.
extension WorkDelivery {
    /// Whether a free item may come along.
    package func takesMore(_ work: QueuedWork, limit: Int) -> Bool {
        guard let last = received.last else { return limit > 0 }
        return received.count < limit && !work.isSuspect && last.receives == 1 && last.error.isEmpty
    }

    /// Receives a free item, or buries it.
    package mutating func take(_ work: inout QueuedWork, by lease: WorkLease) {
        if work.receive(by: lease) { received.append(work) } else { buried.append(work) }
    }
}

/// Reading a queue, beside a running owner too.
package protocol WorkQueueReader: Sendable {
    /// At most `limit` items of these states after an ordinal, in the order of sending.
    func list(
        _ states: Set<QueuedWork.State>, after ordinal: Int64, limit: Int
    ) async throws(EngineError) -> [QueuedWork]
    /// The item of an id; nil where it is not known, or was done so long ago that it is forgotten.
    func find(_ id: String) async throws(EngineError) -> QueuedWork?
}

/// Work that outlives whoever ordered it and whoever carries it out. Every call that changes something is on disk when it
/// returns.
package protocol WorkQueue: WorkQueueReader {
    /// Puts an item in, and gives it as it stands now: an id that is known stays what it is.
    func send(_ item: WorkItem) async throws(EngineError) -> QueuedWork
    /// Receives the oldest items that nobody holds, at most `limit`, and a suspect one alone. What was received too often
    /// becomes a dead letter.
    func receive(_ limit: Int, by lease: WorkLease) async throws(EngineError) -> WorkDelivery
    /// Holds what this holder has for longer.
    func extend(_ ids: [String], by lease: WorkLease) async throws(EngineError)
    /// What this holder has is done; so is a dead letter that turns out to have been carried out.
    func acknowledge(_ ids: [String], by holder: Int64) async throws(EngineError)
    /// Gives back what this holder has. With an error it counts as tried, without one it was never begun.
    func release(_ ids: [String], by holder: Int64, error: String?) async throws(EngineError)
    /// Makes a dead letter of what this holder has and cannot read.
    func bury(_ id: String, by holder: Int64, error: String) async throws(EngineError)
    /// Lets a dead letter be received again; false where the id is none.
    func redrive(_ id: String) async throws(EngineError) -> Bool
    /// Takes an item out that nobody holds and that is not done; false where the id is none.
    func drop(_ id: String) async throws(EngineError) -> Bool
}

/// What the calls do to one item, for every engine alike.
extension QueuedWork {
    /// Whether a holder may receive it: nobody has it, or who had it is no more, or kept silent for too long.
    package func isFree(for lease: WorkLease) -> Bool {
        switch state {
        case .waiting: true
        case .leased: holder < lease.holder || (holder == lease.holder && until <= lease.now)
        case .done, .dead: false
        }
    }

    /// Whether it was received before, or went wrong before: it may be what ends its process, and is received alone, so that
    /// nothing innocent is buried with it.
    package var isSuspect: Bool { receives > 0 || !error.isEmpty }

    /// A free item is received, or has been received too often; true where the holder has it now.
    package mutating func receive(by lease: WorkLease) -> Bool {
        if state == .leased { error = "whoever received it came to an end before it was done" }
        guard receives < Self.receivesMax else {
            state = .dead
            return false
        }
        receives += 1
        state = .leased
        holder = lease.holder
        until = lease.until
        return true
    }

    /// Whether a holder has it now; its time is looked at where it is received.
    package func isHeld(by holder: Int64) -> Bool { state == .leased && self.holder == holder }

    package mutating func extend(by lease: WorkLease) {
        guard isHeld(by: lease.holder) else { return }
        until = max(until, lease.until)
    }

    package mutating func acknowledge(by holder: Int64) {
        guard isHeld(by: holder) || state == .dead else { return }
        state = .done
        error = ""
    }

    package mutating func release(by holder: Int64, error: String?) {
        guard isHeld(by: holder) else { return }
        state = .waiting
        if let error { self.error = error } else { receives -= 1 }
    }

    package mutating func bury(by holder: Int64, error: String) {
        guard isHeld(by: holder) else { return }
        state = .dead
        self.error = error
    }

    /// True where it was a dead letter.
    package mutating func redrive() -> Bool {
        guard state == .dead else { return false }
        state = .waiting
        receives = 0
        return true
    }

    /// True where it was waiting or dead.
    package mutating func drop() -> Bool {
        guard state == .waiting || state == .dead else { return false }
        state = .done
        error = "dropped"
        return true
    }
}
