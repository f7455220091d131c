"""One try at a task, and what comes of it."""
import logging
import threading
import time

from .connection import encode

MAX_OUTPUT_BYTES = 1 << 20
MAX_OUTPUT_DEPTH = 24

logger = logging.getLogger("conductor")


class Rejected(Exception):
    """The task does not suit the agent; it is not retried."""


class Failed(Exception):
    """The work failed. With a code such as TRANSIENT_ERROR the daemon tries it again."""

    def __init__(self, message, code=None, output=None):
        super().__init__(message)
        self.code = code
        self.output = output


class Attempt:
    """One try at a task: what `execute` gets, and what the agent keeps until the daemon has its outcome."""

    def __init__(self, order, report):
        self.task = order["task"]
        self.input_data = self.task["input_data"]
        self.feedback = order.get("feedback")
        self.workflow_id = order.get("workflow_id")
        self.name = {"task_id": self.task["task_id"], "attempt": order["attempt"], "token": order["token"]}
        self.deadline = time.monotonic() + order["timeout_seconds"]
        self.outcome = None
        self.deliver_at = 0
        self.cancelled = threading.Event()
        self._report = report

    def check(self):
        """Raises where the work is not wanted any more."""
        self.sleep(0)

    def sleep(self, seconds):
        left = self.deadline - time.monotonic()
        if self.cancelled.wait(max(0, min(seconds, left))):
            raise Failed("the work was cancelled", "CANCELLED")
        if seconds >= left:
            raise Failed("the work took too long", "TASK_TIMEOUT")

    def progress(self, percent, message=""):
        """Tells how far the work is, from 0 to 100."""
        self._report("task.progress", {**self.name, "percent": percent, "message": plain(message)})

    def log(self, line):
        self._report("task.log", {**self.name, "stream": "log", "line": plain(line)})

    def perform(self, execute):
        """Does the work and gives the members of `task.complete` that say what came of it."""
        try:
            self.check()
            return result("completed", output=execute(self) or {})
        except Rejected as rejection:
            return result("rejected", rejection)
        except Failed as failure:
            return result("failed", failure, failure.code, failure.output)
        except Exception as fault:
            logger.exception("task %s", self.name["task_id"])
            return result("failed", f"{type(fault).__name__}: {fault}")


def result(status, message=None, code=None, output=None):
    if output is not None and not is_valid(output):
        return result("failed", "the output is no JSON object, too large or too deep", "INVALID_OUTPUT")
    members = {"status": status, "error_message": message and plain(message), "error_code": code, "output_data": output}
    return {name: value for name, value in members.items() if value is not None}


def is_valid(output):
    def depth(value):
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
        return 1 + max(map(depth, inner), default=0)

    try:
        return isinstance(output, dict) and depth(output) <= MAX_OUTPUT_DEPTH and len(encode(output)) <= MAX_OUTPUT_BYTES
    except (TypeError, ValueError, RecursionError):
        return False


def plain(text):
    return str(text)[:8000].encode(errors="replace").decode()
