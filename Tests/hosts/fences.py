"""What the servers have to refuse: a host that speaks as another, or listens to what is for another."""

import subprocess
import sys

from host import PASSWORDS

# Executed within a host's namespace: NATS' own protocol, a few lines of text.
ATTEMPT = r"""
import socket, sys
user, password, line = sys.argv[1:]
connection = socket.create_connection(("127.0.0.1", 4222), 10)
text = 'CONNECT {"user":"%s","pass":"%s","verbose":false}\r\n' % (user, password) + line.replace("|", "\r\n") + "\r\nPING\r\n"
connection.sendall(text.encode())
answer = ""
while "PONG" not in answer and "-ERR" not in answer:
    part = connection.recv(4096).decode()
    if not part: break
    answer += part
print(answer)
"""

REFUSED = {
    "speaks as farm-1": "PUB conductor.v1.owner.east.farm-1 2|{}",
    "listens for east": "SUB conductor.v1.*.east.* 1",
    "listens to all": "SUB > 1",
}
TAKEN = {"speaks as itself": "PUB conductor.v1.owner.east.farm-2 2|{}"}


def check(machine):
    """What is wrong."""
    host, problems = machine.hosts["farm-2"], []
    for lines, is_refused in ((REFUSED, True), (TAKEN, False)):
        for name, line in lines.items():
            answer = subprocess.run(
                ["ip", "netns", "exec", host.space, sys.executable, "-c", ATTEMPT, "farm-2", PASSWORDS["farm-2"], line],
                capture_output=True, text=True, timeout=30,
            ).stdout
            if ("Permissions Violation" in answer) != is_refused:
                problems.append(f"farm-2 {name}: {answer.strip() or 'no answer'}")
    return problems
