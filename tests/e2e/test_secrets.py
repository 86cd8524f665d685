"""Secrets in a DSL: whatever way they come in, and wherever they stand in it,
they are found nowhere but in what Dify got."""
import copy
import json
import sqlite3
import uuid
import zlib

import pytest

from lib import dsl as dsl_of

PEM = ("-----BEGIN RSA PRIVATE KEY-----\\nMIIB{0}\\n"
       "-----END RSA PRIVATE KEY-----")


def variable(name, kind, value):
    return {"id": str(uuid.uuid4()), "name": name, "value_type": kind,
            "value": value, "description": "", "selector": ["env", name]}


def env(name, kind):
    def plant(dsl, secret):
        dsl["workflow"]["environment_variables"].append(
            variable(name, kind, secret))
    return plant


def in_http(member, text):
    """In a member of the http-request; text has a place for the secret."""
    def plant(dsl, secret):
        ask = dsl_of.data_of(dsl, "http-request")[0]
        old = ask[member] + "\n" if ask[member] and member != "url" else ""
        ask[member] = old + text.format(secret)
    return plant


def api_key(dsl, secret):
    dsl_of.data_of(dsl, "http-request")[0]["authorization"] = {
        "type": "api-key", "config": {"type": "bearer", "api_key": secret,
                                      "header": ""}}


def body(kind, *items):
    def plant(dsl, secret):
        dsl_of.data_of(dsl, "http-request")[0]["body"] = {
            "type": kind, "data": [
                {"id": str(i), "type": "text", "key": key,
                 "value": value.replace("SECRET", secret)}
                for i, (key, value) in enumerate(items)]}
    return plant


def code(line):
    def plant(dsl, secret):
        step = dsl_of.data_of(dsl, "code")[0]
        step["code"] = line.replace("SECRET", secret) + "\n" + step["code"]
    return plant


def tool(members):
    """A node of a tool that nothing leads to, so that no Dify needs it."""
    def plant(dsl, secret):
        text = json.dumps(members).replace("SECRET", secret)
        node = copy.deepcopy(dsl_of.nodes(dsl)[-1])
        node["id"] = "1099"
        node["data"] = {
            "type": "tool", "title": "Tool", "provider_id": "time",
            "provider_type": "builtin", "provider_name": "time",
            "tool_name": "current_time", "tool_label": "Now",
            "tool_parameters": {}, "tool_configurations": {},
            **json.loads(text)}
        dsl_of.nodes(dsl).append(node)
    return plant


def default(dsl, secret):
    start = dsl_of.data_of(dsl, "start")[0]
    start["variables"].append({
        "variable": "access_token", "label": "Token", "type": "text-input",
        "required": False, "max_length": 200, "options": [],
        "default": secret})


def description(dsl, secret):
    dsl["app"]["description"] = f"Runs with {secret}, as agreed."


# What is planted: how, and what the secret looks like; {0} is made anew.
KINDS = {
    "variable-secret": (env("S", "secret"), "plain words {0}"),
    "variable-by-name": (env("api_key", "string"), "v-{0}"),
    "variable-password": (env("dbPassword", "string"), "p w {0}"),
    "header": (in_http("headers", "X-Api-Key: {}"), "h-{0}"),
    "header-beside-reference": (
        in_http("headers", "Authorization: Bearer {}{{{{#1001.q#}}}}"),
        "hr-{0}"),
    "parameter-key": (in_http("params", "key:{}"), "pk-{0}"),
    "parameter-token": (in_http("params", "access_token:{}"), "pt-{0}"),
    "authorization": (api_key, "au-{0}"),
    "userinfo": (in_http("url", "http://me:{}@127.0.0.1:9/x"), "ui-{0}"),
    "address-api-key": (
        in_http("url", "http://127.0.0.1:9/x?a=1&api_key={}&b=2"), "ua-{0}"),
    "address-token": (
        in_http("url", "http://127.0.0.1:9/{{{{#1001.q#}}}}?token={}"),
        "ut-{0}"),
    "form-field": (body("form-data", ("password", "SECRET"), ("a", "b")),
                   "ff-{0}"),
    "json-member": (body("json", ("", '{"user": "{{#1001.q#}}",'
                                      ' "secret": "SECRET"}')), "jm-{0}"),
    "raw-body": (body("raw-text", ("", "user=me&password=SECRET")),
                 "rb-{0}"),
    "constant": (code('API_KEY = "SECRET"'), "c-{0}"),
    "shape-sk": (code("call('SECRET')"), "sk-{0}"),
    "shape-ghp": (code("# SECRET"), "ghp_{0}"),
    "shape-aws": (code("use('SECRET')"), "AKIA{0}"),
    "shape-bearer": (code("# curl -H 'A: Bearer SECRET'"), "{0}"),
    "shape-pem": (code("K = '''" + PEM.format("SECRET") + "'''"), "{0}"),
    "tool-parameter": (tool({"tool_parameters": {"api_key": {
        "type": "constant", "value": "SECRET"}}}), "tp-{0}"),
    "tool-configuration": (tool({"tool_configurations": {
        "password": "SECRET"}}), "tc-{0}"),
    "tool-credentials": (tool({"credentials": {"endpoint": "SECRET"}}),
                         "cr-{0}"),
    "input-default": (default, "id-{0}"),
    "prose": (description, "sk-{0}"),
}
WAYS = ["create", "upload", "edit"]


