#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a process inherits from the one that started it, and cannot work with.
public enum InheritedState {
    /// To be called before anything else of the program runs.
    ///
    /// A standard descriptor that is closed would be the number of the next pipe or socket, and what is printed would go
    /// there: `/dev/null` takes its place, opened so that its use fails as that of a closed one does. An ignored SIGCHLD
    /// takes the exit statuses of children away. Other signals that are ignored, as `nohup` does with SIGHUP, stay so.
    public static func repair() {
        for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest free number is this one: those below it are open.
            _ = open("/dev/null", mode)
        }
        signal(SIGCHLD, SIG_DFL)
        DispatchWorkers.startWhereUnseen()
    }
}
