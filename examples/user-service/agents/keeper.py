"""Keeps a deployed service running until what deployed it ends, its folder is gone, or SIGTERM comes.

    keeper.py OWNER_PID FOLDER COMMAND...

The service holds the other end of our pipe as its standard input and stops when that ends, so it cannot outlive us
either, however we die.
"""
import os
import select
import signal
import subprocess
import sys

FOLDER_CHECK_SECONDS = 0.5
STOP_SECONDS = 2


def keep(owner, folder, command):
    try:
        owner = os.pidfd_open(owner)
    except ProcessLookupError:
        return
    stop, asked = os.pipe()
    signal.signal(signal.SIGTERM, lambda *_: None)
    os.set_blocking(asked, False)
    signal.set_wakeup_fd(asked)
    service = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE)
    ended = os.pidfd_open(service.pid)
    while os.path.isdir(folder):
        if select.select([owner, stop, ended], [], [], FOLDER_CHECK_SECONDS)[0]:
            break
    service.stdin.close()
    try:
        service.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        service.kill()
        service.wait()


if __name__ == "__main__":
    keep(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
