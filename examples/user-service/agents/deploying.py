#!/usr/bin/env -S python3 -B
"""The deploying agent: unpacks a package, starts it in place of what runs now, and waits until it answers.

The service outlives this task, but not what this task runs under: see keeper.py.
"""
import contextlib
import fcntl
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time

from client import Connection
from task import Failed, Rejected, log, perform

KEEPER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keeper.py")
START_SECONDS = 15
STOP_SECONDS = 10


def deploy(archive, sha256, version, folder):
    with open(archive, "rb") as file:
        data = file.read()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Rejected(f"{archive} is not the file that was packed")
    os.makedirs(folder, exist_ok=True)
    lease = take_lease(os.path.join(folder, "keeper.pid"))
    place = os.path.join(folder, sha256[:12])
    shutil.rmtree(place, ignore_errors=True)
    manifest = unpack(data, place)

    start(lease, place, manifest)
    address = os.path.join(place, f"{manifest['service']}.sock")
    pid, running = wait_until_it_answers(address)
    if running != version:
        raise Failed(f"version {running} answers, not {version}", "WRONG_VERSION", {"version": running})
    log(f"version {version} answers on {address}, pid {pid}")
    return {"socket": address, "pid": pid, "version": version, "place": place}


def take_lease(path):
    """The lock that a deployment's keeper holds as long as it lives; who holds it is stopped first."""
    lease = open(path, "a+", encoding="ascii")
    deadline = time.monotonic() + STOP_SECONDS
    asked = False
    while time.monotonic() < deadline:
        try:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
            lease.truncate(0)
            return lease
        except BlockingIOError:
            lease.seek(0)
            holder = lease.read()
            if holder and not asked:
                log(f"stopping what runs now, keeper {holder}")
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(holder), signal.SIGTERM)
                asked = True
            time.sleep(0.02)
    raise Failed(f"what runs now did not stop within {STOP_SECONDS} s", "STILL_RUNNING", {})


def unpack(data, place):
    """Unpack below `place` and compare every file with the manifest."""
    files = {}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as tar:
        for member in tar:
            if not member.isfile() or os.path.basename(member.name) != member.name:
                raise Rejected(f"the package holds {member.name!r}, which is no plain file")
            files[member.name] = tar.extractfile(member).read()
    manifest = json.loads(files.get("manifest.json", b"{}"))
    for name, entry in manifest.get("files", {}).items():
        if hashlib.sha256(files.get(name, b"")).hexdigest() != entry["sha256"]:
            raise Rejected(f"{name} is not what the manifest says")
    os.makedirs(place)
    for name, content in files.items():
        with open(os.path.join(place, name), "wb") as file:
            file.write(content)
    return manifest


def start(lease, place, manifest):
    with open(os.path.join(place, "service.log"), "ab") as output:
        keeper = subprocess.Popen(
            [sys.executable, KEEPER, str(os.getppid()), place, *manifest["start"], "."],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True, pass_fds=[lease.fileno()],
        )
    lease.write(str(keeper.pid))
    lease.flush()


def wait_until_it_answers(address):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with Connection(address, timeout=1) as connection:
                return connection.peer, connection.ask({"op": "ping"})["version"]
        except (OSError, TypeError):
            time.sleep(0.02)
    raise Failed(f"nothing answered within {START_SECONDS} s", "NOT_STARTED", {})


if __name__ == "__main__":
    perform(deploy)
