#!/usr/bin/env -S python3 -B
"""The deploying agent: unpacks a package, has it started in place of what runs now, and waits until it answers.

What a task leaves running ends with the task; the service is kept by keeper.py.
"""
import hashlib
import io
import json
import os
import shutil
import tarfile
import time

from client import Connection
from task import Failed, Rejected, log, perform

START_SECONDS = 15


def deploy(archive, sha256, version, folder, keeper):
    with open(archive, "rb") as file:
        data = file.read()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Rejected(f"{archive} is not the file that was packed")
    place = os.path.join(folder, sha256[:12])
    shutil.rmtree(place, ignore_errors=True)
    manifest = unpack(data, place)

    start(keeper, place, manifest)
    address = os.path.join(place, f"{manifest['service']}.sock")
    pid, running = wait_until_it_answers(address)
    if running != version:
        raise Failed(f"version {running} answers, not {version}", "WRONG_VERSION", {"version": running})
    log(f"version {version} answers on {address}, pid {pid}")
    return {"socket": address, "pid": pid, "version": version, "place": place}


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


def start(keeper, place, manifest):
    try:
        with Connection(keeper, timeout=START_SECONDS) as connection:
            reply = connection.ask({"command": [*manifest["start"], "."], "folder": place})
    except OSError as error:
        raise Failed(f"no keeper of services at {keeper}: {error}; start agents/keeper.py", "NO_KEEPER", {}) from None
    if not reply or "pid" not in reply:
        raise Failed(f"the service did not start: {reply}", "NOT_STARTED", {})


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
