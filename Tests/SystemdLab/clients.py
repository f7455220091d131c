"""Clients that connect, ask for a `ping` and go, without a pause, until standard input ends.

Prints how many got which answer.
"""

import collections
import json
import socket
import struct
import sys
import threading

SOCKET = "/run/conductor/conductor.sock"
CLIENTS = 4


def ping():
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        try:
            connection.connect(SOCKET)
        except OSError:
            return "refused"
        try:
            body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode()
            connection.sendall(struct.pack(">I", len(body)) + body)
            return "answered" if connection.recv(4) else "lost"
        except OSError:
            return "lost"


def main():
    answers = collections.Counter(answered=0, refused=0, lost=0)
    ended = threading.Event()

    def client():
        while not ended.is_set():
            answers[ping()] += 1

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    print("begun", flush=True)
    sys.stdin.read()
    ended.set()
    for thread in threads:
        thread.join()
    print(json.dumps(answers))


main()
