import EmbeddedEngine
import Engine
import Testing

@Suite struct WorkQueueConformance {
    private func item(_ id: String) -> WorkItem { WorkItem(id: id, sent: 1_549_895_400, body: Array("{\(id)}".utf8)) }

    private func lease(_ holder: Int64, now: Int64 = 0) -> WorkLease {
        WorkLease(holder: holder, now: now, until: now + 60)
    }

    private func states(_ queue: any WorkQueue) async throws -> [String] {
        try await queue.list(Set(QueuedWork.State.allCases), after: 0, limit: .max)
            .map { "\($0.item.id) \($0.state.rawValue) \($0.receives)" }
    }

    @Test(arguments: EngineKind.allCases) func anItemIsSentOnce(_ kind: EngineKind) async throws {
        var engines = try EngineFixture(kind)
        let first = try await engines.queue.send(item("a"))
        #expect(first == QueuedWork(ordinal: 1, item: item("a")))
        #expect(try await engines.queue.send(item("b")).ordinal == 2)
        var other = item("a")
        other.body = [9]
        #expect(try await engines.queue.send(other) == first, "what was sent first counts")
        _ = try await engines.queue.receive(1, by: lease(1))
        try await engines.queue.acknowledge(["a"], by: 1)
        engines = try await engines.reopened()
        #expect(try await engines.queue.send(item("a")).state == .done)
        #expect(try await states(engines.queue) == ["a done 1", "b waiting 0"])
        #expect(try await engines.queue.find("c") == nil)
    }

    @Test(arguments: EngineKind.allCases) func twoReceiversNeverHaveTheSame(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        defer { withExtendedLifetime(engines) {} }
        let queue = engines.queue
        for id in ["a", "b", "c", "d"] { _ = try await queue.send(item(id)) }
        #expect(try await queue.receive(2, by: lease(7)).received.map(\.item.id) == ["a", "b"])
        #expect(try await queue.receive(9, by: lease(7)).received.map(\.item.id) == ["c", "d"])
        #expect(try await queue.receive(9, by: lease(7, now: 59)) == WorkDelivery())
        #expect(try await queue.receive(0, by: lease(8)) == WorkDelivery())
    }

    @Test(arguments: EngineKind.allCases) func aLeaseEndsWithItsTimeOrItsHolder(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        defer { withExtendedLifetime(engines) {} }
        let queue = engines.queue
        for id in ["a", "b"] { _ = try await queue.send(item(id)) }
        _ = try await queue.receive(2, by: lease(7))
        try await queue.extend(["b"], by: lease(7, now: 50))
        #expect(try await queue.receive(9, by: lease(7, now: 60)).received.map(\.item.id) == ["a"])
        #expect(try await queue.receive(9, by: lease(6, now: 1_000)) == WorkDelivery(), "an earlier process is no more")
        // A later process takes over at once, a suspect item at a time; the earlier one has nothing any more.
        #expect(try await queue.receive(9, by: lease(8)).received.map(\.item.id) == ["a"])
        #expect(try await queue.receive(9, by: lease(8)).received.map(\.item.id) == ["b"])
        try await queue.acknowledge(["a"], by: 7)
        try await queue.release(["b"], by: 7, error: nil)
        try await queue.extend(["a", "b"], by: lease(7, now: 9_000))
        #expect(try await states(queue) == ["a leased 3", "b leased 2"])
        try await queue.acknowledge(["a", "b", "nothing"], by: 8)
        #expect(try await states(queue) == ["a done 3", "b done 2"])
    }

    @Test(arguments: EngineKind.allCases) func whatIsReleasedComesAgain(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        defer { withExtendedLifetime(engines) {} }
        let queue = engines.queue
        for id in ["a", "b", "c"] { _ = try await queue.send(item(id)) }
        _ = try await queue.receive(9, by: lease(1))
        try await queue.release(["b"], by: 1, error: nil)
        try await queue.release(["a"], by: 1, error: "the store is full")
        #expect(try await states(queue) == ["a waiting 1", "b waiting 0", "c leased 1"])
        let again = try await queue.receive(9, by: lease(1)).received
        #expect(again.map(\.item.id) == ["a"] && again[0].error == "the store is full", "a suspect comes alone")
        #expect(try await queue.receive(9, by: lease(1)).received.map(\.item.id) == ["b"])
    }

