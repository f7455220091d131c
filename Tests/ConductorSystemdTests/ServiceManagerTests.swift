import ConductorSystemd
import Glibc
import Testing

/// Each test that needs an environment of its own runs in a process of its own: `setenv` is not for threads.
@Suite struct ServiceManagerTests {
    @Test("The service manager is told ready, status, reloading, stopping and alive, one datagram each")
    func messages() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            let socket = try UnixSocket(.datagram, boundTo: directory.path + "/notify")
            setenv("NOTIFY_SOCKET", directory.path + "/notify", 1)
            let manager = ServiceManager()
            #expect(manager.isPresent)
            try manager.ready(status: "serving")
            #expect(socket.receive() == "READY=1\nSTATUS=serving")
            try manager.ready()
            #expect(socket.receive() == "READY=1")
            try manager.status("3 tasks\nREADY=1")
            #expect(socket.receive() == "STATUS=3 tasks READY=1")
            try manager.stopping(status: "draining")
            #expect(socket.receive() == "STOPPING=1\nSTATUS=draining")
            try manager.watchdogPing()
            #expect(socket.receive() == "WATCHDOG=1")
            try manager.reloading()
            #expect(socket.receive().wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=[1-9][0-9]*/) != nil)
        }
    }

    @Test("Without a service manager every call does nothing")
    func absent() async {
        await #expect(processExitsWith: .success) {
            unsetenv("NOTIFY_SOCKET")
            unsetenv("WATCHDOG_USEC")
            let manager = ServiceManager()
            #expect(!manager.isPresent)
            try manager.ready(status: "serving")
            try manager.watchdogPing()
            let interval = try manager.watchdogInterval
            #expect(interval == nil)
        }
    }

    @Test("A message that cannot be sent is an error with its errno")
    func unreachable() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            setenv("NOTIFY_SOCKET", directory.path + "/nobody", 1)
            #expect(throws: SystemdFault(call: .notify, code: ENOENT)) { try ServiceManager().ready() }
        }
    }

    @Test("The watchdog's interval is the one for this process")
    func watchdog() async {
        await #expect(processExitsWith: .success) {
            setenv("WATCHDOG_USEC", "1500000", 1)
            setenv("WATCHDOG_PID", String(getpid()), 1)
            let ours = try ServiceManager().watchdogInterval
            #expect(ours == .milliseconds(1500))
            setenv("WATCHDOG_PID", "1", 1)
            let another = try ServiceManager().watchdogInterval
            #expect(another == nil)
            setenv("WATCHDOG_PID", String(getpid()), 1)
            setenv("WATCHDOG_USEC", "soon", 1)
            #expect(throws: SystemdFault(call: .watchdogEnabled, code: EINVAL)) {
                try ServiceManager().watchdogInterval
            }
        }
    }

    @Test("A fault says which call failed and why")
    func description() {
        #expect(
            SystemdFault(call: .notify, code: ENOENT).description
                == "sd_notify: No such file or directory (errno 2)")
    }
}
