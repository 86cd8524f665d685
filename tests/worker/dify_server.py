"""A sandbox Dify of one's own, with its faults and its log."""
import subprocess
from pathlib import Path

import requests

from lib.servers import (PYTHON, START_SECONDS, TESTS, free_port, listens,
                         wait_for)


class Dify:
    """Runs as a context manager; keeps its state over a restart."""
    admin_key = "sandbox-admin-key"
    email = "admin@sandbox.test"
    password = "sandbox-pass-1"

    def __init__(self, folder, version="1.16", llm=None, *options):
        self.folder, self.version = Path(folder), version
        self.llm, self.options = llm, options
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.child = None

    def start(self):
        argv = [PYTHON, TESTS / "sandbox/dify.py", "--port", self.port,
                "--version", self.version, "--data", self.folder,
                "--index-seconds", "0.3", "--hold-seconds", "20"]
        if self.llm:
            argv += ["--llm-url", self.llm + "/v1"]
        self.child = subprocess.Popen(
            [str(a) for a in [*argv, *self.options]],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: listens(self.port), START_SECONDS,
                 "the sandbox Dify")
        return self

    def stop(self):
        self.child.terminate()
        self.child.wait(10)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def fault(self, match, kind, value=None, times=1):
        requests.post(self.url + "/_sandbox/faults", timeout=5, json={
            "match": match, "kind": kind, "value": value, "times": times,
        }).raise_for_status()

    def faults(self):
        """Those in force."""
        return requests.get(self.url + "/_sandbox/faults",
                            timeout=5).json()["faults"]

    def forget_faults(self):
        requests.delete(self.url + "/_sandbox/faults", timeout=5)
        requests.delete(self.url + "/_sandbox/log", timeout=5)

    def state(self):
        return requests.get(self.url + "/_sandbox/state", timeout=5).json()

    def log(self, method=None, path=""):
        entries = requests.get(
            self.url + "/_sandbox/log", timeout=5).json()["requests"]
        return [e for e in entries if e["path"].startswith(path)
                and method in (None, e["method"])]

    def console(self, method, path, **more):
        headers = {"Authorization": f"Bearer {self.admin_key}"}
        if not path.startswith("/all-workspaces"):
            spaces = self.console("GET", "/all-workspaces?page=1&limit=1")
            headers["X-WORKSPACE-ID"] = spaces["data"][0]["id"]
        r = requests.request(method, self.url + "/console/api" + path,
                             headers=headers, timeout=10, **more)
        return r.json() if r.content else None

    def apps(self, name=""):
        return self.console(
            "GET", f"/apps?page=1&limit=100&name={name}")["data"]
