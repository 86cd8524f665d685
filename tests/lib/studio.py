"""A whole studio of one's own: both sandboxes, then `dify-studio run`."""
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

from . import procs
from .client import Client
from .servers import TESTS, free_port, wait_for

ROOT = TESTS.parent
BUILD = Path(os.environ.get("STUDIO_BUILD", ROOT / "build"))
COMMAND = (BUILD / "bin" / "dify-studio", "--programs", BUILD, "--share",
           ROOT, "--sandbox", TESTS / "sandbox", "run")
SETUP = re.compile(r"(http://\S+/\S*#setup=([\w-]+))")
START_SECONDS = 30


class Output:
    """What a program prints, read by a thread so that it never blocks."""

    def __init__(self, pipe):
        self.lines = []
        self._pipe = pipe
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        for line in self._pipe:
            self.lines.append(line.decode("utf-8", "replace").rstrip("\n"))

    def whole(self):
        """Waits until the program has nothing more to say."""
        self._thread.join(5)

    def text(self):
        return "\n".join(self.lines)

    def find(self, pattern):
        return re.search(pattern, self.text())


class Studio:
    """One `dify-studio run` and everything that it started."""

    def __init__(self, data, port=0, **env):
        self.data = Path(data)
        self.port = port or free_port(3)  # the sandbox takes the next two
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = env
        self.child = None
        self.output = None
        self.client = None

    def start(self):
        env = {**os.environ, "PORT": str(self.port), "DATA": str(self.data),
               **{k: str(v) for k, v in self.env.items()}}
        self.child = subprocess.Popen(
            list(map(str, COMMAND)), cwd=ROOT, env=env,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.output = Output(self.child.stdout)
        wait_for(self.up, START_SECONDS, "the studio is up")
        return self

    def up(self):
        if self.child.poll() is not None:
            self.output.whole()
            raise AssertionError("the studio ended:\n" + self.output.text())
        return Client(self.url).healthy()

    def sign_in(self):
        """Signs in by the one-time URL on the first start, after that with
        the API token that was made then."""
        if self.client is None:
            found = wait_for(lambda: self.output.find(SETUP), 10,
                             "the sign-in URL is printed")
            self.client = Client(self.url)
            self.client.setup(found.group(2))
            self.client.use_token()
        return self.client

    def processes(self):
        return procs.below(self.child.pid)

    def named(self, part):
        """Its processes whose program's name holds a text."""
        return [p for p in self.processes() if part in p.name]

    def kill(self, part):
        """kill -9 of every process of a name; returns the killed ones."""
        found = wait_for(lambda: self.named(part), 5, f"a {part} runs")
        for p in found:
            p.kill()
        return found

    def stop(self, number=signal.SIGTERM, seconds=15):
        """Ends it; returns the exit status and what was left behind."""
        if self.child.poll() is None:
            family = self.processes()
            self.child.send_signal(number)
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self._end(family + self.processes())
                raise AssertionError("the studio did not stop:\n"
                                     + self.output.text()) from None
            left = procs.gone(family, 2)
            self._end(left)
            return self.child.returncode, left
        return self.child.returncode, []

    def _end(self, left):
        for p in left:
            p.kill()
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


def settle(seconds=0.3):
    """A moment for things that must not happen."""
    time.sleep(seconds)
