"""What keeps an agent registered, gives it its tasks, and delivers what comes of them.

The main thread's loop owns the connection and all attempts. Worker threads only set the `outcome` of their attempt,
append to `reports`, and wake the loop, so there is nothing to lock.
"""
import collections
import itertools
import math
import random
import select
import signal
import socket
import threading
import time

from .attempt import Attempt, logger, result
from .connection import Connection, Refused, find_socket


class Agent:
    """Keeps an agent registered and executes what the daemon gives it, up to `capacity` tasks at once."""

    def __init__(self, agent_id, agent_type, execute, capacity=1, socket_path=None):
        self.registration = {"agent_id": agent_id, "agent_type": agent_type, "capacity": capacity}
        self.execute = execute
        self.path = socket_path or find_socket()
        self.slots = threading.Semaphore(capacity)
        self.attempts = {}  # by token, until the daemon has acknowledged the outcome
        self.reports = collections.deque(maxlen=1000)
        self.lease = None
        self.failures = self.lost_at = self.stops = 0
        self.request_ids = itertools.count()
        self.wakes, self.waker = socket.socketpair()
        self.wakes.setblocking(False)
        self.waker.setblocking(False)

    def run(self):
        """Serves until SIGTERM or Ctrl-C: finishes what runs, then unregisters. A second signal cancels what runs.

        For the main thread. Raises where the daemon is not there at the start, or does not want the agent.
        """
        signal.set_wakeup_fd(self.waker.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        # Whoever started this process may have blocked them.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})
        while not self.stops:
            try:
                with Connection(self.path) as self.connection:
                    return self._serve()
            except (OSError, Refused) as fault:
                self.lost_at = self.lost_at if self.failures else time.monotonic()
                if not self.stops and not self._may_heal(fault):
                    raise
                logger.warning("%s", fault)
            self._pause(min(10, 0.1 * 2 ** min(self.failures, 10)) * random.uniform(0.7, 1))
            self.failures += 1

    def _stop(self, *_):
        self.stops += 1

    def _may_heal(self, fault):
        if self.lease is None or isinstance(fault, OSError) or fault.is_retryable:
            return self.lease is not None
        # The daemon may not know yet that the old connection is gone.
        return fault.code == "AGENT_ALREADY_REGISTERED" and time.monotonic() < self.lost_at + 3 * self.lease

    def _pause(self, seconds):
        end = time.monotonic() + seconds
        while not self.stops and time.monotonic() < end:
            self._wait(end)

    def _wait(self, end, *connections):
        """Waits until `end`, a wake-up or something to receive; says whether there is something to receive."""
        readable, _, _ = select.select([self.wakes, *connections], [], [], max(0, end - time.monotonic()))
        if self.wakes in readable:
            self.wakes.recv(4096)
        return any(connection in readable for connection in connections)

    def _serve(self):
        """Returns when the agent is stopped and unregistered; raises where the connection ends before."""
        running = [attempt.name for attempt in self.attempts.values()]
        self.connection.send("agent.register", {**self.registration, "running": running}, "register")
        while True:
            if self.connection.is_registered:
                self._speak()
            quiet_until = self.connection.last_sent + self.connection.silence
            if self._wait(min(quiet_until, self._next_delivery()), self.connection.socket):
                for message in self.connection.receive():
                    if self._hear(message) == "unregister":
                        return
            if time.monotonic() >= quiet_until:
                self._break_silence()

    def _next_delivery(self):
        if not self.connection.is_registered:
            return math.inf
        return min((attempt.deliver_at for attempt in self.attempts.values() if attempt.outcome), default=math.inf)

    def _break_silence(self):
        if self.connection.is_leaving or not self.connection.is_registered:
            raise ConnectionError("the daemon does not answer")
        self.connection.send("agent.heartbeat", {"agent_id": self.registration["agent_id"]}, next(self.request_ids))

    def _speak(self):
        if self.stops > 1:
            self._drop(attempt for attempt in self.attempts.values() if not attempt.outcome)
        now = time.monotonic()
        due = [attempt for attempt in self.attempts.values() if attempt.outcome and attempt.deliver_at <= now]
        while self.reports:
            self.connection.send(*self.reports.popleft())
        for attempt in due:
            attempt.deliver_at = math.inf
            self.connection.send("task.complete", {**attempt.name, **attempt.outcome}, attempt.name["token"])
        if self.stops and not self.attempts and not self.connection.is_leaving:
            self.connection.is_leaving = True
            self.connection.send("agent.unregister", {"agent_id": self.registration["agent_id"]}, "unregister")

    def _hear(self, message):
        """Does what the daemon says; returns the id of the request that it answers, if it is an answer."""
        method, request_id = message.get("method"), message.get("id")
        if method == "task.execute":
            self._begin(message["params"])
        elif method == "task.cancel":
            self._cancel(message["params"])
        elif method == "daemon.stopping":
            raise ConnectionError("the daemon stops")
        elif request_id in self.attempts:
            self._answered(self.attempts[request_id], message.get("error"))
        elif "error" in message:
            raise Refused(message["error"])
        elif request_id == "register":
            self._registered(message["result"])
        return request_id

    def _registered(self, answer):
        self.lease = answer["lease_seconds"]
        self.failures = 0
        self.connection.is_registered = True
        self.connection.silence = self.lease / 3
        self._drop(attempt for attempt in self.attempts.values() if attempt.name["task_id"] not in answer["adopted"])
        for attempt in self.attempts.values():
            attempt.deliver_at = 0
        logger.info("agent %s is registered", self.registration["agent_id"])

    def _begin(self, order):
        if self.stops or order["token"] in self.attempts:
            return
        attempt = Attempt(order, self._report)
        self.attempts[order["token"]] = attempt
        threading.Thread(target=self._work, args=(attempt,), daemon=True).start()

    def _cancel(self, order):
        for attempt in self.attempts.values():
            name = (attempt.name["task_id"], attempt.name["attempt"], attempt.workflow_id)
            if name == (order["task_id"], order["attempt"], order.get("workflow_id")):
                attempt.cancelled.set()

    def _answered(self, attempt, error):
        refusal = error and Refused(error)
        if refusal and refusal.is_retryable:
            attempt.deliver_at = time.monotonic() + 1
        elif refusal and refusal.code == "INVALID_PARAMS" and attempt.outcome.get("error_code") != "INVALID_OUTPUT":
            attempt.outcome = result("failed", refusal, "INVALID_OUTPUT")
            attempt.deliver_at = 0
        else:
            if refusal:
                logger.info("task %s: %s", attempt.name["task_id"], refusal.code)
            del self.attempts[attempt.name["token"]]

    def _drop(self, unwanted):
        for attempt in list(unwanted):
            attempt.cancelled.set()
            del self.attempts[attempt.name["token"]]

    def _work(self, attempt):
        with self.slots:
            outcome = attempt.perform(self.execute)
        logger.info("task %s: %s", attempt.name["task_id"], outcome.get("error_code", outcome["status"]))
        attempt.outcome = outcome
        self._wake()

    def _report(self, method, params):
        self.reports.append((method, params))
        self._wake()

    def _wake(self):
        try:
            self.waker.send(b"!")
        except BlockingIOError:
            pass  # It is awake already.