    /// What ends whoever carries it out is laid aside, and buries nothing with it.
    @Test(arguments: EngineKind.allCases) func whatEndsItsReceiversBecomesADeadLetter(_ kind: EngineKind) async throws {
        var engines = try EngineFixture(kind)
        for id in ["a", "poison", "b"] { _ = try await engines.queue.send(item(id)) }
        var done: [String] = []
        var buried: [QueuedWork] = []
        for holder in Int64(1)...9 {
            engines = try await engines.reopened()
            while true {
                let delivery = try await engines.queue.receive(9, by: lease(holder))
                buried += delivery.buried
                let ids = delivery.received.map(\.item.id)
                guard !ids.isEmpty, !ids.contains("poison") else { break }
                try await engines.queue.acknowledge(ids, by: holder)
                done += ids
            }
        }
        #expect(done == ["a", "b"])
        #expect(buried.map(\.item.id) == ["poison"] && buried[0].receives == QueuedWork.receivesMax)
        #expect(buried[0].error.contains("came to an end"))
        #expect(try await states(engines.queue) == ["a done 2", "poison dead 3", "b done 2"])
        for id in ["a", "nothing"] { #expect(try await !engines.queue.redrive(id)) }
        #expect(try await engines.queue.redrive("poison"))
        #expect(try await engines.queue.receive(9, by: lease(10)).received.map(\.receives) == [1])
        #expect(try await !engines.queue.drop("poison"), "it is being carried out")
        try await engines.queue.bury("poison", by: 10, error: "cannot be read")
        #expect(try await engines.queue.find("poison")?.error == "cannot be read")
        #expect(try await engines.queue.drop("poison"))
        #expect(try await engines.queue.find("poison")?.state == .done)
        #expect(try await engines.queue.send(item("poison")).state == .done, "dropped is dropped")
    }

    @Test(arguments: EngineKind.allCases) func aDeadLetterThatWasCarriedOutIsDone(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        defer { withExtendedLifetime(engines) {} }
        let queue = engines.queue
        _ = try await queue.send(item("a"))
        _ = try await queue.receive(1, by: lease(1))
        try await queue.bury("a", by: 1, error: "lost")
        try await queue.acknowledge(["a"], by: 2)
        #expect(try await states(queue) == ["a done 1"])
    }

    @Test(arguments: EngineKind.allCases) func whatIsDoneIsForgottenAtLast(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        defer { withExtendedLifetime(engines) {} }
        let queue = engines.queue
        let count = QueuedWork.doneKept + 3
        for number in 1...count { _ = try await queue.send(item("\(number)")) }
        _ = try await queue.receive(count, by: lease(1))
        try await queue.acknowledge((1...count).map(String.init), by: 1)
        let kept = try await queue.list([.done], after: 0, limit: .max)
        #expect(kept.count == QueuedWork.doneKept && kept.first?.ordinal == 4)
        #expect(try await queue.list([.done], after: 1_001, limit: 2).map(\.ordinal) == [1_002, 1_003])
        if let embedded = queue as? EmbeddedWorkQueue { #expect(try await embedded.verifyChain().isEmpty) }
    }

    /// Random calls on both engines at once: they answer alike.
    @Test func bothEnginesAnswerAlike() async throws {
        var pair = [try EngineFixture(.embedded), try EngineFixture(.memory)]
        var random = SeededGenerator(state: 5)
        var now: Int64 = 0
        var holder: Int64 = 1
        for step in 0..<400 {
            now += Int64(random.below(30))
            if random.below(12) == 0 { holder += 1 }
            let id = "\(random.below(9))"
            let call = random.below(9)
            var answers: [String] = []
            if random.below(40) == 0 { for place in pair.indices { pair[place] = try await pair[place].reopened() } }
            for engines in pair {
                let queue = engines.queue
                switch call {
                case 0, 1: answers.append("\(try await queue.send(item(id)))")
                case 2: answers.append("\(try await queue.receive(2, by: lease(holder, now: now)))")
                case 3: answers.append("\(try await queue.extend([id], by: lease(holder, now: now)))")
                case 4: answers.append("\(try await queue.acknowledge([id], by: holder))")
                case 5:
                    answers.append("\(try await queue.release([id], by: holder, error: step % 2 == 0 ? nil : "no"))")
                case 6: answers.append("\(try await queue.bury(id, by: holder, error: "unreadable"))")
                case 7: answers.append("\(try await queue.redrive(id))")
                default: answers.append("\(try await queue.drop(id))")
                }
                answers[answers.count - 1] += " \(try await states(queue))"
            }
            #expect(answers[0] == answers[1], "step \(step), call \(call)")
        }
        let embedded = try #require(pair[0].queue as? EmbeddedWorkQueue)
        #expect(try await embedded.verifyChain().isEmpty)
    }

    @Test func aDamagedItemIsNamedAndNeverServed() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        for id in ["first", "NEEDLE", "last"] { _ = try await owned.queue.send(item(id)) }
        await owned.close()
        #expect(try folder.flip(in: "queue.sqlite", at: "{NEEDLE"))
        let again = try DataDirectory.own(path: folder.path, birth: .sample)
        let error = await engineError { _ = try await again.queue.receive(9, by: lease(2)) }
        #expect(error?.kind == .damaged && error?.whereabouts == "queue, item 2")
        #expect(try await again.queue.verifyChain() == ["queue, item 2: not what was written"])
    }
}
