#!/usr/bin/env python3
"""Makes the command line of a coding assistant an agent: assistant.py COMMAND [ARGUMENT ...]

The command gets a prompt on its standard input, works in a folder, and prints its answer. `claude.sh` and `codex.sh`
name such commands. The task's input is {"prompt": "...", "folder": "/path"}; without a folder it is the agent's own.
Its output is {"text": "...", "changed_files": [...]}, the files as git sees them.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import threading

REJECTED, TRANSIENT, FAILED = 65, 75, 1
MAX_TEXT = 200_000

RATE_LIMIT = re.compile(r"rate.?limit|too many requests|overloaded|usage limit|quota|\b(429|529)\b", re.IGNORECASE)
TIMEOUT = re.compile(r"timed? ?out|ETIMEDOUT|deadline exceeded", re.IGNORECASE)


def main():
    assignment = json.load(sys.stdin)
    input_data = assignment["task"]["input_data"]
    folder = input_data.get("folder", os.getcwd())
    if not isinstance(input_data.get("prompt"), str) or not input_data["prompt"].strip():
        end(REJECTED, error_message="the task has no prompt")
    if not isinstance(folder, str) or not os.path.isdir(folder):
        end(REJECTED, error_message=f"there is no folder {folder}")
    limit = time_limit()
    try:
        status, text, complaints = ask(sys.argv[1:], prompt(assignment), folder, limit)
    except OSError as fault:
        end(FAILED, error_code="ASSISTANT_MISSING", error_message=f"the assistant does not start: {fault}")
    output = {"text": text, "changed_files": changed_files(folder)}
    reason = (complaints or text).strip()[-1000:]
    if status is None:
        end(TRANSIENT, error_code="LLM_TIMEOUT", error_message=f"no answer within {limit:g} s", output_data=output)
    if status == 0:
        end(0, output_data=output)
    for pattern, code in ((RATE_LIMIT, "LLM_RATE_LIMIT"), (TIMEOUT, "LLM_TIMEOUT")):
        if pattern.search(complaints + text):
            end(TRANSIENT, error_code=code, error_message=reason, output_data=output)
    end(FAILED, error_code="ASSISTANT_FAILED", error_message=f"it ended with {status}: {reason}", output_data=output)


def time_limit():
    """Seconds for the assistant: $ASSISTANT_TIMEOUT_SECONDS, and never all that the task has, so that there is time
    left to say what became of it."""
    of_task = float(os.environ["CONDUCTOR_TIMEOUT_SECONDS"])
    return min(float(os.environ.get("ASSISTANT_TIMEOUT_SECONDS", "inf")), of_task - min(10, of_task / 2))


def end(status, **result):
    print(json.dumps(result))
    sys.exit(status)


def prompt(assignment):
    """The task in words, and what monitoring says of the last time."""
    task = assignment["task"]
    parts = [f"# {task['name']}", task.get("description"), task["input_data"]["prompt"]]
    feedback = assignment.get("feedback") or []
    for one in feedback if isinstance(feedback, list) else [feedback]:
        parts.append(f"The running system was looked at, severity {one['severity']}. Fix what was found:")
        parts.append("\n".join(f"- {words(said)}" for said in one["findings"] + one["recommendations"]))
    return "\n\n".join(part for part in parts if part) + "\n"


def words(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def ask(command, prompt, folder, limit):
    """The command's exit status (None where the time is up), what it printed, and what it complained of."""
    with tempfile.TemporaryFile() as question, tempfile.TemporaryFile() as answer:
        question.write(prompt.encode(errors="replace"))
        question.seek(0)
        process = subprocess.Popen(command, cwd=folder, stdin=question, stdout=answer, stderr=subprocess.PIPE)
        complaints = []
        listener = threading.Thread(target=pass_on, args=(process.stderr, complaints), daemon=True)
        listener.start()
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            status = None
            process.kill()
        # What the command left running may keep the pipe open; Conductor ends it after this script.
        listener.join(1)
        answer.seek(0)
        return status, answer.read().decode(errors="replace")[:MAX_TEXT], "".join(complaints[-100:])


def pass_on(stream, lines):
    """Standard error becomes the task's log while the assistant works."""
    for line in stream:
        lines.append(line.decode(errors="replace"))
        print(lines[-1].rstrip(), file=sys.stderr, flush=True)


def changed_files(folder):
    status = ["git", "-C", folder, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all"]
    done = subprocess.run(status, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
    return [entry.decode(errors="replace")[3:] for entry in done.stdout.split(b"\0") if entry]


if __name__ == "__main__":
    main()
