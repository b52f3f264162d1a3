import Attachment
import Pipeline
import Testing

struct ObserverTests {
    private static let hello = AttachmentMessage.hello(.init(version: "1", process: 7, name: "owner"))

    private static func patch(_ seed: UInt64) -> AttachmentMessage {
        .status(StatusPatch(from: nil, to: MessageTests.status(seed: seed)))
    }

    @Test func anOwnerIsAttachedThenSilentThenAttachedAgain() {
        var observer = ObserverStateMachine()
        #expect(observer.presence == .seeking)
        #expect(observer.received(Self.hello, at: 0) == [.presence(.attached(process: 7))])
        #expect(observer.received(Self.patch(1), at: 10) == [.show(MessageTests.status(seed: 1))])
        #expect(observer.elapsed(to: 3_009) == [])
        #expect(observer.elapsed(to: 3_010) == [.presence(.silent(process: 7))])
        #expect(observer.elapsed(to: 9_000) == [], "told once")
        let steps = observer.received(.status(StatusPatch(from: PipelineStatus(), to: PipelineStatus())), at: 9_001)
        #expect(steps == [.presence(.attached(process: 7)), .show(MessageTests.status(seed: 1))])
    }

    @Test func anOwnerThatGoesIsSaidOnceAndAnotherBeginsAnew() {
        var observer = ObserverStateMachine()
        _ = observer.received(Self.hello, at: 0)
        _ = observer.received(Self.patch(1), at: 1)
        #expect(observer.received(.farewell("stopped\u{1B}"), at: 2) == [.presence(.gone("stopped\\u{1b}")), .close])
        #expect(observer.lost() == [])
        _ = observer.received(.hello(.init(version: "1", process: 8, name: "owner")), at: 3)
        #expect(observer.presence == .attached(process: 8))
        #expect(observer.received(Self.patch(2), at: 4) == [.show(MessageTests.status(seed: 2))])
        #expect(observer.lost() == [.presence(.gone("the owner is gone"))])
    }

    @Test func whatAnOwnerMayNotSayEndsTheLine() {
        var early = ObserverStateMachine()
        #expect(early.received(Self.patch(1), at: 0) == [.close])
        var odd = ObserverStateMachine()
        _ = odd.received(Self.hello, at: 0)
        #expect(odd.received(.order(OperatorOrder(.stop, by: "x")), at: 1) == [.close])
        var other = ObserverStateMachine()
        var greeting = AttachmentMessage.Greeting(version: "9\u{1B}[2J", process: 7, name: "owner")
        greeting.protocol = 99
        let steps = other.received(.hello(greeting), at: 0)
        #expect(steps.last == .close)
        guard case .gone(let why) = other.presence else { return #expect(Bool(false)) }
        #expect(why.contains("another protocol") && !why.contains("\u{1B}"))
    }
}
