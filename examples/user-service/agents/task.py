"""What every agent here shares: a task comes as JSON on standard input, its result goes as JSON to standard output.

Lines on standard error are the task's log. Exit status 0 is completed, 65 rejected, anything else failed.
"""
import json
import os
import sys


class Rejected(Exception):
    """The task does not suit this agent: its input is not what it needs."""


class Failed(Exception):
    """The work was done and its result is a failure, with what was found as its output."""

    def __init__(self, message, code, output):
        super().__init__(message)
        self.code = code
        self.output = output


def log(line):
    print(line, file=sys.stderr, flush=True)


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write_whole(path, data):
    """Write bytes so that a reader sees either the old file or the new one."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "wb") as file:
        file.write(data)
    os.replace(path + ".new", path)


def perform(work):
    """Read the task, call `work(**input_data)`, print what it returns."""
    task = json.load(sys.stdin)["task"]
    try:
        result = work(**task["input_data"])
    except Rejected as refusal:
        log(f"rejected: {refusal}")
        print(json.dumps({"error_message": str(refusal)}))
        sys.exit(65)
    except Failed as failure:
        log(f"failed: {failure}")
        print(json.dumps({
            "status": "failed", "error_message": str(failure), "error_code": failure.code,
            "output_data": failure.output,
        }))
        sys.exit(1)
    print(json.dumps(result))
