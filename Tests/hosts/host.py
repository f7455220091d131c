"""A machine of several hosts: namespaces, links, and the programs on each."""

import os
import subprocess
import time

PASSWORDS = {name: f"secret-of-{name}" for name in ("east", "farm-1", "farm-2")}


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


class Machine:
    """The hosts, and the switch between them, which is a namespace of its own: the machine's network stays as it is."""

    def __init__(self, bin, folder):
        self.folders = bin.split(":")
        self.folder = folder
        self.tag = f"cond{os.getpid()}"
        self.hosts = {}
        self.switch = f"{self.tag}-switch"
        ip("netns", "add", self.switch)
        ip("-n", self.switch, "link", "add", "br0", "type", "bridge")
        ip("-n", self.switch, "link", "set", "br0", "up")

    def program(self, name):
        for folder in self.folders:
            path = os.path.abspath(os.path.join(folder, name))
            if os.access(path, os.X_OK):
                return path
        raise SystemExit(f"there is no {name} in {', '.join(self.folders)}")

    def add(self, host):
        self.hosts[host.name] = host

    def start(self):
        for kind in ("nats", "daemon", "bridge", "agents"):
            for host in self.hosts.values():
                if kind != "agents" or host.agents:
                    host.start(kind)

    def stop(self):
        for host in self.hosts.values():
            host.end()
        subprocess.run(["ip", "netns", "del", self.switch], capture_output=True)

    def begun(self):
        """(host, task) of each attempt that an agent has begun."""
        pairs = []
        for host in self.hosts.values():
            try:
                with open(host.file("begun")) as lines:
                    pairs += [(host.name, line.strip()) for line in lines]
            except FileNotFoundError:
                pass
        return pairs


class Host:
    def __init__(self, machine, name, offer, lend, agents):
        self.machine, self.name, self.agents = machine, name, agents
        self.number = len(machine.hosts) + 1
        self.space = f"{machine.tag}-{name}"
        self.folder = os.path.join(machine.folder, name)
        self.socket = self.file("conductor.sock")
        self.processes = {}
        os.makedirs(self.file("bridge"), mode=0o700)
        self._plug_in()
        self._write_configurations(offer, lend)

    def file(self, name):
        return os.path.join(self.folder, name)

    def _address(self, number):
        return f"10.99.0.{number}"

    def _plug_in(self):
        link, port = f"{self.machine.tag[-6:]}h{self.number}", f"{self.machine.tag[-6:]}s{self.number}"
        self.port = port
        ip("netns", "add", self.space)
        ip("-n", self.machine.switch, "link", "add", port, "type", "veth", "peer", "name", link, "netns", self.space)
        ip("-n", self.machine.switch, "link", "set", port, "master", "br0", "up")
        ip("-n", self.space, "addr", "add", f"{self._address(self.number)}/24", "dev", link)
        ip("-n", self.space, "link", "set", link, "up")
        ip("-n", self.space, "link", "set", "lo", "up")

    def _write_configurations(self, offer, lend):
        servers = ", ".join(f"nats://{self._address(number)}:4222" for number in (1, 2, 3))
        with open(self.file("password"), "w") as file:
            file.write(PASSWORDS[self.name] + "\n")
        lines = [
            f"host: {self.name}",
            f"socket: {self.socket}",
            f"nats: {{servers: [{servers}], tls: false, user: {self.name}, password_file: {self.file('password')}}}",
            "lease_seconds: 6",
            "report_seconds: 1",
        ]
        # As many as there are agents, or as the one of a measurement takes.
        capacity = 4 if self.agents else 64
        for section, members, key in (("offer", offer, "hosts"), ("lend", lend, "owners")):
            if members:
                lines.append(f"{section}:")
                lines += [f"  {type}: {{{key}: [{', '.join(hosts)}], capacity: {capacity}}}" for type, hosts in members.items()]
        with open(self.file("bridge.yaml"), "w") as file:
            file.write("\n".join(lines) + "\n")
        users = ", ".join(
            f'{{user: "{name}", password: "{password}", permissions: '
            f'{{publish: "conductor.v1.*.*.{name}", subscribe: "conductor.v1.*.{name}.*"}}}}'
            for name, password in PASSWORDS.items()
        )
        routes = ", ".join(f'"nats://{self._address(number)}:6222"' for number in (1, 2, 3) if number != self.number)
        with open(self.file("nats.conf"), "w") as file:
            file.write(
                f"server_name: {self.name}\nlisten: 0.0.0.0:4222\nauthorization {{users: [{users}]}}\n"
                f"cluster {{name: hosts, listen: 0.0.0.0:6222, routes: [{routes}]}}\n"
            )
        with open(self.file("conductor.yaml"), "w") as file:
            file.write("lease_seconds: 6\ngrace_seconds: 6\n")
        with open(self.file("work.sh"), "w") as file:
            file.write(
                f'#!/bin/sh\necho "$CONDUCTOR_TASK_ID" >>{self.file("begun")}\n'
                'sleep "0.$(($(od -An -N1 -tu1 /dev/urandom) % 9))"\n'
                f'echo \'{{"output_data": {{"host": "{self.name}"}}}}\'\n'
            )
        os.chmod(self.file("work.sh"), 0o755)
        with open(self.file("fleet.yaml"), "w") as file:
            file.write("agents:\n")
            for type, capacity in self.agents.items():
                file.write(
                    f"  - {{id: {self.name}-{type}, type: {type}, capacity: {capacity}, command: [{self.file('work.sh')}]}}\n"
                )

    def _command(self, kind):
        program = self.machine.program
        return {
            "nats": ["nats-server", "-c", self.file("nats.conf")],
            "daemon": [
                program("conductord"), "--socket", self.socket, "--state-dir", self.file("state"),
                "--config", self.file("conductor.yaml"),
            ],
            "bridge": [
                program("conductor-bridge"), "--config", self.file("bridge.yaml"), "--state-dir", self.file("bridge"),
            ],
            "agents": [program("conductorctl"), "--socket", self.socket, "up", self.file("fleet.yaml")],
        }[kind]

    def start(self, kind):
        log = open(self.file(f"{kind}.log"), "a")
        self.processes[kind] = subprocess.Popen(
            ["ip", "netns", "exec", self.space, *self._command(kind)], stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
        log.close()
        if kind == "daemon":
            limit = time.monotonic() + 60
            while not os.path.exists(self.socket) and time.monotonic() < limit:
                time.sleep(0.02)

    def kill(self, kind):
        """kill -9; ip executes what it is given in its own place."""
        process = self.processes.pop(kind, None)
        if process:
            process.kill()
            process.wait()

    def cut(self):
        ip("-n", self.machine.switch, "link", "set", self.port, "down")

    def join(self):
        ip("-n", self.machine.switch, "link", "set", self.port, "up")

    def end(self):
        for kind in ("agents", "bridge", "daemon", "nats"):
            process = self.processes.pop(kind, None)
            if process:
                process.terminate()
                try:
                    process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        subprocess.run(["ip", "netns", "del", self.space], capture_output=True)
