import ArgumentParser
import Configuration
import EmbeddedEngine
import Pipeline

/// Who orders, and where.
struct OperatorOptions: ParsableArguments {
    @OptionGroup var data: DataOptions

    @Option(name: .customLong("as"), help: ArgumentHelp("The operator's name in the log.", valueName: "NAME"))
    var operatorName: String?

    /// `--as`, `KINTSUGI_OPERATOR`, the configuration's, or the login and SSH peer.
    func signature() throws -> String {
        OperatorName.signature(try operatorName ?? data.settings().text(.operatorName))
    }
}

extension SingleOrder {
    /// An order for a directory: its owner carries it out, or, where nobody owns it, this process.
    init(_ command: PipelineCommand, _ data: DataOptions, _ reading: Reading) {
        var owned = data
        owned.data = reading.directory.path
        self.init(
            command: command, data: owned, birth: reading.directory.birth, now: reading.now,
            owner: reading.directory.ownerProcess)
    }
}

extension AuditExecution {
    /// What became of it, for a person.
    func report(_ output: inout Output) {
        output.line(
            "\(kind.rawValue) \(id) \(state.title): \(slotsFound) slots in \(gapsFound) gaps, \(calls) calls, "
                + "\(derivedCount) derived rows")
        for unit in units where unit.standing == .givenUp || unit.standing == .handedOver {
            output.line(
                "  \(unit.symbol) \(unit.asked.lowerBound) to \(unit.asked.upperBound): "
                    + "\(unit.standing == .givenUp ? "given up" : "waits")\(unit.reason.map { ", \($0)" } ?? "")")
        }
    }
}
