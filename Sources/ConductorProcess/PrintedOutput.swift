#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What `print` has written.
public enum PrintedOutput {
    /// Lets the process fail that could not write all it printed, such as to a full disk. Some of it is only written at
    /// the end, so that nothing before can tell.
    public static func checkAtExit() {
        atexit {
            guard fflush(nil) != 0 else { return }
            // As of a process that SIGPIPE ended: nobody reads.
            if errno == EPIPE { _exit(128 + SIGPIPE) }
            perror("cannot write to standard output")
            _exit(EXIT_FAILURE)
        }
    }
}
