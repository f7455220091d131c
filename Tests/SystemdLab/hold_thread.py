"""Stops the thread of a process whose name begins so, until standard input ends; the others go on.

hold_thread.py PID BEGINNING
"""

import ctypes
import os
import pathlib
import sys

PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207
libc = ctypes.CDLL(None, use_errno=True)


def trace(request, thread):
    if libc.ptrace(request, thread, None, None) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def main():
    pid, beginning = sys.argv[1:]
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().startswith(beginning):
            trace(PTRACE_SEIZE, int(task.name))
            trace(PTRACE_INTERRUPT, int(task.name))
            os.waitpid(int(task.name), 0x40000000)  # __WALL
            print("held", flush=True)
            sys.stdin.read()
            return
    sys.exit(f"no thread of {pid} is called {beginning}…")


main()
