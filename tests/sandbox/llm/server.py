"""The HTTP side of the sandbox LLM."""
import collections
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from . import chat, web
from .answers import Answers
from .errors import ApiError, bad_request, wrong_key
from .faults import Faults, refuse
from .stream import Cut, shaped

MAX_BODY = 16 * 1024 * 1024
LOG_ROWS = 500


class Sandbox:
    """All state of one server."""

    def __init__(self, key="", delay_ms=0, answers=None, quiet=False):
        self.key = key
        self.delay = delay_ms / 1000
        self.answers = answers or Answers()
        self.quiet = quiet
        self.faults = Faults()
        self.log = collections.deque(maxlen=LOG_ROWS)
        self.base_url = ""
        self.calls = 0
        self._lock = threading.Lock()

    def note(self, **row):
        with self._lock:
            self.calls += 1
            row = {"number": self.calls, "time": time.time(), **row}
            self.log.append(row)
        return row

    def reset(self):
        with self._lock:
            self.log.clear()
            self.calls = 0
        self.faults.clear()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SandboxLLM"
    disable_nagle_algorithm = True
    wbufsize = 0

    def log_message(self, format, *args):
        if not self.server.sandbox.quiet:
            sys.stderr.write("llm: %s\n" % (format % args))

    def _send(self, status, body, headers=(), kind="application/json"):
        data = body if isinstance(body, bytes) else json.dumps(
            body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _read(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._read_chunked()
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= MAX_BODY:
            self.close_connection = True
            raise ApiError(413, "The body is too large.")
        return self.rfile.read(length)

    def _read_chunked(self):
        data = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def _json(self):
        try:
            return json.loads(self.body or b"null")
        except ValueError:
            raise bad_request("We could not parse the JSON body of your "
                              "request.") from None

    def _handle(self):
        url = urlsplit(self.path)
        self.route = unquote(url.path)
        self.query = dict(parse_qsl(url.query, keep_blank_values=True))
        self.body = b""
        try:
            self.body = self._read()
            self._dispatch()
        except ApiError as e:
            self._send(e.status, e.body, e.headers)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle

    def _dispatch(self):
        if self.route == "/echo":
            return self._send(200, web.echo(
                self.command, self.route, self.query, self.headers,
                self.body))
        call = ROUTES.get((self.command, self.route))
        if call is None:
            raise ApiError(404, f"Invalid URL ({self.command} "
                                f"{self.route})")
        if self.route.startswith("/v1/"):
            self._check_key()
        call(self)

    def _check_key(self):
        want = self.server.sandbox.key
        got = self.headers.get("Authorization", "")
        if want and got != f"Bearer {want}":
            raise wrong_key(got.removeprefix("Bearer "))

    def models(self):
        self._send(200, {"object": "list", "data": [
            {"id": name, "object": "model", "created": 1767225600,
             "owned_by": "sandbox"} for name in chat.MODELS]})

    def chat(self):
        box = self.server.sandbox
        asked = self._json()
        request = chat.parse(asked)
        fault = box.faults.take(request.model, request.all_text())
        kind = fault.kind if fault else None
        row = box.note(model=request.model, stream=request.stream,
                       fault=kind, role="", rule="", finished=False,
                       messages=request.messages, options={
                           k: v for k, v in asked.items()
                           if k not in ("messages", "model")},
                       headers=dict(self.headers))
        refuse(fault, asked)
        if kind == "wait":
            time.sleep(float(fault.value))
        if kind == "page":
            return self._page(int(fault.value))
        row["role"], row["rule"], done = chat.complete(
            request, box.answers, fault, box.base_url)
        if request.stream:
            self._stream(shaped(done, request.include_usage, box.delay,
                                fault), fault)
        else:
            self._whole(done, fault)
        row["finished"] = True

    def _page(self, status):
        """What a proxy in front of a model answers in trouble."""
        self._send(status, b"<html><head><title>trouble</title></head>"
                           b"<body><h1>trouble</h1></body></html>",
                   kind="text/html")

    def _whole(self, done, fault):
        data = json.dumps(done.whole(), ensure_ascii=False).encode()
        kind = fault.kind if fault else None
        if kind == "stall":
            time.sleep(float(fault.value))
        elif kind == "garbage":
            data = b"<html><body>upstream trouble</body></html>"
        elif kind == "invalid_utf8":
            data = data.replace(b'"content": "', b'"content": "\xff\xc3\x28')
        elif kind == "cut":
            self.close_connection = True
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[:len(data) // 2])
            return
        self._send(200, data)

    def _stream(self, packets, fault):
        odd = fault and fault.kind == "type"
        self.send_response(200)
        self.send_header("Content-Type", str(fault.value) if odd else
                         "text/event-stream; charset=utf-8")
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for packet in packets:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(packet), packet))
            self.wfile.write(b"0\r\n\r\n")
        except Cut:
            self.close_connection = True

    def health(self):
        self._send(200, {"status": "ok", "sandbox": "llm"})

    def weather(self):
        self._send(200, web.weather(self.query))

    def order(self):
        self._send(200, web.order(self.query))

    def show_log(self):
        box = self.server.sandbox
        self._send(200, {"calls": box.calls, "log": list(box.log)})

    def show_faults(self):
        self._send(200, {"faults": self.server.sandbox.faults.show()})

    def add_fault(self):
        try:
            self.server.sandbox.faults.add(self._json())
        except (ValueError, TypeError) as e:
            raise bad_request(str(e)) from None
        self.show_faults()

    def clear_faults(self):
        self.server.sandbox.faults.clear()
        self.show_faults()

    def reset(self):
        self.server.sandbox.reset()
        self.show_log()


ROUTES = {
    ("GET", "/v1/models"): Handler.models,
    ("POST", "/v1/chat/completions"): Handler.chat,
    ("GET", "/"): Handler.health,
    ("GET", "/health"): Handler.health,
    ("GET", "/api/weather"): Handler.weather,
    ("GET", "/api/order"): Handler.order,
    ("GET", "/_sandbox/log"): Handler.show_log,
    ("GET", "/_sandbox/faults"): Handler.show_faults,
    ("POST", "/_sandbox/faults"): Handler.add_fault,
    ("DELETE", "/_sandbox/faults"): Handler.clear_faults,
    ("POST", "/_sandbox/reset"): Handler.reset,
}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, request, client_address):
        """Says nothing of a client that is gone."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def serve(sandbox, host, port):
    """Serves until the process is told to end. Port 0 takes a free one."""
    with Server((host, port), Handler) as server:
        server.sandbox = sandbox
        sandbox.base_url = f"http://{host}:{server.server_port}"
        print(f"sandbox LLM on {sandbox.base_url}/v1", flush=True)
        server.serve_forever()
