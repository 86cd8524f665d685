"""Runs every assertion against the sandbox in its four behaviours, or, with DIFY_BASE_URL, DIFY_EMAIL and DIFY_PASSWORD
(and DIFY_API_KEY, the admin key, when there is one), against a real Dify. Ends with the list of facts that were met.

Marks: `since("1.13.0")` and `until("1.12.9")` say for which releases a fact holds, `sandbox_only` what needs the sandbox's
own switches, `real_slow` what a real server answers only after minutes.
"""
from __future__ import annotations

import contextlib
import http.server
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Iterator

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(Path(__file__).parent), str(TESTS)]

from target import Target, wait_until  # noqa: E402

BEHAVIOURS = {"1.8": "1.8.1", "1.12": "1.12.1", "1.13": "1.13.3", "1.16": "1.16.1"}
ECHO_PORT = 21099
_facts: dict[str, dict[str, str]] = {}
_targets: dict[str, Target] = {}
_processes = contextlib.ExitStack()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(p) for p in text.split("."))


def _real() -> Target | None:
    base = os.environ.get("DIFY_BASE_URL")
    if not base:
        return None
    target = Target(base.rstrip("/"), os.environ["DIFY_EMAIL"], os.environ["DIFY_PASSWORD"],
                    os.environ.get("DIFY_API_KEY") or os.environ.get("DIFY_ADMIN_KEY"), "real")
    target.detect()
    target.name = "real " + ".".join(map(str, target.version))
    return target


REAL = _real()
VERSIONS = {REAL.name: REAL.version} if REAL else {name: _numbers(text) for name, text in BEHAVIOURS.items()}


def pytest_configure(config: Any) -> None:
    """Register the marks."""
    for line in ("since(version): holds from this release on", "until(version): holds up to this release",
                 "sandbox_only: needs the sandbox's own switches", "real_slow: a real server takes minutes"):
        config.addinivalue_line("markers", line)


def pytest_generate_tests(metafunc: Any) -> None:
    """Each test that takes `dify` runs once a behaviour that it holds for."""
    if "dify" not in metafunc.fixturenames:
        return
    marks = {m.name: m for m in metafunc.definition.iter_markers()}
    if REAL and ("sandbox_only" in marks or "real_slow" in marks):
        metafunc.parametrize("dify", [], indirect=True)
        return
    names = []
    for name, version in VERSIONS.items():
        low = marks["since"].args[0] if "since" in marks else "0"
        high = marks["until"].args[0] if "until" in marks else "999"
        if _numbers(low) <= version <= _numbers(high):
            names.append(name)
    metafunc.parametrize("dify", names, indirect=True, scope="session")


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """Facts that do not apply here are left out, not skipped; one Dify after the other."""
    gone = [i for i in items if any(m.name == "skip" for m in i.iter_markers()) and "dify" in getattr(i, "fixturenames", ())]
    if gone:
        config.hook.pytest_deselected(items=gone)
        items[:] = [i for i in items if i not in gone]
    order = list(VERSIONS)


    def place(item: Any) -> tuple[int, bool]:
        which = item.callspec.params.get("dify") if hasattr(item, "callspec") else None
        return (order.index(which) if which else -1, item.module.__name__ == "test_recordings")
    items.sort(key=place)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _listens(port: int) -> bool:
    with socket.socket() as s:
        s.settimeout(0.3)
        return s.connect_ex(("127.0.0.1", port)) == 0


def _start(arguments: list[str], port: int) -> None:
    child = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    _processes.callback(_stop, child)
    wait_until(lambda: _listens(port) or child.poll() is not None, 15, f"{arguments[1]} on port {port}")
    assert child.poll() is None, f"{arguments[1]} ended at once"


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(5)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


class _Echo(http.server.BaseHTTPRequestHandler):
    """A web server that http-request nodes ask."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status = 404 if "missing" in self.path else 503 if "busy" in self.path else 200
        told = f"{self.command} {self.path} {self.headers.get('Authorization', '-')} ".encode() + body
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _answer


@pytest.fixture(scope="session")
def web() -> Iterator[str]:
    """The base URL of that web server."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture(scope="session")
def llm_port() -> int:
    """The sandbox LLM behind all sandboxes."""
    port = free_port()
    _start([sys.executable, str(TESTS / "sandbox" / "llm.py"), "--port", str(port), "--quiet"], port)
    return port


def _sandbox(name: str, folder: Path, llm: int) -> Target:
    port = free_port()
    _start([sys.executable, str(TESTS / "sandbox" / "dify.py"), "--port", str(port), "--version", name, "--data", str(folder),
            "--llm-url", f"http://127.0.0.1:{llm}/v1", "--hold-seconds", "1"], port)
    target = Target(f"http://127.0.0.1:{port}", "admin@sandbox.test", "sandbox-pass-1", "sandbox-admin-key", name, "sandbox-fast", True)
    target.detect()
    return target


@pytest.fixture(scope="session")
def dify(request: Any, tmp_path_factory: Any) -> Target:
    """The Dify under test, started once."""
    name = request.param
    if name not in _targets:
        if REAL:
            _targets[name] = REAL
            listed = REAL.console.call("GET", "/workspaces/current/models/model-types/llm").ok()["data"]
            REAL.model = os.environ.get("DIFY_MODEL") or next(m["model"] for p in listed for m in p["models"])
        else:
            _targets[name] = _sandbox(name, tmp_path_factory.mktemp(f"dify-{name}"), request.getfixturevalue("llm_port"))
    return _targets[name]


@pytest.fixture(autouse=True)
def _clean(request: Any) -> Iterator[None]:
    """Apps that a test made are gone after it."""
    yield
    if "dify" in request.fixturenames:
        target = _targets.get(request.node.callspec.params["dify"])
        if target and target._console:
            target.console.clean()


# the list of facts

def _fact(item: Any) -> str:
    module = item.module.__doc__.strip().split("\n")[0].rstrip(".")
    what = (item.function.__doc__ or item.function.__name__).strip().split("\n")[0]
    return f"{module}: {what}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Iterator[None]:
    """Note for each fact where it was met."""
    outcome = yield
    report = outcome.get_result()
    if hasattr(item, "callspec") and "dify" in item.callspec.params and (report.when == "call" or report.failed):
        met = _facts.setdefault(_fact(item), {})
        name = item.callspec.params["dify"]
        met[name] = "no" if report.failed or met.get(name) == "no" else "ok"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the facts and where they were met."""
    if not _facts:
        return
    write = terminalreporter.write_line
    names = list(VERSIONS)
    write("")
    write("facts met: " + ", ".join(names) + "   (ok met, NO not met, . does not apply)")
    for fact in sorted(_facts):
        cells = " ".join({"ok": "ok", "no": "NO"}.get(_facts[fact].get(n, ""), " .").rjust(2) for n in names)
        write(f"  {cells}  {fact}")
    total = sum(len(v) for v in _facts.values())
    bad = sum(list(v.values()).count("no") for v in _facts.values())
    write(f"{total - bad} met, {bad} not met")
    if not os.environ.get("DIFY_RECORDINGS"):
        write("recordings were not compared: DIFY_RECORDINGS names no folder")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """End what was started."""
    _processes.close()
