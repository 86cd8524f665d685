"""A browser, and a small server that hands out htdocs and takes uploads by tus, for tests of single modules."""
import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

HTDOCS = Path(__file__).resolve().parents[2] / "htdocs"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


class Uploads:
    """What the server got, and how it shall fail: statuses to answer instead of taking the next chunks."""

    def __init__(self):
        self.files = {}
        self.metadata = {}
        self.failures = []
        self.requests = []

    def create(self, headers):
        name = f"u{len(self.files)}"
        self.files[name] = bytearray()
        self.metadata[name] = {
            key: base64.b64decode(value).decode()
            for key, value in (pair.split(" ") for pair in headers["Upload-Metadata"].split(","))
        }
        return name


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        if self.path.startswith("/api/"):
            self.answer_json(self.server.answers.get(self.path.split("?")[0]))
            return
        path = HTDOCS / self.path.lstrip("/").split("?")[0]
        if path.suffix in TYPES and path.is_file():
            self.answer(200, path.read_bytes(), Content_Type=TYPES[path.suffix])
        else:
            self.answer(404)

    def answer_json(self, value):
        if value is None:
            problem = {"title": "not found", "status": 404, "code": "not_found", "detail": "There is nothing here."}
            self.answer(404, json.dumps(problem).encode(), Content_Type="application/problem+json")
        else:
            self.answer(200, json.dumps(value).encode(), Content_Type="application/json")

    def do_POST(self):
        if self.path in self.server.answers:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.answer_json(self.server.answers[self.path])
            return
        name = self.server.uploads.create(self.headers)
        self.answer(201, Location=f"/api/kb/uploads/{name}", Tus_Resumable="1.0.0")

    def do_HEAD(self):
        data = self.server.uploads.files.get(self.path.split("/")[-1])
        if data is None:
            self.answer(404)
        else:
            self.answer(200, Upload_Offset=str(len(data)), Tus_Resumable="1.0.0")

    def do_PATCH(self):
        if self.path in self.server.answers:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.answer_json(self.server.answers[self.path])
            return
        uploads = self.server.uploads
        chunk = self.rfile.read(int(self.headers["Content-Length"]))
        data = uploads.files[self.path.split("/")[-1]]
        offset = int(self.headers["Upload-Offset"])
        uploads.requests.append((offset, len(chunk)))
        if offset != len(data):
            self.answer(409)
        elif uploads.failures:
            status, kept = uploads.failures.pop(0)
            data += chunk[:kept]
            self.answer(status)
        else:
            data += chunk
            self.answer(204, Upload_Offset=str(len(data)), Tus_Resumable="1.0.0")


@pytest.fixture(scope="session")
def server():
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.uploads = Uploads()
    httpd.answers = {}
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield httpd
    httpd.shutdown()


@pytest.fixture(scope="session")
def chromium():
    options = Options()
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,800"):
        options.add_argument(flag)
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    driver.set_script_timeout(60)
    yield driver
    driver.quit()


class Page:
    """Runs the body of an async function in the browser; `load` imports a module of htdocs/js."""

    def __init__(self, driver):
        self.driver = driver

    def run(self, body, *args):
        script = (
            "const done = arguments[arguments.length - 1];"
            "const args = JSON.parse(arguments[0]);"
            "const load = (path) => import('/js/' + path);"
            f"(async () => {{ {body} }})().then((value) => done({{value}}), (e) => done({{error: String(e && e.stack || e)}}));"
        )
        answer = self.driver.execute_async_script(script, json.dumps(args))
        assert "error" not in answer, answer["error"]
        return answer.get("value")


@pytest.fixture
def page(chromium, server):
    server.uploads.__init__()
    server.answers = {}
    chromium.get(f"http://127.0.0.1:{server.server_port}/img/logo.svg")
    chromium.get(f"http://127.0.0.1:{server.server_port}/index.html#/none")
    chromium.execute_script("localStorage.clear(); document.documentElement.lang = 'en'")
    return Page(chromium)
