import ArgumentParser
import Foundation
import Pipeline

/// The sessions of an exchange between two dates.
struct CalendarCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar",
        abstract: "When an exchange trades between two dates.",
        discussion: """
            Dates are the exchange's own, and both are included. What the calendar does not know is never called \
            closed: a date outside what it knows ends with exit code 3.

            EXAMPLES
              kintsugi calendar --from 2019-02-11 --to 2019-02-15
              kintsugi calendar --exchange XNYS --from 2019-01-01 --to 2019-12-31 --csv
              kintsugi calendar --exchange 24x7 --from 2026-03-01 --to 2026-03-02 --json
            """)

    @Option(name: .long, help: "XNYS or 24x7.")
    var exchange = CalendarName.xnys

    @Option(name: .long, help: ArgumentHelp("First date.", valueName: "DATE"))
    var from: String

    @Option(name: .long, help: ArgumentHelp("Last date, included.", valueName: "DATE"))
    var to: String

    @Flag(name: .long, help: "Print session,open,close in unix seconds; the close is exclusive.")
    var csv = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let (first, last) = (try date(from, "--from"), try date(to, "--to"))
        guard first <= last else { throw Failure.usage("--from \(first) lies after --to \(last)") }
        let calendar = TradingCalendar.named(exchange)
        guard calendar.knownFrom <= first, last <= calendar.knownThrough else {
            throw Failure.couldNot(
                "the calendar of \(exchange.rawValue) is known from \(calendar.knownFrom) to \(calendar.knownThrough), "
                    + "so \(first) to \(last) is unknown: ask for dates within")
        }
        let sessions = calendar.sessions(from: first, through: last)
        var output = Output()
        if csv {
            output.line("session,open,close")
            for session in sessions {
                output.line(
                    "\(session.date),\(session.minutes.lowerBound.seconds),\(session.minutes.upperBound.seconds)")
            }
        } else if json {
            output.json(.array(sessions.map(Self.json)))
        } else {
            output.table(Self.table(sessions, calendar))
            output.line("\(sessions.count) sessions, \(sessions.reduce(0) { $0 + $1.minutes.count }) slots a symbol")
        }
        output.flush()
    }

    private func date(_ text: String, _ option: String) throws -> CivilDate {
        guard let date = CivilDate(text) else {
            throw Failure.usage("\(option) \(harmless(text, limit: 40)) is no date: write one such as 2019-02-11")
        }
        return date
    }

    private static func json(_ session: Session) -> JSONValue {
        .object([
            ("session", .text(session.date.description)), ("open", .moment(session.minutes.lowerBound.start)),
            ("close", .moment(session.minutes.upperBound.start)), ("slots", .integer(session.minutes.count)),
        ])
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    private static func table(_ sessions: [Session], _ calendar: TradingCalendar) -> TextTable {
        var table = TextTable(["session", "day", "open (UTC)", "close (UTC)", ">slots", ">UTC offset"])
        for session in sessions {
            let offset = calendar.utcOffsetSeconds(at: session.minutes.lowerBound.start) / 3_600
            table.add([
                session.date.description, weekdays[session.date.weekday], session.minutes.lowerBound.description,
                session.minutes.upperBound.description, String(session.minutes.count),
                offset == 0 ? "0" : "\(offset) h",
            ])
        }
        return table
    }
}
