"""Starts and ends the programs that a suite needs."""
import contextlib
import socket
import subprocess
import sys
import time
from pathlib import Path

TESTS = Path(__file__).parents[1]
LLM = TESTS / "sandbox" / "llm.py"
PYTHON = sys.executable
START_SECONDS = 30


def free_port(run=1):
    """A free port; with run, so many free ones from it on."""
    while True:
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        if not any(listens(port + n) for n in range(run)):
            return port


def listens(port):
    with socket.socket() as s:
        s.settimeout(0.5)
        return s.connect_ex(("127.0.0.1", port)) == 0


def wait_for(check, seconds, what):
    """The first true value of check(); fails with `what` after a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = check()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds} s")


@contextlib.contextmanager
def process(argv, port, **more):
    """A server that listens on a port, ended with the block."""
    child = subprocess.Popen([str(a) for a in argv], **more)
    try:
        wait_for(lambda: listens(port) or child.poll() is not None,
                 START_SECONDS, f"port {port}")
        assert child.poll() is None, f"{argv[1]} ended at once"
        yield child
    finally:
        child.terminate()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextlib.contextmanager
def sandbox_llm(*options, port=0):
    """The base URL of a sandbox LLM of one's own."""
    port = port or free_port()
    with process([PYTHON, LLM, "--port", port, "--quiet", *options], port,
                 stdout=subprocess.DEVNULL):
        yield f"http://127.0.0.1:{port}"
