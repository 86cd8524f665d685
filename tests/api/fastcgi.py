"""A FastCGI peer: what the web server does, one connection at a time."""
import os
import socket
import struct
import subprocess
import time

from studio import CGI, Answer, environment, token_of

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT = 1, 2, 3, 4, 5, 6
UNKNOWN_TYPE = 11
KEEP = 1


def record(kind, content=b"", request=1, padding=0):
    return struct.pack("!BBHHBx", 1, kind, request, len(content), padding) \
        + content + b"\0" * padding


def begin(request=1, role=1, flags=0):
    return record(BEGIN, struct.pack("!HB5x", role, flags), request)


def pairs(params):
    out = b""
    for name, value in params.items():
        for text in (name.encode(), value.encode()):
            out += bytes([len(text)]) if len(text) < 128 else struct.pack(
                "!I", len(text) | 1 << 31)
        out += name.encode() + value.encode()
    return out


def params_of(method, path, body=b"", role="admin", **headers):
    uri, _, query = path.partition("?")
    params = {"REQUEST_METHOD": method, "REQUEST_URI": path,
              "QUERY_STRING": query, "CONTENT_LENGTH": str(len(body)),
              "SCRIPT_NAME": uri, "HTTP_HOST": "studio.test"}
    if body:
        params["CONTENT_TYPE"] = "application/json"
    if role:
        params["HTTP_AUTHORIZATION"] = "Bearer " + token_of(role)
    params.update({"HTTP_" + k.upper(): v for k, v in headers.items()})
    return params


def request_of(method, path, body=b"", request=1, flags=0, **more):
    head = begin(request, flags=flags) + record(
        PARAMS, pairs(params_of(method, path, body, **more)), request) \
        + record(PARAMS, b"", request)
    pieces = [body[i:i + 60000] for i in range(0, len(body), 60000)]
    return head + b"".join(record(STDIN, p, request) for p in pieces) \
        + record(STDIN, b"", request)


class Peer:
    """A connection to an endpoint."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(path)
        self.rest = b""
        self.out = b""
        self.status = None

    def send(self, data):
        self.socket.sendall(data)
        return self

    def records(self):
        while True:
            while len(self.rest) >= 8:
                _, kind, request, n, pad = struct.unpack(
                    "!BBHHBx", self.rest[:8])
                if len(self.rest) < 8 + n + pad:
                    break
                content = self.rest[8:8 + n]
                self.rest = self.rest[8 + n + pad:]
                yield kind, request, content
            data = self.socket.recv(65536)
            if not data:
                return
            self.rest += data

    def answer(self):
        """Reads to the END record."""
        self.out = b""
        for kind, _, content in self.records():
            if kind == STDOUT:
                self.out += content
            if kind == END:
                self.status = content[4]
                return Answer(self.out)
        raise EOFError(f"closed in the middle: {self.out!r}")

    def read_until(self, text):
        for kind, _, content in self.records():
            if kind == STDOUT:
                self.out += content
            if text in self.out:
                return
        raise EOFError(f"{text!r} did not come: {self.out!r}")

    def closed(self):
        """Whether the other side closes without another byte."""
        return not self.rest and self.socket.recv(1) == b""

    def close(self):
        self.socket.close()


class Server:
    """An endpoint as a web server starts it: its socket is fd 0."""

    def __init__(self, studio, name):
        self.path = str(studio.data / name)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.path)
        listener.listen(1024)
        (studio.data / "wake").mkdir(exist_ok=True)
        self.log_path = studio.data / f"{name}.log"
        with open(self.log_path, "wb") as log:
            self.child = subprocess.Popen(
                [CGI / f"{name}.fcgi"], stdin=listener, stderr=log,
                cwd=studio.data, env=environment(studio.data))
        listener.close()

    def peer(self):
        return Peer(self.path)

    def ask(self, *args, **more):
        peer = self.peer()
        answer = peer.send(request_of(*args, **more)).answer()
        peer.close()
        return answer

    def log(self):
        return self.log_path.read_text()

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.child.pid}/fd"))

    def private_kb(self):
        for line in open(f"/proc/{self.child.pid}/smaps_rollup"):
            if line.startswith("Private_Dirty:"):
                return int(line.split()[1])

    def stop(self, seconds=10):
        """The exit status after SIGTERM and how long it took."""
        start = time.monotonic()
        self.child.terminate()
        return self.child.wait(seconds), time.monotonic() - start
