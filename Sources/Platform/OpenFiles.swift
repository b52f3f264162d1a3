import Foundation

/// How many files this process may hold open.
package enum OpenFiles {
    /// At the most: four stores with a writer and four readers each, of two files; 32 connections, and as many at the other
    /// end where the exchange is within the process; observers, the screen, and the language's own machinery.
    package static let needed = 512

    /// Raises the soft limit to the hard one, as every server does, and gives what is then allowed. Shells set the soft limit
    /// low for old programs that count descriptors in a fixed set; this one does not.
    package static func raiseLimit() -> Int {
        var limit = rlimit()
        let which = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(which, &limit) == 0 else { return needed }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = min(limit.rlim_max, 65_536)
            if raised.rlim_cur > limit.rlim_cur, setrlimit(which, &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
