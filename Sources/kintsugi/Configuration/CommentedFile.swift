import Configuration
import Foundation
import Pipeline
import Platform

/// Writes the commented configuration file.
enum CommentedFile {
    /// To `-`, to the file named, or to the place it is read from; never over a file that is there unless forced.
    static func write(to file: String?, named: String?, force: Bool) throws {
        let text = ConfigurationText.commented(keyFile: harmless(SourceKey.path))
        guard file != "-" else { return Descriptor.output.write(Array(text.utf8)) }
        let path = file.map { ConfigurationFile.expanded($0) } ?? ConfigurationFile.place(named: named).path
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw Failure.couldNot("the configuration cannot be written (\(harmless(path))): the path is none")
        }
        try place(Array(text.utf8), path, force: force)
        var output = Output()
        output.line("wrote \(harmless(path)): every key stands there as a remark")
        output.flush()
    }

    /// Writes a file of a person's, whole or not at all: it gets its name when it is written. `what` is named in the refusal.
    static func place(_ bytes: [UInt8], _ path: String, force: Bool, what: String = "the configuration") throws {
        func refused(_ path: String, _ why: String) -> Failure {
            .couldNot("\(what) cannot be written (\(harmless(path))): \(why)")
        }
        var about = stat()
        if lstat(path, &about) == 0 {
            guard about.st_mode & S_IFMT == S_IFREG || about.st_mode & S_IFMT == S_IFLNK else {
                throw refused(path, "something else stands there")
            }
            guard force else { throw refused(path, "it is there already; --force replaces it") }
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw refused(path, "its folder cannot be made")
        }
        let unfinished = "\(path).unfinished-\(getpid())"
        let opened = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else { throw refused(path, String(cString: strerror(errno))) }
        let failed = Descriptor(number: opened).tryWrite(bytes)
        let synced = fsync(opened) == 0
        close(opened)
        // A link is refused where the name is taken meanwhile; a rename replaces it.
        let placed = failed == nil && synced && (force ? rename(unfinished, path) : link(unfinished, path)) == 0
        let code = failed ?? errno
        unlink(unfinished)
        guard placed else { throw refused(path, String(cString: strerror(code))) }
    }
}
