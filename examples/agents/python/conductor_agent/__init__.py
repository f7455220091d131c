"""Agents for Conductor in nothing but Python's standard library (3.9 or newer).

    from conductor_agent import Agent

    def execute(attempt):
        return {"letters": len(attempt.input_data["text"])}

    Agent("counter", "test", execute).run()

What `execute` returns is the task's output. It runs in a thread of its own; long work calls `attempt.check()` now and
then, which raises where the attempt is cancelled or out of time.
"""
from .agent import Agent
from .attempt import Attempt, Failed, Rejected
from .connection import Refused

__all__ = ["Agent", "Attempt", "Failed", "Refused", "Rejected"]
