"""A client of one owner: gives it tasks, and looks at the end what became of them."""

import itertools
import json
import socket
import struct
import threading
import time

ENDED = ("task.completed", "task.failed", "task.cancelled")
MAX_RETRIES = 3


class Connection:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        self.socket.connect(path)
        self.numbers = itertools.count(1)

    def send(self, method, params):
        number = next(self.numbers)
        body = json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode()
        self.socket.sendall(struct.pack(">I", len(body)) + body)
        return number

    def read(self):
        return json.loads(self._take(struct.unpack(">I", self._take(4))[0]))

    def _take(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise ConnectionError("the daemon has ended the connection")
            data += part
        return data

    def call(self, method, params):
        number = self.send(method, params)
        while True:
            message = self.read()
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(message["error"]["message"])
                return message["result"]


class Client:
    """Asks again until the daemon has accepted: the same id is the same task."""

    def __init__(self, path, owner, kind):
        self.path, self.owner, self.kind = path, owner, kind
        self.accepted = []

    def start(self, until):
        self.thread = threading.Thread(target=self._run, args=(until,), daemon=True)
        self.thread.start()

    def join(self):
        self.thread.join(120)

    def _run(self, until):
        for number in itertools.count(1):
            if time.monotonic() > until:
                return
            task = {
                "task_id": f"{self.owner}-{number}", "name": f"task {number}", "assigned_to": self.kind,
                "timeout_seconds": 60,
                "retry": {"max_retries": MAX_RETRIES, "initial_delay_seconds": 0.5, "retryable_errors": ["AGENT_LOST"]},
            }
            while not self._dispatch(task):
                time.sleep(0.2)
            self.accepted.append(task["task_id"])
            time.sleep(0.15)

    def _dispatch(self, task):
        try:
            Connection(self.path).call("task.dispatch", {"task": task, "detach": True, "when_busy": "queue"})
            return True
        except (OSError, ConnectionError):
            return False


def check(client, patience):
    """What is wrong; it waits until all has ended."""
    limit = time.monotonic() + patience
    left = list(client.accepted)
    results, problems = {}, []
    while left and time.monotonic() < limit:
        try:
            connection = Connection(client.path)
            for task in list(left):
                details = connection.call("task.get", {"task_id": task})
                if "result" in details:
                    results[task] = details
                    left.remove(task)
        except (OSError, ConnectionError):
            pass
        time.sleep(0.5)
    problems += [f"{task} has not ended" for task in left]
    ends = _ends(client.path)
    for task, details in results.items():
        if details["attempts"] > MAX_RETRIES + 1:
            problems.append(f"{task} had {details['attempts']} attempts")
        if ends.get(task, 0) != 1:
            problems.append(f"{task} ended {ends.get(task, 0)} times")
    states = [details["task"]["status"] for details in results.values()]
    failures = [details["result"].get("error_code") for details in results.values() if details["task"]["status"] != "completed"]
    retried = sum(1 for details in results.values() if details["attempts"] > 1)
    print(
        f"{client.owner}: {len(client.accepted)} tasks, {states.count('completed')} completed, "
        f"{len(failures)} not {sorted(set(map(str, failures)))}, {retried} retried"
    )
    return problems


def _ends(path):
    """How often each task has ended, by the durable events."""
    connection = Connection(path)
    number = connection.send("event.subscribe", {"kinds": list(ENDED), "after_sequence": 0})
    ends, last, seen = {}, None, 0
    connection.socket.settimeout(5)
    try:
        while True:
            message = connection.read()
            if message.get("id") == number:
                last = message["result"]["sequence"]
            elif message.get("method") == "event":
                event = message["params"].get("event", message["params"])
                ends[event["task_id"]] = ends.get(event["task_id"], 0) + 1
    except (TimeoutError, socket.timeout):
        return ends
