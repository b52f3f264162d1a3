import Engine
import Exchange
import ExchangeServer
import Pipeline
import Runtime

/// Where the owner takes orders, whoever gives them: what is about the simulated source is done here, and the pipeline carries
/// out and notes the rest.
struct OwnerDesk: Sendable {
    let runtime: PipelineRuntime
    /// Nil where the source is no exchange of this process.
    let exchange: LoopbackExchange?

    func carry(_ order: OperatorOrder) async -> OrderOutcome {
        guard case .startOutage(let minutes) = order.command else { return await runtime.carry(order) }
        guard let exchange else {
            return refused(order, "only a simulated exchange of the owner's own goes wrong on purpose")
        }
        // Whoever attaches may send any number.
        guard (1...240).contains(minutes) else { return refused(order, "an outage lasts 1 to 240 minutes") }
        do {
            guard await exchange.add(try ExchangeFault(text: "outage@+0+\(minutes)m")) else {
                return refused(order, "the exchange holds no more faults")
            }
        } catch {
            return refused(order, "\(error)")
        }
        return await runtime.carry(order)
    }

    private func refused(_ order: OperatorOrder, _ why: String) -> OrderOutcome {
        OrderOutcome(order: order.id, isTaken: false, text: "\(order.command.verb) refused: \(why)")
    }
}
