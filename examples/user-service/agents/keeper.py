#!/usr/bin/env -S python3 -B
"""Keeps the deployed service running. It stands for what keeps services on a real machine, such as systemd.

    keeper.py FOLDER

What a task leaves running ends with the task, so the deploying agent has the service started here. A connection to
FOLDER/keeper.sock brings one line of JSON, {"command": [...], "folder": "..."}; what runs is stopped, the command is
started in that folder, and the answer is one line, {"pid": ...} or {"error": "..."}.

It ends, and the service with it, at SIGTERM, SIGINT or SIGHUP, or when FOLDER is gone. The service holds the other end
of our pipe as its standard input and stops when that ends, so it cannot outlive us however we die.
"""
import json
import os
import select
import signal
import socket
import subprocess
import sys

FOLDER_CHECK_SECONDS = 0.5
REQUEST_SECONDS = 5
STOP_SECONDS = 5


class Keeper:
    def __init__(self):
        self.service = None

    def start(self, command, folder):
        self.stop()
        with open(os.path.join(folder, "service.log"), "ab") as output:
            self.service = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.PIPE, stdout=output, stderr=output)
        return {"pid": self.service.pid}

    def stop(self):
        if self.service is None:
            return
        self.service.stdin.close()
        try:
            self.service.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.service.kill()
            self.service.wait()
        self.service = None

    def answer(self, connection):
        connection.settimeout(REQUEST_SECONDS)
        with connection, connection.makefile("rw", encoding="utf-8") as lines:
            try:
                reply = self.start(**json.loads(lines.readline()))
            except (OSError, TypeError, ValueError) as error:
                reply = {"error": str(error)}
            lines.write(json.dumps(reply) + "\n")


def keep(folder):
    stop, asked = os.pipe()
    os.set_blocking(asked, False)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(asked)
    # A socket's address holds 107 bytes, a folder's path may be longer.
    os.chdir(folder)
    address = "keeper.sock"
    if os.path.exists(address):
        os.unlink(address)
    keeper = Keeper()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        while os.path.isdir(folder):
            ready = select.select([listener, stop], [], [], FOLDER_CHECK_SECONDS)[0]
            if stop in ready:
                break
            if listener in ready:
                keeper.answer(listener.accept()[0])
    keeper.stop()
    if os.path.exists(address):
        os.unlink(address)


if __name__ == "__main__":
    keep(sys.argv[1])
