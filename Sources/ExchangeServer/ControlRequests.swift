import Exchange
import Pipeline

/// Answers what a person or a test orders of the running exchange:
/// `POST /control/fault?add=outage@+0+5m`, `POST /control/fault?clear`, `POST /control/speed?x=60`, `GET /control/state`.
func control(
    _ question: ExchangeRequest, isPost: Bool, _ clock: any ExchangeClock, _ state: inout ExchangeState
) -> ExchangeResponse {
    switch (question.path, isPost) {
    case ("/control/state", false): return json(200, stateText(clock, state))
    case ("/control/fault", true): return faultOrder(question, clock, &state)
    case ("/control/speed", true):
        guard let speed = question["x"].flatMap(Double.init), clock.setSpeed(speed) else {
            return complaint(422, "The speed must be a number above 0, and the clock the exchange's own.")
        }
        return json(200, stateText(clock, state))
    case ("/control/state", true), ("/control/fault", false), ("/control/speed", false):
        return complaint(405, "State is read with GET; faults and speed are ordered with POST.")
    default: return complaint(404, "There is /control/state, /control/fault and /control/speed.")
    }
}

private func faultOrder(
    _ question: ExchangeRequest, _ clock: any ExchangeClock, _ state: inout ExchangeState
) -> ExchangeResponse {
    if question.query.contains(where: { $0.name == "clear" }) {
        state.clearFaults()
        return json(200, stateText(clock, state))
    }
    guard let text = question["add"] else { return complaint(422, "Say ?add=FAULT or ?clear.") }
    do throws(FaultTextError) {
        guard state.add(try ExchangeFault(text: text)) else {
            return complaint(409, "No more than \(ExchangeState.faultsMax) faults are held at once; clear them first.")
        }
        return json(200, stateText(clock, state))
    } catch {
        return complaint(422, error.description)
    }
}

private func stateText(_ clock: any ExchangeClock, _ state: ExchangeState) -> String {
    let now = clock.now()
    let counts = state.counts
    let requests = [
        ("quote", counts.quote), ("candle", counts.candle), ("status", counts.status), ("holiday", counts.holiday),
        ("other", counts.other), ("failed", counts.failed),
    ]
    let fields = [
        ("time", quoted(now.iso8601)), ("t", String(now.seconds)), ("speed", String(clock.speed)),
        ("requests", "{" + requests.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"),
        ("faults", "[" + state.faults.map { quoted($0.description) }.joined(separator: ",") + "]"),
    ]
    return "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}\n"
}

private func json(_ status: Int, _ text: String) -> ExchangeResponse {
    ExchangeResponse(status: status, headers: [.init("Content-Type", "application/json")], body: Array(text.utf8))
}

private func complaint(_ status: Int, _ text: String) -> ExchangeResponse {
    json(status, "{\"error\":\(quoted(text))}\n")
}
