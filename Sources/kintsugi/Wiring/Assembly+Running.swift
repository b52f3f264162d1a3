import Engine
import Runtime

extension Assembly {
    /// Runs what this process owns, and takes it apart in one order by every road: what tells of it has told everything,
    /// nobody can order any more, and then the stores are closed.
    /// - Parameters:
    ///   - service: the tie to the service manager, where it runs under one.
    ///   - telling: ends once the last status was told; not waited for where the run ended by an error.
    func run(
        _ runtime: PipelineRuntime, socket: OwnerSocket?, service: ServiceTie?, telling: Task<Void, Never>
    ) async throws(EngineError) {
        do {
            try await runtime.run(birth)
        } catch {
            await socket?.close(because: "the owner has ended: \(error.description)")
            service?.end()
            await close(because: error.description)
            throw error
        }
        await telling.value
        service?.end()
        await socket?.close(because: "the owner has stopped")
        await close()
    }
}
