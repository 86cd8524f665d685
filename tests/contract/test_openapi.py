"""OpenAPI surface."""
import time

import pytest
import requests
from flows import chain, dsl, echo, end, start
from target import EventStream, named

BASE = "/openapi/v1"


@pytest.fixture
def token(dify):
    """A device token, approved by the console session."""
    asked = dify.call("POST", f"{BASE}/oauth/device/code", json={"client_id": "difyctl", "device_label": "contract"}).ok()
    assert asked["interval"] == 5 and asked["verification_uri"].endswith("/device")
    ask = {"device_code": asked["device_code"], "client_id": "difyctl"}
    waiting = dify.call("POST", f"{BASE}/oauth/device/token", json=ask)
    assert (waiting.status, waiting.body) == (400, {"error": "authorization_pending"})
    approved = dify.console.http.post(f"{dify.base}{BASE}/oauth/device/approve", json={"user_code": asked["user_code"]}, headers=dify.console.headers(), timeout=20)
    assert approved.json() == {"status": "approved"}
    time.sleep(0 if dify.sandbox else asked["interval"] + 0.5)
    body = dify.call("POST", f"{BASE}/oauth/device/token", json=ask).ok()
    assert body["token"].startswith("dfoa_") and body["account"]["email"] == dify.email
    return {"Authorization": f"Bearer {body['token']}"}, body["default_workspace_id"]


@pytest.mark.until("1.14.2")
def test_absent_before(dify):
    """no OpenAPI surface before 1.15"""
    assert dify.call("GET", f"{BASE}/_version").status == 404


@pytest.mark.since("1.15.0")
def test_without_a_token(dify):
    """version and health are open, the rest asks for a bearer; unknown paths are JSON"""
    assert dify.call("GET", f"{BASE}/_version").ok()["version"] == ".".join(map(str, dify.version))
    assert dify.call("GET", f"{BASE}/_health").ok() == {"ok": True}
    answer = dify.call("GET", f"{BASE}/account")
    assert (answer.status, answer.body["message"]) == (401, "bearer required")
    assert dify.call("GET", f"{BASE}/nothing").body["code"] == "not_found"
    refused = dify.call("POST", f"{BASE}/oauth/device/code", json={"client_id": "stranger", "device_label": "x"})
    assert (refused.status, refused.body) == (400, {"error": "unsupported_client"})


@pytest.mark.since("1.15.0")
def test_import_and_run(dify, token):
    """import, read, run as a stream; the console refuses the token"""
    headers, workspace = token
    name = dify.unique("open")
    text = echo(name)
    made = dify.call("POST", f"{BASE}/workspaces/{workspace}/apps/imports", json={"mode": "yaml-content", "yaml_content": text}, headers=headers).ok()
    dify.made.append(made["app_id"])
    one = f"{BASE}/apps/{made['app_id']}"
    assert dify.call("GET", one, headers=headers).ok()["info"]["name"] == name
    assert "kind: app" in dify.call("GET", f"{one}/dsl", headers=headers).ok()["data"]
    assert dify.call("GET", f"{one}/dependencies:check", headers=headers).ok() == {"leaked_dependencies": []}
    rows = dify.call("GET", f"{BASE}/apps?workspace_id={workspace}&page=1&limit=5", headers=headers).ok()["data"]
    assert made["app_id"] in [r["id"] for r in rows]
    assert dify.call("POST", f"{one}:run", json={"inputs": {"q": "x"}}, headers=headers).status == 500
    dify.console.call("POST", f"/apps/{made['app_id']}/workflows/publish", {}).ok()
    response = requests.post(f"{dify.base}{one}:run", json={"inputs": {"q": "x"}}, headers=headers, stream=True, timeout=20)
    frames = list(EventStream(response, 20))
    assert named(frames, "workflow_finished")[0]["data"]["outputs"] == {"out": "x"}
    assert dify.call("GET", "/console/api/apps", headers=headers).status == 401


@pytest.mark.since("1.15.0")
def test_account_and_workspaces(dify, token):
    """account and workspaces of the token"""
    headers, workspace = token
    assert dify.call("GET", f"{BASE}/account", headers=headers).ok()["subject_email"] == dify.email
    assert dify.call("GET", f"{BASE}/workspaces", headers=headers).ok()["workspaces"][0]["id"] == workspace
    text = dsl(dify.unique("bad"), [start(), end()], chain("begin", "done", "ghost"))
    made = dify.call("POST", f"{BASE}/workspaces/{workspace}/apps/imports", json={"mode": "yaml-content", "yaml_content": text}, headers=headers).ok()
    dify.made.append(made["app_id"])
