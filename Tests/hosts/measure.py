"""What a task of another host costs beside one of this: the same client and the same kind of agent, turn by turn."""

import statistics
import threading
import time

from ledger import Connection

LOCAL, REMOTE = "review", "coding"


class Agent(threading.Thread):
    """Answers at once, until the daemon has ended the connection."""

    def __init__(self, path, name, kind, capacity):
        super().__init__(daemon=True)
        self.connection = Connection(path)
        self.connection.socket.settimeout(None)
        self.connection.call(
            "agent.register", {"agent_id": name, "agent_type": kind, "capacity": capacity}
        )
        self.name = name
        self.beats = threading.Thread(target=self._beat, daemon=True)

    def _beat(self):
        while True:
            time.sleep(1)
            try:
                self.connection.send("agent.heartbeat", {"agent_id": self.name})
            except OSError:
                return

    def run(self):
        self.beats.start()
        try:
            while True:
                message = self.connection.read()
                if message.get("method") == "task.execute":
                    order = message["params"]
                    self.connection.send(
                        "task.complete",
                        {
                            "task_id": order["task"]["task_id"], "attempt": order["attempt"],
                            "token": order["token"], "status": "completed",
                        },
                    )
        except (OSError, ConnectionError):
            return


def _task(kind):
    return {"task": {"name": "t", "assigned_to": kind}, "when_busy": "queue"}


def _latencies(path, kind, count):
    connection, times = Connection(path), []
    for _ in range(count):
        begun = time.monotonic()
        connection.call("task.dispatch", _task(kind))
        times.append((time.monotonic() - begun) * 1000)
    return times


def _rate(path, kind, count, at_once):
    """Tasks a second, with so many on their way at a time."""
    connection = Connection(path)
    begun = time.monotonic()
    for _ in range(min(at_once, count)):
        connection.send("task.dispatch", _task(kind))
    sent = min(at_once, count)
    for _ in range(count):
        connection.read()
        if sent < count:
            connection.send("task.dispatch", _task(kind))
            sent += 1
    return count / (time.monotonic() - begun)


def measure(machine, count=200, at_once=64):
    east, farm = machine.hosts["east"].socket, machine.hosts["farm-1"].socket
    for path, name, kind in ((east, "quick-local", LOCAL), (farm, "quick-remote", REMOTE)):
        Agent(path, name, kind, at_once).start()
    for kind in (LOCAL, REMOTE):
        _latencies(east, kind, 5)
    times = {LOCAL: [], REMOTE: []}
    rates = {LOCAL: [], REMOTE: []}
    for _ in range(4):
        for kind in (LOCAL, REMOTE):
            times[kind] += _latencies(east, kind, count // 4)
            rates[kind].append(_rate(east, kind, count, at_once))
    for kind, name in ((LOCAL, "local"), (REMOTE, "remote")):
        ordered = sorted(times[kind])
        print(
            f"{name}: p50 {statistics.median(ordered):.1f} ms, p99 {ordered[len(ordered) * 99 // 100]:.1f} ms with one on "
            f"its way; {statistics.median(rates[kind]):.0f} tasks/s with {at_once}",
            flush=True,
        )
