"""The sandbox Dify itself: its switches, its faults, and what a restart keeps."""
import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from lib.servers import free_port, process, wait_for

DIFY = Path(__file__).with_name("dify.py")
KEY = "sandbox-admin-key"
GRAPH = {"nodes": [{"id": "a", "type": "custom", "data": {"type": "start", "title": "A", "variables": []}},
                   {"id": "b", "type": "custom", "data": {"type": "code", "title": "B", "code_language": "python3", "variables": [],
                                                          "code": "def main():\n    return {'r': 'done'}\n", "outputs": {"r": {"type": "string"}}}},
                   {"id": "c", "type": "custom", "data": {"type": "end", "title": "C", "outputs": [{"variable": "r", "value_selector": ["b", "r"]}]}}],
         "edges": [{"source": "a", "target": "b"}, {"source": "b", "target": "c"}]}
DSL = json.dumps({"kind": "app", "version": "0.4.0", "app": {"name": "kept", "mode": "workflow"},
                  "workflow": {"graph": GRAPH, "features": {}, "environment_variables": [], "conversation_variables": []}})


class Sandbox:
    """A running sandbox."""

    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}"
        listed = requests.get(f"{self.base}/console/api/all-workspaces", headers={"Authorization": f"Bearer {KEY}"}, timeout=10)
        self.headers = {"Authorization": f"Bearer {KEY}", "X-WORKSPACE-ID": listed.json()["data"][0]["id"]}

    def call(self, method, path, **more):
        return requests.request(method, self.base + path, headers=self.headers, timeout=10, **more)

    def fault(self, **order):
        assert requests.post(f"{self.base}/_sandbox/faults", json=order, timeout=10).status_code == 200

    def app(self):
        """A published app and its key."""
        app_id = self.call("POST", "/console/api/apps/imports", json={"mode": "yaml-content", "yaml_content": DSL}).json()["app_id"]
        self.call("POST", f"/console/api/apps/{app_id}/workflows/publish", json={})
        return app_id, self.call("POST", f"/console/api/apps/{app_id}/api-keys").json()["token"]

    def run(self, key, **more):
        body = {"inputs": {}, "user": "u", "response_mode": "blocking", **more}
        return requests.post(f"{self.base}/v1/workflows/run", json=body, headers={"Authorization": f"Bearer {key}"}, timeout=10,
                             stream=body["response_mode"] == "streaming")


def _start(folder, port, *more):
    return process([sys.executable, DIFY, "--port", port, "--data", folder, *more], port, stdout=subprocess.DEVNULL)


@pytest.fixture
def sandbox(tmp_path):
    port = free_port()
    with _start(tmp_path / "data", port):
        yield Sandbox(port)


def test_restart_keeps_apps_keys_and_runs(tmp_path):
    port, folder = free_port(), tmp_path / "data"
    with _start(folder, port):
        app_id, key = Sandbox(port).app()
        run = Sandbox(port).run(key).json()
        assert run["data"]["outputs"] == {"r": "done"}
    with _start(folder, port):
        again = Sandbox(port)
        assert again.call("GET", f"/console/api/apps/{app_id}").json()["name"] == "kept"
        assert again.run(key).json()["data"]["status"] == "succeeded"
        stored = requests.get(f"{again.base}/v1/workflows/run/{run['workflow_run_id']}", headers={"Authorization": f"Bearer {key}"}, timeout=10)
        assert stored.json()["status"] == "succeeded"
        state = requests.get(f"{again.base}/_sandbox/state", timeout=10).json()
        assert state["apps"] == {"kept": 1} and state["runs"] == {"succeeded": 2}
        assert set(state["datasets"]) == {"handbook", "faq"}


def test_a_taken_port_is_one_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = subprocess.run([sys.executable, DIFY, "--port", str(taken.getsockname()[1]), "--data", str(tmp_path)], capture_output=True, timeout=10)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1


def test_the_dataset_key_is_always_valid(sandbox):
    rows = requests.get(f"{sandbox.base}/v1/datasets", headers={"Authorization": "Bearer dataset-sandbox"}, timeout=10).json()["data"]
    assert {r["name"] for r in rows} == {"handbook", "faq"}
    found = requests.post(f"{sandbox.base}/v1/datasets/{rows[0]['id']}/retrieve", json={"query": "年假 holidays refund"},
                          headers={"Authorization": "Bearer dataset-sandbox"}, timeout=10).json()
    assert found["records"]


@pytest.mark.parametrize("status, kind", [(500, "text/html"), (502, "text/html"), (504, "text/html"), (429, "application/json")])
def test_status_fault(sandbox, status, kind):
    sandbox.fault(match="GET /console/api/apps", kind="status", value=status, times=2)
    for _ in range(2):
        answer = sandbox.call("GET", "/console/api/apps")
        assert answer.status_code == status and answer.headers["Content-Type"].startswith(kind)
    assert sandbox.call("GET", "/console/api/apps").status_code == 200


def test_slow_fault(sandbox):
    sandbox.fault(match="GET /console/api/setup", kind="slow", value=0.5)
    began = time.monotonic()
    assert sandbox.call("GET", "/console/api/setup").status_code == 200
    assert time.monotonic() - began >= 0.5
    began = time.monotonic()
    sandbox.call("GET", "/console/api/setup")
    assert time.monotonic() - began < 0.4


