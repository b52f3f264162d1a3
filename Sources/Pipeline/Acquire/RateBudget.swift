/// The calls a source allows, shared by live capture and everything else; live comes first.
///
/// The vendor counts calls in a window of 60 s and tells the rest in headers; `X-Ratelimit-Reset` is unconfirmed and is
/// used where present, otherwise the window begins with its first call.
package struct RateBudget: Hashable, Sendable {
    /// Calls a window.
    package private(set) var limit: Int
    private let perSecond: Int
    private var used = 0
    private var windowEnds = MarketTime.distantPast
    private var secondEnds = MarketTime.distantPast
    private var usedInSecond = 0
    /// Until then a 429 stands: no call but live capture's next due one.
    package private(set) var heldUntil: MarketTime?
    /// While a 429 stands a live call is tried this often, not as fast as refusals come back.
    private static let trialPause = MarketSpan.seconds(20)
    private var nextTrial = MarketTime.distantPast
    /// From a 429 on, until the source takes a call again: calls go one at a time.
    package private(set) var isLimited = false

    package init(limit: Int, perSecond: Int) {
        self.limit = limit
        self.perSecond = perSecond
    }

    /// Calls left in the window that is open at `now`.
    package func left(at now: MarketTime) -> Int { now >= windowEnds ? limit : max(0, limit - used) }

    private func secondAllows(_ now: MarketTime) -> Bool { now >= secondEnds || usedInSecond < perSecond }

    package func isHeld(at now: MarketTime) -> Bool { heldUntil.map { now < $0 } ?? false }

    /// Whether a live call may go; while a 429 stands only where no other call is under way.
    package func allowsLive(at now: MarketTime, inFlight: Int) -> Bool {
        guard secondAllows(now) else { return false }
        return isHeld(at: now) ? inFlight == 0 && now >= nextTrial : left(at: now) > 0
    }

    /// Whether a call may go that is not live, with so many live calls due before the window ends.
    package func allowsOther(at now: MarketTime, liveDue: Int) -> Bool {
        !isHeld(at: now) && secondAllows(now) && left(at: now) > liveDue
    }

    package mutating func callSent(at now: MarketTime) {
        if now >= windowEnds {
            windowEnds = now + .seconds(60)
            used = 0
        }
        if now >= secondEnds {
            secondEnds = now + .seconds(1)
            usedInSecond = 0
        }
        used += 1
        usedInSecond += 1
    }

    /// Windows of the source lie this far apart at least; ends that differ by less are one window, told with more or less
    /// delay.
    private static let windowsApart = MarketSpan.seconds(30)

    /// Takes over what an answer's headers say. Answers of two windows overtake each other at a window's end: each speaks
    /// of its own only.
    package mutating func learned(_ headers: RateHeaders, at now: MarketTime) {
        if let limit = headers.limit, limit > 0 { self.limit = min(limit, 1_000_000) }
        if let reset = headers.resetSeconds {
            let end = MarketTime(seconds: reset)
            guard end > now, end <= now + .seconds(3600), end + Self.windowsApart > windowEnds else { return }
            if windowEnds <= now || end > windowEnds + Self.windowsApart { used = 0 }
            windowEnds = end
        }
        if let remaining = headers.remaining { used = max(used, limit - max(0, remaining)) }
    }

    /// A 429: nothing but the next live call until the window is over.
    package mutating func throttled(retryAfterSeconds: Int?, at now: MarketTime) {
        let named = retryAfterSeconds.map { now + .seconds(Int64(max(1, min($0, 3600)))) }
        let end = named ?? (windowEnds > now ? windowEnds : now + .seconds(60))
        heldUntil = max(heldUntil ?? end, end)
        nextTrial = now + Self.trialPause
        isLimited = true
        used = max(used, limit)
        windowEnds = max(windowEnds, end)
    }

    /// The source took a call.
    package mutating func taken() { isLimited = false }

    /// When the window that is open at `now` ends; nil where none is open.
    package func windowEnd(after now: MarketTime) -> MarketTime? { windowEnds > now ? windowEnds : nil }

    /// The next moment at which an answer of `allows…` may change by itself.
    package func nextChange(after now: MarketTime) -> MarketTime? {
        let second = usedInSecond >= perSecond ? secondEnds : nil
        return [heldUntil, isHeld(at: now) ? nextTrial : nil, windowEnds, second].compactMap { $0 }.filter { $0 > now }
            .min()
    }
}
