import Foundation
import Pipeline
import Testing

/// The auditor's table against a second one, written from the picture of the design and not from the code.
struct AuditTableTests {
    /// Where each event may lead, state by state; whatever is not here cannot happen.
    private static let expected: [AuditState: [AuditEvent: AuditState]] = [
        .checking: [
            .foundWell: .succeeded, .foundGaps: .planning, .foundStale: .resynthesizing, .cancelled: .cancelled,
        ],
        .planning: [.planned: .repairing, .nothingAskable: .landing, .cancelled: .cancelled],
        .repairing: [.callsEnded: .landing, .cancelled: .cancelled],
        .landing: [.landed: .rechecking, .cancelled: .cancelled],
        .rechecking: [
            .retriesLeft: .backingOff, .gaveUp: .landing, .settled: .resynthesizing, .cancelled: .cancelled,
        ],
        .backingOff: [.intervalPassed: .repairing, .cancelled: .cancelled],
        .resynthesizing: [.rebuilt: .confirming, .cancelled: .cancelled],
        .confirming: [
            .differed: .resynthesizing, .differedAgain: .failed, .confirmedWhole: .healed, .confirmedWaiting: .waiting,
            .confirmedSpent: .failed, .cancelled: .cancelled,
        ],
        .succeeded: [:], .healed: [:], .waiting: [:], .failed: [:], .cancelled: [:],
    ]

    @Test func everyPairOfStateAndEventIsAsTheDesignDrawsIt() {
        #expect(Self.expected.count == AuditState.allCases.count)
        for state in AuditState.allCases {
            for event in AuditEvent.allCases {
                #expect(
                    AuditTransitionTable.next(state, event) == Self.expected[state]?[event],
                    "\(state.rawValue) by \(event.rawValue)")
            }
        }
        let pairs = AuditTransitionTable.arrows.map { "\($0.from.rawValue) \($0.event.rawValue)" }
        #expect(Set(pairs).count == pairs.count, "one event leads one way only")
        let used = Set(AuditTransitionTable.arrows.map(\.event))
        #expect(used.count == AuditEvent.allCases.count, "every event can happen somewhere")
    }

    @Test func endsHaveNoArrowsAndEveryOtherStateMayBeCancelledAndReachesAnEnd() {
        for state in AuditState.allCases {
            let out = AuditTransitionTable.arrows.filter { $0.from == state }
            #expect(out.isEmpty == state.isEnd, "\(state.rawValue)")
            guard !state.isEnd else { continue }
            #expect(AuditTransitionTable.next(state, .cancelled) == .cancelled)
            #expect(!Self.reach(from: state, by: { $0 != .cancelled }).filter(\.isEnd).isEmpty, "\(state.rawValue)")
        }
        #expect(Self.reach(from: .checking, by: { _ in true }).count == AuditState.allCases.count)
    }

    @Test func theMainPathFollowsArrows() {
        let path = AuditTransitionTable.mainPath
        for (from, to) in zip(path, path.dropFirst()) {
            #expect(AuditTransitionTable.arrows.contains { $0.from == from && $0.to == to }, "\(from) to \(to)")
        }
        #expect(path.first == .checking && path.last == .healed)
    }

    @Test func theStatesLanguageIsJSONThatNamesEveryArrow() throws {
        struct Machine: Decodable {
            struct Node: Decodable {
                struct Choice: Decodable {
                    var Variable: String
                    var StringEquals: String
                    var Next: String
                }
                var `Type`: String
                var Choices: [Choice]?
            }
            var StartAt: String
            var States: [String: Node]
        }
        let machine = try JSONDecoder().decode(Machine.self, from: Data(AuditTransitionTable.statesLanguage.utf8))
        #expect(machine.StartAt == "checking")
        #expect(Set(machine.States.keys) == Set(AuditState.allCases.map(\.rawValue)))
        for state in AuditState.allCases {
            let node = try #require(machine.States[state.rawValue])
            let kind = state.isEnd ? (state == .failed ? "Fail" : "Succeed") : "Choice"
            #expect(node.Type == kind)
            let told = (node.Choices ?? []).map { "\($0.Variable) \($0.StringEquals) \($0.Next)" }.sorted()
            let drawn = AuditTransitionTable.arrows.filter { $0.from == state }
                .map { "$.event \($0.event.rawValue) \($0.to.rawValue)" }.sorted()
            #expect(told == drawn)
        }
    }

    private static func reach(from state: AuditState, by allowed: (AuditEvent) -> Bool) -> Set<AuditState> {
        var seen: Set<AuditState> = [state]
        var edge = [state]
        while let here = edge.popLast() {
            for arrow in AuditTransitionTable.arrows where arrow.from == here && allowed(arrow.event) {
                if seen.insert(arrow.to).inserted { edge.append(arrow.to) }
            }
        }
        return seen
    }
}