def test_garbage_fault(sandbox):
    sandbox.fault(match="GET /console/api/apps", kind="garbage")
    answer = sandbox.call("GET", "/console/api/apps")
    assert answer.status_code == 200
    with pytest.raises(ValueError):
        answer.json()


def test_session_fault(sandbox):
    sandbox.fault(match="* /console/api/", kind="expire_session")
    answer = sandbox.call("GET", "/console/api/apps")
    assert answer.status_code == 401 and answer.json()["message"] == "Token has expired."
    assert sandbox.call("GET", "/console/api/apps").status_code == 200


def test_cut_before_anything_and_in_the_body(sandbox):
    sandbox.fault(match="GET /console/api/apps", kind="cut")
    with pytest.raises(requests.RequestException):
        sandbox.call("GET", "/console/api/apps")
    sandbox.fault(match="GET /console/api/apps", kind="cut", value=10)
    answer = sandbox.call("GET", "/console/api/apps")
    assert len(answer.content) == 10 < int(answer.headers["Content-Length"])


def test_cut_of_a_stream_leaves_the_run(sandbox):
    _, key = sandbox.app()
    sandbox.fault(match="POST /v1/workflows/run", kind="cut", value=3)
    answer = sandbox.run(key, response_mode="streaming")
    lines = []
    with pytest.raises(requests.RequestException):
        for line in answer.iter_lines():
            lines.append(line)
    started = next(json.loads(line[5:]) for line in lines if b"workflow_started" in line)
    path = f"{sandbox.base}/v1/workflows/run/{started['workflow_run_id']}"
    wait_for(lambda: requests.get(path, headers={"Authorization": f"Bearer {key}"}, timeout=10).json()["status"] == "succeeded", 10, "the run goes on")


def test_faults_are_checked_listed_and_cleared(sandbox):
    url = f"{sandbox.base}/_sandbox/faults"
    assert requests.post(url, json={"match": "GET /", "kind": "explode"}, timeout=10).status_code == 400
    sandbox.fault(match="GET /v1", kind="status", value=500, times=9)
    assert requests.get(url, timeout=10).json()["faults"] == [{"match": "GET /v1", "kind": "status", "value": 500, "times": 9}]
    assert requests.delete(url, timeout=10).json() == {"faults": []}
    assert requests.get(f"{sandbox.base}/v1/info", timeout=10).status_code == 401


def test_the_log_masks_keys(sandbox):
    sandbox.call("GET", "/console/api/apps?page=1")
    rows = requests.get(f"{sandbox.base}/_sandbox/log", timeout=10).json()["requests"]
    assert rows[-1]["path"] == "/console/api/apps" and rows[-1]["status"] == 200 and rows[-1]["query"] == {"page": "1"}
    assert KEY not in json.dumps(rows)


def test_code_sees_no_network_and_no_files(sandbox):
    source = ("import os, socket\n\ndef main():\n    try:\n        socket.create_connection(('127.0.0.1', %s), 1)\n        net = 'open'\n"
              "    except OSError:\n        net = 'closed'\n    return {'r': net + ' ' + str(os.listdir('.')) + ' ' + str(os.path.exists('/root'))}\n") % sandbox.base.rpartition(":")[2]
    graph = json.loads(json.dumps(GRAPH))
    graph["nodes"][1]["data"]["code"] = source
    text = json.dumps({"kind": "app", "version": "0.4.0", "app": {"name": "inside", "mode": "workflow"}, "workflow": {"graph": graph, "features": {}}})
    app_id = sandbox.call("POST", "/console/api/apps/imports", json={"mode": "yaml-content", "yaml_content": text}).json()["app_id"]
    sandbox.call("POST", f"/console/api/apps/{app_id}/workflows/publish", json={})
    key = sandbox.call("POST", f"/console/api/apps/{app_id}/api-keys").json()["token"]
    assert sandbox.run(key).json()["data"]["outputs"] == {"r": "closed [] False"}


def test_requests_stay_on_this_machine(sandbox):
    graph = json.loads(json.dumps(GRAPH))
    graph["nodes"][1]["data"] = {"type": "http-request", "title": "B", "method": "get", "url": "http://192.0.2.1/", "headers": "", "params": "",
                                 "authorization": {"type": "no-auth"}, "body": {"type": "none", "data": []}}
    text = json.dumps({"kind": "app", "version": "0.4.0", "app": {"name": "far", "mode": "workflow"}, "workflow": {"graph": graph, "features": {}}})
    app_id = sandbox.call("POST", "/console/api/apps/imports", json={"mode": "yaml-content", "yaml_content": text}).json()["app_id"]
    sandbox.call("POST", f"/console/api/apps/{app_id}/workflows/publish", json={})
    key = sandbox.call("POST", f"/console/api/apps/{app_id}/api-keys").json()["token"]
    data = sandbox.run(key).json()["data"]
    assert data["status"] == "failed" and "127.0.0.1 only" in data["error"]


def test_it_is_quick_enough(sandbox):
    """Hundreds of small requests a second over one kept connection."""
    with requests.Session() as session:
        session.headers.update(sandbox.headers)
        began = time.monotonic()
        for _ in range(300):
            assert session.get(f"{sandbox.base}/console/api/apps?limit=1", timeout=10).status_code == 200
        assert time.monotonic() - began < 3
