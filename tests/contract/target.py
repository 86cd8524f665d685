"""The Dify that is tested, a sandbox or a real one, and how to talk to it."""
from __future__ import annotations

import base64
import json
import time
import uuid
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Iterator

import requests
import shapes

TIMEOUT = 60


@dataclass
class Answer:
    """One answer."""

    status: int
    headers: dict[str, str]
    body: Any

    def ok(self, status: int = 200) -> Any:
        """The body, after a check of the status."""
        assert self.status == status, (self.status, self.body)
        return self.body


def _plain_session() -> requests.Session:
    """A session that keeps connections but no cookies."""
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _answer(response: requests.Response) -> Answer:
    try:
        body = response.json()
    except ValueError:
        body = response.text
    return Answer(response.status_code, dict(response.headers), body)


@dataclass
class Target:
    """A Dify by its address and what is needed to sign in."""

    base: str
    email: str
    password: str
    admin_key: str | None
    name: str
    model: str = ""
    sandbox: bool = False
    version: tuple[int, ...] = ()
    _console: "Console | None" = None
    http: requests.Session = field(default_factory=_plain_session)
    made: list[str] = field(default_factory=list)
    seen: dict[str, dict[str, shapes.Shape]] = field(default_factory=dict)

    def saw(self, question: str, value: Any) -> None:
        """Remember the shape of an answer."""
        found = shapes.shape(value)
        self.seen.setdefault(question, {})[json.dumps(found, sort_keys=True)] = found

    def detect(self) -> None:
        """Read the version from any answer."""
        text = requests.get(f"{self.base}/console/api/setup", timeout=TIMEOUT).headers["X-Version"]
        self.version = tuple(int(p) for p in text.split("-")[0].split("."))

    def since(self, text: str) -> bool:
        """Whether this Dify is of that release or newer."""
        return self.version >= tuple(int(p) for p in text.split("."))

    def call(self, method: str, path: str, **more: Any) -> Answer:
        """A request without any sign-in."""
        more.setdefault("timeout", TIMEOUT)
        return self.keep(_answer(self.http.request(method, self.base + path, **more)), method, path)

    def keep(self, answer: Answer, method: str, path: str) -> Answer:
        """Remember an answer's shape and give it on."""
        if isinstance(answer.body, (dict, list)):
            self.saw(shapes.key(method, path, answer.status), answer.body)
        return answer

    def password_text(self, plain: str | None = None) -> str:
        """A password as this release wants it."""
        plain = self.password if plain is None else plain
        return base64.b64encode(plain.encode()).decode() if self.since("1.11.2") else plain

    @property
    def console(self) -> "Console":
        """The one signed-in session of the run."""
        if self._console is None:
            self._console = Console(self)
            self._console.sign_in()
        return self._console

    def unique(self, word: str) -> str:
        """A name that nobody else uses."""
        return f"contract {word} {uuid.uuid4().hex[:8]}"


class Console:
    """A session of the console API."""

    def __init__(self, target: Target) -> None:
        self.target, self.http, self.token = target, requests.Session(), ""

    def sign_in(self) -> Answer:
        """Sign in in the release's manner."""
        answer = _answer(self.http.post(f"{self.target.base}/console/api/login", timeout=TIMEOUT, json={
            "email": self.target.email, "password": self.target.password_text(), "remember_me": True}))
        body = answer.ok()
        if not self.target.since("1.9.2"):
            self.token = body["data"]["access_token"]
        return answer

    def headers(self) -> dict[str, str]:
        """The headers that carry the session besides cookies."""
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        csrf = next((c.value for c in self.http.cookies if c.name.endswith("csrf_token")), "")
        return {"X-CSRF-Token": csrf or ""}

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """A signed-in request under /console/api."""
        headers = {**self.headers(), **more.pop("headers", {})}
        if body is not None:
            more["json"] = body
        more.setdefault("timeout", TIMEOUT)
        answer = _answer(self.http.request(method, f"{self.target.base}/console/api{path}", headers=headers, **more))
        return self.target.keep(answer, method, f"/console/api{path}")

    # apps

    def load(self, text: str, **more: Any) -> Answer:
        """Import a DSL text; apps that appear are removed after the test."""
        answer = self.call("POST", "/apps/imports", {"mode": "yaml-content", "yaml_content": text, **more})
        if isinstance(answer.body, dict) and answer.body.get("app_id"):
            self.target.made.append(answer.body["app_id"])
        return answer

    def app(self, text: str, publish: bool = True) -> "App":
        """Import, publish, make a key."""
        app_id = self.load(text).ok()["app_id"]
        if publish:
            self.call("POST", f"/apps/{app_id}/workflows/publish", {}).ok()
        key = self.call("POST", f"/apps/{app_id}/api-keys").ok(201)["token"]
        return App(self.target, app_id, key)

    def apps_named(self, name: str) -> list[dict[str, Any]]:
        """The apps of exactly that name."""
        rows = self.call("GET", "/apps?page=1&limit=100&name=" + requests.utils.quote(name)).ok()["data"]
        return [r for r in rows if r["name"] == name]

    def clean(self) -> None:
        """Remove what the tests made."""
        while self.target.made:
            self.call("DELETE", f"/apps/{self.target.made.pop()}")


