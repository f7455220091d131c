"""Length-prefixed JSON-RPC over a Unix socket."""
import json
import os
import pwd
import socket
import struct
import time

MAX_FRAME_BYTES = 16 << 20


class Refused(Exception):
    """The daemon does not do what the agent asks of it."""

    def __init__(self, error):
        super().__init__(error["message"])
        self.code = error["data"]["code"]
        self.is_retryable = error["data"]["retryable"]


class Connection:
    """Frames to and from the daemon: four bytes that tell the length, then one JSON object."""

    def __init__(self, path):
        self.is_registered = self.is_leaving = False
        self.silence = 10  # seconds for which nothing need be said
        self.last_sent = time.monotonic()
        self.received = bytearray()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(10)
        try:
            self.socket.connect(path)
        except OSError as fault:
            self.socket.close()
            raise ConnectionError(f"no daemon at {path}: {fault.strerror or fault}") from None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, method, params, request_id=None):
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        body = encode(message if request_id is None else {**message, "id": request_id})
        self.socket.sendall(struct.pack(">I", len(body)) + body)
        self.last_sent = time.monotonic()

    def receive(self):
        """The messages that are whole with the next bytes."""
        data = self.socket.recv(1 << 16)
        if not data:
            raise ConnectionError("the daemon is gone")
        self.received += data
        messages = []
        while len(self.received) >= 4:
            end = 4 + struct.unpack_from(">I", self.received)[0]
            if end > MAX_FRAME_BYTES:
                raise ConnectionError(f"the daemon sends a frame of {end} bytes")
            if len(self.received) < end:
                break
            messages.append(json.loads(self.received[4:end]))
            del self.received[:end]
        return messages


def encode(value):
    """JSON as the daemon reads it: no NaN, no half characters (both raise ValueError)."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def find_socket():
    """`$CONDUCTOR_SOCKET`, the user's own daemon where it has a socket, else the system's."""
    named = os.environ.get("CONDUCTOR_SOCKET")
    if named:
        return named
    user = os.getuid()
    runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{user}"
    folders = [f"{runtime}/conductor", f"/run/user/{user}/conductor"]
    try:
        home = pwd.getpwuid(user).pw_dir
    except KeyError:
        home = os.environ.get("HOME", "")
    folders.append(home + "/.local/state/conductor/run")
    for folder in folders:
        if os.path.exists(folder + "/conductor.sock") and os.stat(folder).st_uid == user:
            return folder + "/conductor.sock"
    return "/run/conductor/conductor.sock"
