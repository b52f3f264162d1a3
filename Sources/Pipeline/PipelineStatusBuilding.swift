import Engine

extension PipelineStateMachine {
    /// The status as of now; the runtime adds what only it knows (speed, disk).
    package func status(_ coverage: CoverageIndex, at now: MarketTime) -> PipelineStatus {
        var status = PipelineStatus()
        status.sourceName = settings.sourceTitle
        status.simulated = settings.simulated
        status.clock.now = now
        status.clock.isOpen = settings.universe.isOpen(now.minute)
        status.clock.nextOpen = status.clock.isOpen ? nil : settings.universe.nextOpen(after: now)
        status.source.breaker = acquire.breaker.status
        status.source.candles = acquire.candles
        status.source.callsLeft = acquire.budget.left(at: now)
        status.source.callsLimit = acquire.budget.limit
        status.source.backlog = acquire.backlog
        status.source.backlogSeconds = Int64(acquire.backlog * 60 / max(1, acquire.budget.limit))
        status.source.trouble = acquire.trouble
        status.streams = stream.status.map { shard in
            var shard = shard
            let name = StreamShard(shard.stream, shard.shard)
            shard.delivered = delivery.delivered(name)
            shard.oldestSeconds = delivery.oldest(name).map { max(0, (now - $0).seconds) } ?? 0
            return shard
        }
        // In the order of the data, not of the alphabet: live capture first.
        let order = StreamName.allCases.map(\.rawValue)
        status.streams.sort {
            let places = (
                order.firstIndex(of: $0.stream) ?? order.count, order.firstIndex(of: $1.stream) ?? order.count
            )
            return places.0 != places.1 ? places.0 < places.1 : $0.shard < $1.shard
        }
        status.appendedPerMinute = stream.perMinute(until: now)
        status.lagRecords = stream.waiting + status.streams.reduce(0) { $0 + Int(max(0, $1.appended - $1.delivered)) }
        status.lagSeconds = status.streams.map(\.oldestSeconds).max() ?? 0
        status.lake = lake
        status.universe = settings.universe.members.map { member in
            var member = member
            member.lastBar = coverage.lastPresent(member.symbol, atOrBefore: now.minute)
            return member
        }
        status.coverage = coverage.counts(in: settings.universe, now: now)
        status.coverageVersion = coverage.version
        status.executions = audit.status(now: now)
        status.repairing = audit.repairing(limit: 512)
        status.nextAudit = audit.nextHourly
        status.alarms = alarms.status
        status.decisions = alarms.decisions.standing.suffix(200).reversed()
        status.log = log.newestFirst
        status.flaws = acquire.flawsInForce
        status.healing = totals.score
        status.healingDays = totals.days
        return status
    }

    private var lake: LakeStatus {
        var lake = LakeStatus()
        lake.objects = delivery.objects
        lake.bytes = delivery.bytes
        lake.untransformed = Int64(curation.count)
        lake.logBytes = storeWatch.logBytes
        lake.trimmedRecords = retention.trimmedRecords
        lake.droppedObjects = Int64(retention.dropped)
        lake.bars = totals.bars
        lake.revisions = totals.revisions
        lake.quarantined = totals.quarantined
        lake.derivedRows = resynthesis.rows + totals.derivedRows
        return lake
    }
}