def base(name):
    dsl = copy.deepcopy(dsl_of.small(name))
    first, last = dsl_of.nodes(dsl)
    ask, step = copy.deepcopy(first), copy.deepcopy(first)
    ask["id"], step["id"] = "1002", "1003"
    ask["data"] = {
        "type": "http-request", "title": "Ask", "method": "get",
        "url": "http://127.0.0.1:9/", "headers": "", "params": "",
        "variables": [], "authorization": {"type": "no-auth", "config": None},
        "body": {"type": "none", "data": []},
        "error_strategy": "default-value", "default_value": [
            {"key": "body", "type": "string", "value": ""},
            {"key": "status_code", "type": "number", "value": 0},
            {"key": "headers", "type": "object", "value": "{}"}],
        "timeout": {"connect": 1, "read": 1, "write": 1}}
    step["data"] = {
        "type": "code", "title": "Code", "code_language": "python3",
        "code": "def call(x):\n    pass\n\n\nuse = call\n\n\n"
                "def main(q: str) -> dict:\n    return {'r': q}\n",
        "variables": [{"variable": "q", "value_selector": ["1001", "q"]}],
        "outputs": {"r": {"type": "string", "children": None}}}
    graph = dsl["workflow"]["graph"]
    graph["nodes"] = [first, step, last]
    edge = graph["edges"][0]
    graph["edges"] = [
        {**edge, "id": f"{a}-{b}", "source": a, "target": b}
        for a, b in ((first["id"], "1003"), ("1003", last["id"]))]
    graph["nodes"].insert(1, ask)
    graph["edges"].append({**edge, "id": "ask", "source": first["id"],
                           "target": "1002"})
    return dsl


def made_up(shape):
    return shape.format(uuid.uuid4().hex.upper()[:16] + "0123")


class Planted:
    """A workflow with one secret of a kind, by one way."""

    def __init__(self, api, kind, way):
        plant, shape = KINDS[kind]
        self.kind, self.secret = f"{kind} by {way}", made_up(shape)
        dsl = base(f"{kind} {way}")
        if way == "create":
            plant(dsl, self.secret)
        self.id = api.post("/api/workflows",
                           {"dsl": dsl, "deploy": False}, 201).json()["id"]
        self.path = f"/api/workflows/{self.id}"
        if way == "upload":
            plant(dsl, self.secret)
            api.call("PUT", self.path + "/dsl", 200, json={"dsl": dsl})
        elif way == "edit":
            dsl = api.get(self.path + "/dsl")
            plant(dsl, self.secret)
            api.call("PUT", self.path + "/dsl", 200, json={
                "dsl": dsl, "note": "a change", "base_version": 1})
        self.dsl = dsl


@pytest.fixture(scope="module")
def planted(own):
    return [Planted(own.api, kind, WAYS[i % len(WAYS)])
            for i, kind in enumerate(KINDS)] + [
        Planted(own.api, kind, way) for kind in ("header", "constant")
        for way in WAYS]


