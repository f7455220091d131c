#!/usr/bin/python3
"""Three hosts on one machine, in network namespaces: each with a daemon, a bridge, agents and a NATS server of a cluster.

    hosts.py BIN_FOLDER [--rounds N] [--seed N] [--show | --measure]

Clients give two owners tasks, while bridges, daemons and NATS servers are killed and links are cut. When all is calm, the
ledger of each owner must have one terminal result for each task, of at most max_retries + 1 attempts. Each round is some
40 s of accidents. --show has no accidents: an example of three hosts at work. --measure compares tasks of this host with those
of another.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fences
import measure
from host import Host, Machine
from ledger import Client, check

HOSTS = {
    # East has one agent of its own, and two farms.
    "east": dict(offer={"coding": ["farm-1", "farm-2"]}, lend={}, agents={"coding": 1}),
    # Farm 1 lends to east, and offers farm 2 its reviews.
    "farm-1": dict(offer={"review": ["farm-2"]}, lend={"coding": ["east"]}, agents={"coding": 3}),
    "farm-2": dict(offer={}, lend={"coding": ["east"], "review": ["farm-1"]}, agents={"coding": 3, "review": 2}),
}
# One that offers and one that lends; the third only has a NATS server. The agents are of the measurement.
MEASURED = {
    "east": dict(offer={"coding": ["farm-1"]}, lend={}, agents={}),
    "farm-1": dict(offer={}, lend={"coding": ["east"]}, agents={}),
    "farm-2": dict(offer={}, lend={"test": ["east"]}, agents={}),
}
WORK = {"east": "coding", "farm-1": "review"}


def skip_reason():
    if os.geteuid() != 0:
        return "network namespaces need root"
    for program in ("ip", "nats-server"):
        if shutil.which(program) is None:
            return f"there is no {program}"
    probe = subprocess.run(["ip", "netns", "add", "conductor-probe"], capture_output=True)
    if probe.returncode != 0:
        return f"ip netns: {probe.stderr.decode().strip()}"
    subprocess.run(["ip", "netns", "del", "conductor-probe"])
    return None


def accident(machine, dice):
    """Something dies or is cut, and comes back a moment later."""
    host = dice.choice(list(machine.hosts.values()))
    kind = dice.choice(["bridge", "daemon", "nats", "link", "bridge", "daemon"])
    pause = dice.uniform(0.2, 4)
    print(f"  {kind} of {host.name} for {pause:.1f} s", flush=True)
    if kind == "link":
        host.cut()
        time.sleep(pause * 2)
        host.join()
    else:
        host.kill(kind)
        time.sleep(pause)
        host.start(kind)


def run(options):
    dice = random.Random(options.seed)
    folder = tempfile.mkdtemp(prefix="conductor-hosts.", dir="/tmp")
    machine = Machine(options.bin, folder)
    try:
        for name, plan in (MEASURED if options.measure else HOSTS).items():
            machine.add(Host(machine, name, **plan))
        machine.start()
        if options.measure:
            measure.measure(machine)
            return 0
        clients = [Client(machine.hosts[owner].socket, owner, kind) for owner, kind in WORK.items()]
        end = time.monotonic() + (8 if options.show else 40 * options.rounds)
        begun = time.monotonic()
        for client in clients:
            client.start(until=end)
        count = 0
        while time.monotonic() < end:
            time.sleep(dice.uniform(0.5, 2))
            if not options.show:
                accident(machine, dice)
                count += 1
        for client in clients:
            client.join()
        print(f"calm after {count} accidents; waiting for what is left", flush=True)
        problems = fences.check(machine)
        for client in clients:
            problems += check(client, patience=240)
        begun_work = machine.begun()
        remote = sum(1 for host, _ in begun_work if host != "east")
        print(f"{len(begun_work)} attempts began, {remote} on farms; {time.monotonic() - begun:.0f} s")
        if remote == 0:
            problems.append("nothing was done on another host")
        for problem in problems:
            print(f"WRONG: {problem}")
        if problems:
            print(f"logs are in {folder}")
            folder = None
        return 1 if problems else 0
    finally:
        machine.stop()
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", help="where conductord, conductorctl and conductor-bridge are; or more, with : between")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    reason = skip_reason()
    if reason:
        print(f"skipped: {reason}")
        return 0
    print(f"seed {options.seed}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return run(options)


if __name__ == "__main__":
    sys.exit(main())
