import CNcurses

/// How the C library's allocator keeps what was freed.
package enum MemoryReturn {
    /// Makes large pieces go back to the system when they are freed, and threads share two pools instead of eight a core.
    ///
    /// glibc raises the size from which a piece is mapped by itself with every such piece that is freed, up to 32 MB, and
    /// keeps smaller ones for each thread that ever held one: a process that now and then seals a day's answers or reads a
    /// page of a session would grow for days by what it no longer uses. Called once, before the first thread.
    package static func prefer() {
        knc_give_memory_back()
    }
}