@dataclass
class App:
    """An app with its key."""

    target: Target
    id: str
    key: str

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """A request of the service API."""
        if body is not None:
            more["json"] = body
        return self.target.call(method, f"/v1{path}", headers={"Authorization": f"Bearer {self.key}"}, **more)

    def run(self, inputs: dict[str, Any] | None = None, **more: Any) -> Answer:
        """A blocking run."""
        return self.call("POST", "/workflows/run", {"inputs": inputs or {}, "response_mode": "blocking", "user": "contract", **more})

    def outputs(self, inputs: dict[str, Any] | None = None) -> Any:
        """The outputs of a run that succeeds."""
        data = self.run(inputs).ok()["data"]
        assert data["status"] in ("succeeded", "partial-succeeded"), data
        return data["outputs"]

    def failed(self, inputs: dict[str, Any] | None = None) -> str:
        """The error of a run that fails."""
        data = self.run(inputs).ok()["data"]
        assert data["status"] == "failed", data
        return data["error"]

    def stream(self, body: dict[str, Any], path: str = "/workflows/run", seconds: float = 30.0) -> "EventStream":
        """A streaming request."""
        response = requests.post(f"{self.target.base}/v1{path}", json={"response_mode": "streaming", "user": "contract", **body},
                                 headers={"Authorization": f"Bearer {self.key}"}, stream=True, timeout=(10, seconds))
        return EventStream(response, seconds, self.target, "chat" if "chat" in path else "workflow")

    def events(self, inputs: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """All frames of a streaming run, pings as {"event": "ping"}."""
        return list(self.stream({"inputs": inputs or {}}))

    def get_run(self, run_id: str) -> Answer:
        """What is stored of a run."""
        return self.call("GET", f"/workflows/run/{run_id}")


class EventStream:
    """Frames of a stream as they come."""

    END = ("workflow_finished", "workflow_paused")

    def __init__(self, response: requests.Response, seconds: float, target: Target | None = None, kind: str = "") -> None:
        self.response, self.deadline, self.target, self.kind = response, time.monotonic() + seconds, target, kind
        self.content_type = response.headers.get("Content-Type", "")

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Frames until the end of the run, of the stream, or of patience."""
        for frame in self.all():
            yield frame
            if frame.get("event") in self.END:
                return

    def all(self) -> Iterator[dict[str, Any]]:
        """Frames until the stream closes."""
        try:
            for line in self.response.iter_lines(chunk_size=1):
                if line.startswith(b"data:"):
                    frame = json.loads(line[5:])
                    if self.target:
                        self.target.saw(f"FRAME {frame.get('event')} {self.kind}", frame)
                    yield frame
                elif line.startswith(b"event: ping"):
                    yield {"event": "ping"}
                if time.monotonic() > self.deadline:
                    return
        except requests.RequestException:
            return
        finally:
            self.response.close()

    def close(self) -> None:
        """Leave."""
        self.response.close()


def named(frames: list[dict[str, Any]], event: str) -> list[dict[str, Any]]:
    """The frames of one event."""
    return [f for f in frames if f["event"] == event]


def wait_until(check: Any, seconds: float, what: str) -> Any:
    """The first true value of check(), or a failure."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = check()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds} s")
