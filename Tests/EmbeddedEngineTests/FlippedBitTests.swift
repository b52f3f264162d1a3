import EmbeddedEngine
import Engine
import Testing

/// One flipped bit anywhere in a chained store is either found or changes nothing that is served.
@Suite struct FlippedBitTests {
    private let quotes = StreamShard("quotes", 0)

    private func stopped() async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        for number in 1...40 as ClosedRange<Int64> {
            let payload = Array("{\"slot\":\(number * 60),\"body\":\"\(String(repeating: "x", count: 80))\"}".utf8)
            _ = try await owned.stream.append(
                [StreamEntry(key: "AAPL", received: number, payload: payload)], to: quotes)
            let line = JournalLine(
                subject: "execution/\(number % 7)", at: number, event: "moved", payload: payload, closes: number > 35)
            _ = try await owned.journal.append([line])
            let entry = CatalogEntry(
                key: "raw/quotes/hour=\(number)", shard: quotes, hour: number, first: number, last: number, bytes: 80,
                sha256: "ab", received: number)
            _ = try await owned.catalog.register(entry)
            try await owned.catalog.moveCheckpoint(quotes, to: number)
            try await order(number, payload, in: owned.queue)
        }
        await owned.close()
        return folder
    }

    /// Every third is done, every third leased, every third waits.
    private func order(_ number: Int64, _ payload: [UInt8], in queue: EmbeddedWorkQueue) async throws {
        _ = try await queue.send(WorkItem(id: "order-\(number)", sent: number, body: payload))
        guard number % 3 != 0 else { return }
        _ = try await queue.receive(1, by: WorkLease(holder: number, now: 0, until: 60))
        if number % 3 == 1 { try await queue.acknowledge(["order-\(number)"], by: number) }
    }

    /// All that the store serves; nil where it says that something is damaged.
    private func served(_ folder: TemporaryFolder, _ store: DataStore) async throws -> [String]? {
        do {
            let observed = try DataDirectory.observe(path: folder.path)
            switch store {
            case .stream:
                guard try await observed.stream.verifyChain().isEmpty else { return nil }
                return try await observed.stream.read(quotes, after: 0, limit: 100).map { "\($0)" }
                    + observed.stream.extents().map { "\($0)" }
            case .journal:
                guard try await observed.journal.verifyChain().isEmpty else { return nil }
                return try await observed.journal.lines(prefix: "", after: 0, limit: 100).map { "\($0)" }
                    + observed.journal.open(prefix: "")
                    + observed.journal.latest(prefix: "", before: .max, limit: 100).map { "\($0)" }
            case .queue:
                guard let queue = observed.queue, try await queue.verifyChain().isEmpty else { return nil }
                return try await queue.list(Set(QueuedWork.State.allCases), after: 0, limit: 100).map { "\($0)" }
            case .catalog, .warehouse:
                guard try await observed.catalog.verifyChain().isEmpty else { return nil }
                return try await observed.catalog.list(after: 0, limit: 100).map { "\($0)" } + [
                    "\(try await observed.catalog.checkpoint(quotes))"
                ]
            }
        } catch {
            return nil
        }
    }

    @Test(arguments: [DataStore.stream, .journal, .catalog, .queue]) func everyFlipIsFoundOrHarmless(_ store: DataStore)
        async throws
    {
        let folder = try await stopped()
        let whole = try folder.bytes(store.fileName)
        let truth = try #require(try await served(folder, store))
        var generator = SeededGenerator(state: 11)
        var found = 0
        for _ in 0..<150 {
            var damaged = whole
            let bit = generator.below(whole.count * 8)
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            try folder.write(damaged, to: store.fileName)
            if let answer = try await served(folder, store) {
                #expect(answer == truth, "bit \(bit) of \(store.fileName) changed what is served")
            } else {
                found += 1
            }
        }
        #expect(found > 5)
        try folder.write(whole, to: store.fileName)
        #expect(try await served(folder, store) == truth)
    }
}