@pytest.fixture(scope="module")
def deployed(own, planted):
    """All of them in Dify, run there once, and changed once more."""
    for p in planted:
        p.job = own.api.deploy(p.id)
    for p in planted:
        p.run = own.api.run(p.id, {"q": "hello"})
    for p in planted:
        dsl = own.api.get(p.path + "/dsl")
        dsl["app"]["description"] += " Changed."
        own.api.call("PUT", p.path + "/dsl", 200, json={"dsl": dsl})
        own.api.succeeded(own.api.post(p.path + "/rollback", {
            "version": own.api.workflow(p.id)["version"] - 1}))
    return planted


def answers(api, p):
    """All that the studio says about a workflow."""
    newest = api.workflow(p.id)["version"]
    yield "workflow", api.call("GET", p.path, 200)
    yield "dsl", api.call("GET", p.path + "/dsl", 200)
    yield "yaml", api.call("GET", p.path + "/dsl?format=yaml", 200)
    yield "versions", api.call("GET", p.path + "/versions", 200)
    for n in range(1, newest + 1):
        yield f"version {n}", api.call("GET", f"{p.path}/dsl?version={n}", 200)
        yield f"diff {n}", api.call("GET", f"{p.path}/diff?from={n}", 200)
    yield "runs", api.call("GET", f"/api/runs?workflow_id={p.id}", 200)
    yield "run", api.call("GET", f"/api/runs/{p.run['id']}", 200)
    yield "search", api.call("GET", "/api/workflows", 200,
                             params={"q": p.secret})
    yield "jobs", api.call("GET", f"/api/jobs?workflow_id={p.id}", 200)
    yield "job", api.call("GET", f"/api/jobs/{p.job['id']}", 200)


def test_no_answer_holds_one(own, deployed):
    found = [f"{p.kind}: {what}" for p in deployed
             for what, answer in answers(own.api, p)
             if p.secret.encode() in answer.content]
    assert found == []


def test_no_search_finds_one(own, deployed):
    found = [p.kind for p in deployed
             if own.api.get("/api/workflows", params={"q": p.secret})["items"]]
    assert found == []


def rows(own, sql):
    db = sqlite3.connect(f"file:{own.studio.data}/studio.db?mode=ro", uri=True)
    try:
        return [row[0] for row in db.execute(sql)]
    finally:
        db.close()


def test_no_event_holds_one(own, deployed):
    many = rows(own, "SELECT count(*) FROM events")[0]
    answer = own.api.http.get(own.studio.url + "/api/events", stream=True,
                              headers={"Last-Event-ID": "0"}, timeout=20)
    text = b""
    for chunk in answer.iter_content(4096):
        text += chunk
        if text.count(b"id:") >= many:
            break
    answer.close()
    assert many > len(deployed)
    assert [p.kind for p in deployed if p.secret.encode() in text] == []


def test_no_file_holds_one(own, deployed):
    files = [f for f in own.studio.data.rglob("*") if f.is_file()]
    assert any(f.name == "studio.db" for f in files)
    assert any("log" in f.name for f in files)
    found = [f"{p.kind}: {f.name}" for f in files
             for text in [f.read_bytes()]
             for p in deployed if p.secret.encode() in text]
    found += [f"{p.kind}: output" for p in deployed
              if p.secret in own.studio.output.text()]
    assert found == []


def test_no_packed_text_holds_one(own, deployed):
    texts = [zlib.decompress(packed)
             for packed in rows(own, "SELECT packed FROM dsl_texts")]
    assert len(texts) >= len(deployed)
    assert [p.kind for p in deployed for t in texts
            if p.secret.encode() in t] == []


def test_dify_got_each_of_them(own, deployed):
    """Byte for byte: the graph that Dify holds is the one that was planted."""
    wrong = []
    for p in deployed:
        app = own.api.workflow(p.id)["app_id"]
        draft = own.draft(app)
        if p.secret not in json.dumps(draft, ensure_ascii=False) and \
                "variable-secret" not in p.kind and "prose" not in p.kind:
            wrong.append(p.kind)
        mine = {n["id"]: n["data"] for n in dsl_of.nodes(p.dsl)}
        theirs = {n["id"]: n["data"] for n in draft["graph"]["nodes"]}
        for nid, data in mine.items():
            for key, value in data.items():
                if theirs[nid].get(key) != value:
                    wrong.append(f"{p.kind}: {nid} {key}")
    assert wrong == []
