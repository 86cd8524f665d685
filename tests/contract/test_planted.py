"""Verdicts on files with one planted defect each."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import BEHAVIOURS
from target import App, named

PLANTED = Path(__file__).resolve().parents[1] / "data" / "planted"
ROWS = [json.loads(line) for line in (PLANTED / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()]
WEB = "127.0.0.1:21099"
NAME = "Order desk"      # of all files
PATIENCE = 8.0           # seconds for a real server
SANDBOX_PATIENCE = 2.5   # and for the sandbox, which needs milliseconds


@pytest.fixture(scope="session")
def shop():
    """The web server that the files ask: everything exists but /missing."""
    class Shop(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(404 if "missing" in self.path else 200)
            self.end_headers()
            self.wfile.write(b"12")

        def log_message(self, *_):
            pass
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield "127.0.0.1:%d" % server.server_address[1]
    server.shutdown()


@pytest.fixture(scope="session")
def before(dify):
    """The apps of that name which somebody else has there."""
    return {a["id"] for a in dify.console.apps_named(NAME)}


def _behaviour(dify):
    return dify.name if dify.name in BEHAVIOURS else next(n for n, v in BEHAVIOURS.items() if v == ".".join(map(str, dify.version)))


def _input(variable):
    return {"number": 5, "checkbox": True, "select": (variable.get("options") or ["a"])[0]}.get(variable.get("type"), "hello")


def _inputs(draft):
    values = {}
    for node in (draft.get("graph") or {}).get("nodes") or []:
        data = (node or {}).get("data") or {}
        if data.get("type") == "start" and isinstance(data.get("variables"), list):
            values.update({v["variable"]: _input(v) for v in data["variables"] if isinstance(v, dict) and v.get("variable")})
    return values


def _imported(dify, text):
    answer = dify.console.load(text)
    if answer.status == 202:
        answer = dify.console.call("POST", f"/apps/imports/{answer.body['id']}/confirm")
        dify.made.append(answer.body["app_id"])
    return answer


def _verdict(dify, text):
    """The class of a file, and whether an end or answer began when it succeeds."""
    answer = _imported(dify, text)
    if answer.status != 200:
        return "refused_at_import", None
    app_id, mode = answer.body["app_id"], answer.body["app_mode"]
    if dify.console.call("POST", f"/apps/{app_id}/workflows/publish", {}).status != 200:
        return "refused_at_publish", None
    key = dify.console.call("POST", f"/apps/{app_id}/api-keys").ok(201)["token"]
    app = App(dify, app_id, key)
    draft = dify.console.call("GET", f"/apps/{app_id}/workflows/draft").ok()
    body = {"inputs": _inputs(draft)}
    path = "/workflows/run"
    if mode == "advanced-chat":
        path, body["query"] = "/chat-messages", "hello"
    stream = app.stream(body, path, SANDBOX_PATIENCE if dify.sandbox else PATIENCE)
    if stream.response.status_code != 200:
        stream.close()
        return "refused_at_graph", None
    frames = []
    for frame in stream:
        frames.append(frame)
        if frame["event"] == "error":
            stream.close()
            break
    return _class_of(frames)


def _class_of(frames):
    began = [f for f in frames if f["event"] in ("node_started", "iteration_started", "loop_started")]
    if named(frames, "workflow_paused"):
        return "paused", None
    if not began:
        return "refused_at_graph", None
    finished = named(frames, "workflow_finished")
    if not finished:
        return "no_end", None
    if finished[0]["data"]["status"] in ("succeeded", "partial-succeeded"):
        return "succeeded", any(f["data"]["node_type"] in ("end", "answer") for f in began)
    return "node_error", None


@pytest.mark.parametrize("row", ROWS, ids=[r["file"][:-4] for r in ROWS])
def test_verdict(dify, row, shop, before):
    """each file gets the verdict that real Dify gave"""
    wanted = row[_behaviour(dify)]
    text = (PLANTED / row["file"]).read_text(encoding="utf-8").replace(WEB, shop)
    text = text.replace("sandbox-fast", dify.model)
    got = _verdict(dify, text)
    if got[0] == "refused_at_import":
        dify.made += [a["id"] for a in dify.console.apps_named(NAME) if a["id"] not in before]
    assert got == (wanted["class"], wanted.get("reached_output")), row["planted"]


def test_the_table_is_complete():
    """every file has a row, every row a file; the table covers all behaviours"""
    assert {r["file"] for r in ROWS} == {p.name for p in PLANTED.glob("*.yml")}
    assert len(ROWS) >= 100
    for name in BEHAVIOURS:
        classes = {r[name]["class"] for r in ROWS}
        assert classes >= {"refused_at_import", "refused_at_publish", "refused_at_graph", "node_error", "succeeded"}
