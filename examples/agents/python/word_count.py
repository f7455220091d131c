#!/usr/bin/env python3
"""Counts words: takes {"text": "..."} or {"file": "/path"}, gives {"words", "lines", "most_frequent"}."""
import argparse
import collections
import io
import logging
import re
import sys

from conductor_agent import Agent, Failed, Refused, Rejected


def execute(attempt):
    words = collections.Counter()
    lines = 0
    with source(attempt.input_data) as text:
        attempt.log("counting")
        for lines, line in enumerate(text, start=1):
            attempt.check()
            words.update(re.findall(r"\w+", line.lower()))
            if lines % 1000 == 0:
                attempt.progress(None, f"{lines} lines")
    return {"words": sum(words.values()), "lines": lines, "most_frequent": dict(words.most_common(3))}


def source(input_data):
    if isinstance(input_data.get("text"), str):
        return io.StringIO(input_data["text"])
    if not isinstance(input_data.get("file"), str):
        raise Rejected("there is neither a text nor a file in the task")
    try:
        return open(input_data["file"], encoding="utf-8", errors="replace")
    except OSError as fault:
        raise Failed(str(fault), "TRANSIENT_ERROR") from None


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--id", default="word-count")
    options.add_argument("--type", default="test")
    options.add_argument("--capacity", type=int, default=4)
    options.add_argument("--socket")
    options = options.parse_args()
    logging.basicConfig(format="word_count: %(message)s", level=logging.INFO)
    try:
        Agent(options.id, options.type, execute, options.capacity, options.socket).run()
    except (OSError, Refused) as fault:
        sys.exit(f"word_count: {fault}")


if __name__ == "__main__":
    main()
