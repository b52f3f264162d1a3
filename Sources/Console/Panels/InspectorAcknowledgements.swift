import Engine
import Pipeline
import Terminal

extension ConsoleState {
    /// Which lost slots somebody took note of: `◌ 11:03–11:10 acknowledged by ana 12:05: the vendor knows`.
    func acknowledgementLines(_ subject: InspectorSubject, _ inspection: Inspection) -> [[Span]] {
        guard let decisions = status?.decisions, !decisions.isEmpty else { return [] }
        var book = DecisionBook()
        book.recover(decisions.reversed())
        let lost = subject.verdicts.missing | subject.verdicts.unrepairable
        var found: [(mark: AcknowledgementMark, minutes: [Int64])] = []
        for offset in 0..<60 where lost & (1 << UInt64(offset)) != 0 {
            let minute = subject.hour.firstMinute.advanced(by: offset)
            let note = inspection.notes.first { $0.minute == minute.index }
            let reason = note.flatMap { LossReason(rawValue: $0.reason) }
            guard let mark = book.acknowledgement(of: subject.member.symbol, minute, reason: reason) else { continue }
            if let place = found.firstIndex(where: { $0.mark == mark }) {
                found[place].minutes.append(minute.index)
            } else {
                found.append((mark, [minute.index]))
            }
        }
        let own = exchangeClock(subject.member.calendar)
        return found.map { mark, minutes in
            let why = mark.note.isEmpty ? "" : ": \(harmless(mark.note))"
            return [
                Span("◌ ", .hint), Span("\(Self.runs(minutes, own)) ", .dim),
                Span("acknowledged by \(harmless(mark.by, limit: 40)) \(own.near(mark.at, now: now))", .text),
                Span(why, .hint),
            ]
        }
    }
}
