"""A Redis of one's own, and workers that have nothing but it."""
import os
import signal
import subprocess
from pathlib import Path

import redis
from data import BUILD, ROOT
from lib.servers import free_port, wait_for


class Redis:
    """A server that keeps what it has on disk unless told otherwise."""

    def __init__(self, path, keep=True):
        self.path, self.keep = Path(path), keep
        self.path.mkdir(exist_ok=True)
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.db = redis.Redis(port=self.port)
        self.start()

    def start(self):
        self.child = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1",
             "--dir", str(self.path), "--save", "",
             "--appendonly", "yes" if self.keep else "no"],
            stdout=subprocess.DEVNULL)
        wait_for(self.answers, 10, "redis")

    def answers(self):
        try:
            return self.db.ping()
        except redis.exceptions.RedisError:
            return False

    def kill(self):
        self.child.kill()
        self.child.wait()

    def key(self, end):
        """The one key that ends so."""
        return next(k for k in self.db.keys("studio:*")
                    if k.decode().endswith(end))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()


class Remote:
    """A worker in an empty folder."""

    def __init__(self, path, url, key, **env):
        self.path = Path(path)
        self.path.mkdir(exist_ok=True)
        self.env = dict(os.environ, STUDIO_QUEUE=url, STUDIO_SECRET_KEY=key,
                        LOG_LEVEL="1", **env)
        self.env.pop("DATA", None)
        self.start()

    def start(self):
        self.log_file = open(self.path / "worker.log", "ab")
        self.child = subprocess.Popen(
            [BUILD / "bin/dify-studio", "--programs", BUILD, "--share", ROOT,
             "worker"],
            cwd=self.path, env=self.env, stderr=self.log_file,
            stdin=subprocess.DEVNULL)

    def log(self):
        return (self.path / "worker.log").read_text(errors="replace")

    def brought(self):
        return self.log().count('"job_brought"')

    def kill(self):
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def stop(self):
        if self.child.poll() is None:
            self.child.terminate()
            assert self.child.wait(15) == 0, self.log()
        assert [f.name for f in self.path.iterdir()] == ["worker.log"]
