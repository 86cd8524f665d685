"""Everything that the studio works with, started for one suite."""
import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

import requests

from .servers import TESTS, free_port, process, sandbox_llm
from .studio import Studio

DIFY = TESTS / "sandbox" / "dify.py"
ADMIN_KEY = "sandbox-admin-key-for-tests"


class Control:
    """The control endpoints of a sandbox."""

    def __init__(self, url):
        self.url = url

    def _call(self, method, path, **more):
        answer = requests.request(method, f"{self.url}/_sandbox/{path}",
                                  timeout=10, **more)
        answer.raise_for_status()
        return answer.json()

    def fault(self, **rule):
        return self._call("POST", "faults", json=rule)

    def faults(self):
        return self._call("GET", "faults")["faults"]

    def heal(self):
        self._call("DELETE", "faults")

    def log(self):
        return self._call("GET", "log")

    def state(self):
        return self._call("GET", "state")


class World:
    """Both sandboxes and the studio between them."""

    admin_key = ADMIN_KEY

    def __init__(self, folder, llm_options=(), sign_in=True, **env):
        self.folder = Path(folder)
        self.sign_in = sign_in
        self.llm_options = llm_options
        self.dify_port = free_port()
        self.env = env
        self.llm = self.dify = self.studio = self._dify_stack = None
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        try:
            return self._start()
        except BaseException:
            self.__exit__()
            raise

    def _start(self):
        llm_url = self._stack.enter_context(
            sandbox_llm(*self.llm_options))
        self.llm = Control(llm_url)
        self.dify = Control(f"http://127.0.0.1:{self.dify_port}")
        self.start_dify()
        self.studio = Studio(
            self.folder / "data", DIFY_BASE_URL=self.dify.url,
            DIFY_API_KEY=ADMIN_KEY, LLM_BASE_URL=llm_url + "/v1",
            LLM_MODEL="sandbox-fast", LLM_API_KEY="sk-sandbox", **self.env)
        self.studio.start()
        self.api = self.studio.sign_in() if self.sign_in else None
        return self

    def __exit__(self, *_):
        with self._stack:
            self.stop_dify()
            if self.studio and self.studio.child:
                self.studio.stop()

    def start_dify(self):
        """Starts the sandbox Dify, on the data it had."""
        self._dify_stack = contextlib.ExitStack()
        log = open(self.folder / "dify.log", "ab")
        self._dify_stack.callback(log.close)
        self._dify_stack.enter_context(process(
            [sys.executable, DIFY, "--port", self.dify_port,
             "--data", self.folder / "dify", "--admin-key", ADMIN_KEY,
             "--llm-url", self.llm.url + "/v1"],
            self.dify_port, stdout=log, stderr=subprocess.STDOUT))

    def stop_dify(self):
        if self._dify_stack:
            self._dify_stack.close()
            self._dify_stack = None

    def workspace(self):
        """The id of the sandbox Dify's only workspace."""
        answer = requests.get(
            f"{self.dify.url}/console/api/all-workspaces", timeout=10,
            headers={"Authorization": f"Bearer {ADMIN_KEY}"})
        return answer.json()["data"][0]["id"]

    def draft(self, app_id, change=None):
        """What the sandbox Dify holds of an app; changed there, as its editor
        does it, by what change() does to it."""
        url = f"{self.dify.url}/console/api/apps/{app_id}/workflows/draft"
        headers = {"Authorization": f"Bearer {ADMIN_KEY}",
                   "X-WORKSPACE-ID": self.workspace()}
        answer = requests.get(url, timeout=10, headers=headers)
        answer.raise_for_status()
        draft = answer.json()
        if change:
            change(draft)
            answer = requests.post(url, timeout=10, headers=headers, json={
                k: draft[k] for k in (
                    "graph", "features", "hash", "environment_variables",
                    "conversation_variables")})
            answer.raise_for_status()
        return draft

    def apps_named(self, text):
        """How many apps of the sandbox Dify hold a text in their name."""
        return sum(count for name, count in self.dify.state()["apps"].items()
                   if text in name)


@contextlib.contextmanager
def world(**options):
    """A world in a folder of its own under a short path."""
    with tempfile.TemporaryDirectory(prefix="studio-") as folder:
        with World(folder, **options) as made:
            yield made


