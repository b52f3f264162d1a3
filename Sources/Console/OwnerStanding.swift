import Terminal

/// How the process at this terminal stands to the pipeline it shows.
package enum OwnerStanding: Hashable, Sendable {
    /// The pipeline is this process's own.
    case owner
    /// An owner is being looked for.
    case seeking
    /// Another process owns it, and is heard.
    case attached(process: Int32)
    /// Another process owns it, and has not been heard for three seconds.
    case silent(process: Int32)
    /// The process that owned it is gone; what it left on disk can be read. The reason is harmless text.
    case gone(String)

    /// What the title says of it; nil where there is nothing to say.
    func span(short: Bool) -> Span? {
        switch self {
        case .owner: nil
        case .seeking: Span("seeking the owner", .busy)
        case .attached(let process): Span(short ? "observer" : "observer of \(process)", .busy)
        case .silent(let process): Span(" OWNER SILENT\(short ? "" : " (\(process))") ", .bad)
        case .gone: Span(short ? " OWNER GONE, O " : " OWNER GONE, O takes over ", .bad)
        }
    }
}
