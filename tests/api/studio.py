"""A studio without its servers: runs endpoints as plain CGI on a data folder.

Every JSON answer is held against schema/openapi.yaml.
"""
import base64
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import sqlite3
import struct
import subprocess
import time
import zlib
from pathlib import Path

import jsonschema
import yaml

ROOT = Path(__file__).parents[2]
BUILD = Path(os.environ.get("STUDIO_BUILD", ROOT / "build"))
CGI = BUILD / "cgi-bin"
OPENAPI = yaml.safe_load((ROOT / "schema/openapi.yaml").read_text())
ROLES = ("viewer", "editor", "admin")
SECRET_KEY = "5a" * 32
F_OFD_SETLK = 37

# What the web server would do: the first key that is a prefix wins.
KEYS = re.findall(r'"(/[a-z/-]+)" => \(\(\s*"socket" => [^,]+,\s*'
                  r'"bin-path" => var\.cgi \+ "([a-z-]+)\.fcgi"',
                  (ROOT / "lighttpd.conf").read_text())


def endpoint_of(method, path):
    if method == "POST" and path == "/api/workflows":
        return "workflow-create"
    if method == "POST" and re.fullmatch(
            "/api/(workflows|models|connections)/[0-9a-z]+/"
            "(deploy|rollback|run|test)", path):
        return "start"
    if method == "POST" and re.fullmatch(
            "/api/(connections/[0-9a-z]+/(apps|import)"
            "|workflows/[0-9a-z]+/promote)", path):
        return "transfer"
    if re.fullmatch("/api/workflows/[0-9a-z]+/edit", path):
        return "edit"
    if re.fullmatch("/api/jobs/[0-9a-z]+/test", path):
        return "trial"
    if re.match("/api/workflows/[0-9a-z]+/", path):
        return "workflow"
    for key, name in KEYS:
        if path.startswith(key):
            return name
    raise AssertionError(f"lighttpd.conf sends {path} nowhere")


def token_of(role):
    return "ds_" + role.ljust(43, "x")


def user_id(role):
    return "0" * 19 + str(ROLES.index(role) + 1)


def environment(data):
    return {"DATA": str(data), "STUDIO_SECRET_KEY": SECRET_KEY,
            "PASSWORD_MEMORY_KB": "64", "PASSWORD_PASSES": "1",
            **{k: v for k, v in os.environ.items()
               if k.startswith(("ASAN_", "UBSAN_", "LSAN_"))}}


def make_template(folder):
    """A migrated database with a user and an API token a role."""
    subprocess.run([BUILD / "bin/dify-studio", "--programs", BUILD, "--share",
                    ROOT, "migrate"], env=environment(folder), cwd=folder,
                   check=True, stdin=subprocess.DEVNULL)
    db = sqlite3.connect(folder / "studio.db")
    for role in ROLES:
        digest = hashlib.blake2b(token_of(role).encode(), digest_size=32)
        db.execute("INSERT INTO users (id, name, role, created_at)"
                   " VALUES (?, ?, ?, 1)", (user_id(role), role, role))
        db.execute("INSERT INTO api_tokens (id, user_id, name, role, hash,"
                   " hint, created_at, last_used_at)"
                   " VALUES (?1, ?1, ?2, ?2, ?3, '', 1, ?4)",
                   (user_id(role), role, digest.digest(),
                    int(time.time() * 1000)))
    db.commit()
    db.close()
    return folder


class Answer:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        assert lines[0].startswith("Status: "), raw[:200]
        self.status = int(lines[0].split()[1])
        self.header_list = [tuple(line.split(": ", 1)) for line in lines[1:]]
        self.headers = dict(self.header_list)

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["code"]

    @property
    def pointers(self):
        return [(e["pointer"], e["code"]) for e in self.json["errors"]]

    def cookies(self):
        return [v for k, v in self.header_list if k == "Set-Cookie"]

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


def operation_of(method, path):
    for pattern, item in OPENAPI["paths"].items():
        shape = re.escape(pattern).replace(r"\{id\}", "[0-9a-z]{20}")
        if re.fullmatch(shape, path):
            return item.get(method.lower())
    return None


def resolve(node):
    while "$ref" in node:
        at = OPENAPI
        for part in node["$ref"].split("/")[1:]:
            at = at[part]
        node = at
    return node


