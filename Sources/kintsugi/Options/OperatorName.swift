import Foundation
import Pipeline
import Platform

/// Who orders, as the log has it.
enum OperatorName {
    /// `--as`, `KINTSUGI_OPERATOR`, or the login and SSH peer.
    static func signature(_ given: String?) -> String {
        let name = given ?? ProcessInfo.processInfo.environment["KINTSUGI_OPERATOR"]
        return harmless(name.flatMap { $0.isEmpty ? nil : $0 } ?? Tty.loginName, limit: 40)
    }
}
