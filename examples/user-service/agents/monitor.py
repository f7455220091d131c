#!/usr/bin/env -S python3 -B
"""The monitor agent: holds the running service to the specification's `in_operation` rules.

Each rule has a probe here. What breaks a rule becomes a finding, `rule: what was seen`, and findings become feedback.
"""
import json
import os
import time

from client import Connection
from task import log, perform, read_json

ROUNDS = 40
REQUESTS_PER_CLIENT = 25
SETTLE_SECONDS = 3


class Probe:
    """The service under watch: its rules, its address, and what has been measured of it."""

    def __init__(self, rules, address, pid):
        self.rules = rules
        self.address = address
        self.pid = pid
        self.metrics = {}

    def connect(self):
        return Connection(self.address, timeout=self.rules["reply_seconds"])

    def connect_all(self):
        return [self.connect() for _ in range(self.rules["simultaneous_clients"])]

    def handles(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))


def handles_given_back(probe):
    """After a load of requests the service holds no more files and connections than before it."""
    before = probe.handles()
    clients = probe.connect_all()
    seconds = []
    for turn in range(REQUESTS_PER_CLIENT):
        for number, client in enumerate(clients):
            user = {"name": "load", "email": f"load-{number}@probe.example"}
            request = {"op": "create", "user": user} if turn == 0 else {"op": "get", "id": number + 1}
            started = time.perf_counter()
            client.ask(request)
            seconds.append(time.perf_counter() - started)
    for client in clients:
        client.close()
    deadline = time.monotonic() + SETTLE_SECONDS
    while (after := probe.handles()) > before and time.monotonic() < deadline:
        time.sleep(0.02)
    seconds.sort()
    probe.metrics |= {
        "requests": len(seconds),
        "median_milliseconds": round(seconds[len(seconds) // 2] * 1000, 3),
        "p99_milliseconds": round(seconds[len(seconds) * 99 // 100] * 1000, 3),
        "handles_before": before,
        "handles_after": after,
    }
    if after > before:
        return f"{after - before} handles were still open {SETTLE_SECONDS} s after {len(clients)} clients had left"
    return None


def unique_under_load(probe):
    """Of simultaneous registrations of one email, exactly one is accepted."""
    worst = 0
    clients = probe.connect_all()
    for turn in range(ROUNDS):
        for client in clients:
            client.send({"op": "create", "user": {"name": "race", "email": f"race-{turn}@probe.example"}})
        worst = max(worst, sum(client.receive()["ok"] for client in clients))
        if worst > 1:
            break
    for client in clients:
        client.close()
    probe.metrics["most_accepted_of_one_email"] = worst
    if worst != 1:
        return f"{worst} of {len(clients)} simultaneous registrations of one email were accepted"
    return None


def request_bytes(probe):
    """A request of the greatest size is answered; one byte more is refused as too_large and not carried out."""
    limit = probe.rules["request_bytes"]
    at_limit, past_limit = request_of(limit), request_of(limit + 1)
    with probe.connect() as connection:
        reply = connection.ask(at_limit)
        if reply is None or not reply["ok"]:
            return f"a request of {limit} bytes, the limit, was answered {reply}"
    with probe.connect() as connection:
        reply = connection.ask(past_limit)
        probe.metrics["past_limit_refused"] = int(reply is not None and reply.get("error") == "too_large")
        if not probe.metrics["past_limit_refused"]:
            return f"a request of {limit + 1} bytes was answered {json.dumps(reply)}, the limit is {limit}"
    return None


def request_of(size):
    """A ping that is exactly this many bytes, its newline among them."""
    text = json.dumps({"op": "ping", "padding": ""})
    return json.dumps({"op": "ping", "padding": "x" * (size - len(text) - 1)}).encode() + b"\n"


PROBES = {
    "handles_given_back": (handles_given_back, "close what a request opened"),
    "unique_under_load": (unique_under_load, "make the check and the store one step"),
    "request_bytes": (request_bytes, "bound what is read of a request, refuse the rest"),
}


def monitor(specification, socket, pid):
    probe = Probe(read_json(specification)["in_operation"], socket, pid)
    findings = []
    recommendations = []
    for rule, (check, recommendation) in PROBES.items():
        seen = check(probe) if rule in probe.rules else None
        log(f"{rule}: {seen or 'holds'}")
        if seen:
            findings.append(f"in_operation.{rule}: {seen}")
            recommendations.append(f"in_operation.{rule}: {recommendation}")
    output = {"healthy": not findings, "metrics": probe.metrics}
    if not findings:
        return output
    return {
        "output_data": output,
        "feedback": {
            "source_agent_id": os.environ.get("CONDUCTOR_AGENT_ID", "watcher"),
            "findings": findings,
            "severity": "error",
            "recommendations": recommendations,
            "affected_task_ids": ["code"],
            "metrics": probe.metrics,
        },
    }


if __name__ == "__main__":
    perform(monitor)