RESOLVER = jsonschema.RefResolver("", OPENAPI)


def check_documented(method, path, answer):
    """The answer's status, type and body are what openapi.yaml says."""
    operation = operation_of(method, path)
    if operation is None:
        return
    responses = {**OPENAPI["x-common-responses"], **operation["responses"]}
    assert str(answer.status) in responses, \
        f"{method} {path}: {answer.status} is not documented: {answer}"
    documented = resolve(responses[str(answer.status)])
    kind = answer.headers.get("Content-Type", "").split(";")[0]
    if answer.status == 204 or not answer.body:
        return
    assert kind in documented.get("content", {}), f"{method} {path}: {kind}"
    if kind.endswith("json"):
        jsonschema.Draft202012Validator(
            documented["content"][kind]["schema"],
            resolver=RESOLVER).validate(answer.json)
    if kind == "application/problem+json":
        check_code(answer, documented)


def check_code(answer, documented):
    known = set(re.findall(r"[a-z0-9_]+", documented["description"]))
    assert answer.code in known, f"{answer.code} is not documented"


class Studio:
    def __init__(self, template, data):
        shutil.copytree(template, data, ignore=shutil.ignore_patterns("log"))
        self.data = data
        self.log = ""

    # ---- requests ----
    def environ(self, method, path, body, role, kind, headers, more):
        uri, _, query = path.partition("?")
        env = {**environment(self.data), "REQUEST_METHOD": method,
               "REQUEST_URI": path, "QUERY_STRING": query,
               "SCRIPT_NAME": uri, "HTTP_HOST": "studio.test",
               "GATEWAY_INTERFACE": "CGI/1.1",
               "CONTENT_LENGTH": str(len(body))}
        if kind:
            env["CONTENT_TYPE"] = kind
        if role:
            env["HTTP_AUTHORIZATION"] = f"Bearer {token_of(role)}"
        for name, value in (headers or {}).items():
            env["HTTP_" + name.upper().replace("-", "_")] = str(value)
        env.update(more or {})
        return {k: v for k, v in env.items() if v is not None}

    def start(self, method, path, json=None, role="admin", body=None,
              kind=None, headers=None, env=None, endpoint=None):
        """A process that is answering; finish() has the answer."""
        if json is not None:
            body = jsonlib(json)
            kind = kind or "application/json"
        body = body or b""
        name = endpoint or endpoint_of(method, path.partition("?")[0])
        child = subprocess.Popen(
            [CGI / f"{name}.fcgi"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.data,
            env=self.environ(method, path, body, role, kind, headers, env))
        child.request = (method, path.partition("?")[0], body)
        return child

    def begin(self, *args, **more):
        """Like start(), with the body sent: it is being worked on."""
        child = self.start(*args, **more)
        child.stdin.write(child.request[2])
        child.stdin.close()
        child.stdin = None
        child.request = (*child.request[:2], None)
        return child

    def finish(self, child, seconds=30, returncode=0):
        method, path, body = child.request
        out, err = child.communicate(body, timeout=seconds)
        self.log = err.decode()
        assert child.returncode == returncode, self.log
        answer = Answer(out)
        check_documented(method, path, answer)
        return answer

    def __call__(self, method, path, json=None, **more):
        return self.finish(self.start(method, path, json, **more))

    # ---- the world around ----
    def db(self):
        db = sqlite3.connect(self.data / "studio.db", isolation_level=None,
                             timeout=10)
        db.row_factory = sqlite3.Row
        return db

    def sql(self, text, *args):
        db = self.db()
        rows = db.execute(text, args).fetchall()
        db.close()
        return rows

    def version(self, w, dsl, origin="edited"):
        """One more version, as an edit would have left it."""
        text = dsl if isinstance(dsl, str) else json.dumps(dsl)
        digest = hashlib.blake2b(text.encode(), digest_size=32).digest()
        self.sql("INSERT OR IGNORE INTO dsl_texts (hash, bytes, packed)"
                 " VALUES (?, ?, ?)", digest, len(text.encode()),
                 zlib.compress(text.encode()))
        self.sql("INSERT INTO versions (workflow_id, number, hash, origin,"
                 " created_at) SELECT ?1, max(number) + 1, ?2, ?3, 1"
                 " FROM versions WHERE workflow_id = ?1", w, digest, origin)

    def version_text(self, w, number):
        """A version as it stands in the database."""
        row = self.sql("SELECT packed FROM versions JOIN dsl_texts USING"
                       " (hash) WHERE workflow_id = ? AND number = ?", w,
                       number)[0]
        return zlib.decompress(row["packed"]).decode()

    def wake(self):
        (self.data / "wake").mkdir(exist_ok=True)
        for name in ("event", "end"):
            (self.data / "wake" / name).touch()

    def end_job(self, job, state, result=None, error=None):
        """What a worker would write."""
        self.sql("UPDATE jobs SET state = ?, result = ?, error = ?,"
                 " finished_at = 2, started_at = 1 WHERE id = ?", state,
                 result and json.dumps(result), error and json.dumps(error),
                 job)
        self.sql("INSERT INTO events (kind, data, created_at) VALUES"
                 " ('job', json_object('id', ?, 'state', ?), 2)", job, state)
        self.wake()

    def wait_for(self, sql, *args, seconds=10):
        """The first row of a query, as soon as there is one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            rows = self.sql(sql, *args)
            if rows:
                return rows[0]
            time.sleep(0.01)
        raise AssertionError(f"no row within {seconds} s: {sql}")

    @contextlib.contextmanager
    def locked(self):
        """Another program writes for as long as the block lasts."""
        with open(self.data / "studio.lock", "r+b") as lock:
            fcntl.fcntl(lock, F_OFD_SETLK, struct.pack(
                "hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
            yield

    # ---- things that tests begin with ----
    def model(self, **more):
        return self("POST", "/api/models", {
            "name": "fast", "base_url": "http://127.0.0.1:9/v1",
            "model": "m", **more}).json

    def connection(self, **more):
        return self("POST", "/api/connections", {
            "name": "home", "base_url": "http://127.0.0.1:9",
            "auth": "admin_key", "api_key": "0123456789abcdef", **more}).json

    def workflow(self, **more):
        answer = self("POST", "/api/workflows",
                      {"dsl": DSL, "deploy": False, **more})
        assert answer.status == 201, answer
        return answer.json["id"]

    def deployed(self):
        return self.deployed_again(self.workflow())

    def deployed_again(self, w):
        """A workflow as a deploy would have left it."""
        self.connection()
        self.sql("UPDATE workflows SET dify_app_id = 'app-1', connection_id ="
                 " (SELECT id FROM connections), last_status = 'deployed'")
        return w


def jsonlib(value):
    return json.dumps(value).encode()


def metadata(**values):
    """An Upload-Metadata header."""
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}"
                    for k, v in values.items())


def node(name, kind, x, **data):
    return {"id": name, "type": "custom", "position": {"x": x, "y": 282},
            "positionAbsolute": {"x": x, "y": 282}, "width": 244, "height": 90,
            "sourcePosition": "right", "targetPosition": "left",
            "data": {"type": kind, "title": name, "desc": "",
                     "selected": False, **data}}


DSL = {
    "app": {"name": "Echo", "mode": "workflow", "description": "Says it back.",
            "icon": "\U0001F916", "icon_type": "emoji",
            "icon_background": "#FFEAD5", "use_icon_as_answer_icon": False},
    "dependencies": [],
    "kind": "app",
    "version": "0.6.0",
    "workflow": {
        "conversation_variables": [],
        "environment_variables": [],
        "features": {},
        "graph": {
            "edges": [{
                "id": "start-source-end-target", "source": "start",
                "sourceHandle": "source", "target": "end",
                "targetHandle": "target", "type": "custom", "zIndex": 0,
                "data": {"isInIteration": False, "isInLoop": False,
                         "sourceType": "start", "targetType": "end"}}],
            "nodes": [
                node("start", "start", 30, variables=[{
                    "variable": "text", "label": "text", "type": "paragraph",
                    "required": True, "max_length": 1000, "options": []}]),
                node("end", "end", 334, outputs=[{
                    "variable": "text", "value_type": "string",
                    "value_selector": ["start", "text"]}])],
            "viewport": {"x": 0, "y": 0, "zoom": 1}}}}
