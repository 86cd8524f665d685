"""A Dify that answers what a test says: what no real one would, or seldom."""
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def given(value, status=200):
    """An answer: a value as JSON."""
    return status, json.dumps(value, ensure_ascii=False).encode()


def usual(path):
    """What a Dify that has nothing says."""
    if "/all-workspaces" in path:
        return given({"data": [{"id": "11111111-1111-1111-1111-111111111111"}]})
    if "plugin/list" in path:
        return given({"plugins": [], "total": 0})
    if "/v1/parameters" in path:
        return given({"user_input_form": []})
    return given({"data": [], "has_more": False})


def event(name, **data):
    """One event of the stream of a run."""
    body = {"event": name, "task_id": "t", "workflow_run_id": "r",
            "data": {"id": "r", **data}}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


class Scripted:
    """answer(method, path) is (status, bytes[, headers]), or None: the usual.
    seen: (seconds, method, path) of each request."""

    def __init__(self, answer):
        outer, self.seen = self, []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer_it(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.seen.append((time.monotonic(), self.command, self.path))
                status, body, *more = (
                    answer(self.command, self.path) or usual(self.path))
                headers = {"X-Version": "1.16.1",
                           "Content-Type": "application/json",
                           "Content-Length": str(len(body)),
                           **(more[0] if more else {})}
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass

            do_GET = do_POST = do_DELETE = do_PATCH = answer_it

        self.server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def asked(self, part):
        return [s for s in self.seen if part in s[2]]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
