"""Generator and triggers."""
import pytest
import requests
from flows import PROVIDER, chain, dsl, end, node
from target import EventStream, wait_until

GOOD = {"mode": "workflow", "instruction": "Summarise a text that the user pastes."}
BASE = "/workflow-generate"


def _model(dify, **more):
    return {"provider": PROVIDER, "name": dify.model, "mode": "chat", "completion_params": {}, **more}


def _generate(dify, path="", **more):
    return dify.console.call("POST", BASE + path, {**GOOD, "model_config": _model(dify), **more})


@pytest.mark.until("1.14.2")
def test_no_generator_before(dify):
    """no generator before 1.15"""
    assert dify.console.call("POST", BASE, GOOD).status == 404


@pytest.mark.since("1.16.0")
def test_instructions_that_are_refused(dify):
    """a blank or too long instruction has a shape of its own"""
    for path in ("", "/stream"):
        answer = _generate(dify, path, instruction="  ")
        assert answer.status == 400 and answer.body["errors"][0]["code"] == "EMPTY_INSTRUCTION" and "code" not in answer.body
    assert _generate(dify, instruction="x" * 10_001).body["errors"][0]["code"] == "INSTRUCTION_TOO_LONG"


@pytest.mark.since("1.16.0")
def test_requests_that_are_refused(dify):
    """another mode, no model, a bad graph, an unknown provider or model"""
    assert _generate(dify, mode="chat").body["code"] == "invalid_param"
    assert dify.console.call("POST", BASE, GOOD).body["code"] == "invalid_param"
    assert "current_graph.edges\n  Field required" in _generate(dify, current_graph={"nodes": []}).body["message"]
    assert _generate(dify, model_config=_model(dify, provider="acme/none/none")).body["message"] == "Provider acme/none/none does not exist."
    assert _generate(dify, model_config=_model(dify, name="none")).body["code"] == "provider_not_initialize"
    assert dify.call("POST", f"/console/api{BASE}", json=GOOD).status == 401


@pytest.mark.since("1.16.0")
def test_answers_have_one_shape(dify):
    """whatever comes of it, 200 and one shape"""
    body = _generate(dify).ok()
    assert set(body) == {"graph", "message", "app_name", "icon", "error", "errors", "mode"}
    assert set(body["graph"]) >= {"nodes", "edges", "viewport"} and body["mode"] == "workflow"
    assert all(set(e) == {"code", "detail", "node_id"} for e in body["errors"])


@pytest.mark.since("1.16.0")
@pytest.mark.parametrize("wish", ["Sort messages into billing, technical and other", "Write a slogan for each line", "An assistant for questions about shoes"])
def test_how_graphs_are_drawn(dify, wish):
    """nodes are placed, children know their room, edges are named by their ends; no step reads the item of an iteration"""
    body = _generate(dify, instruction=wish, mode="auto").ok()
    graph = body["graph"]
    assert graph["nodes"] and body["mode"] in ("workflow", "advanced-chat")
    inside = {n["id"]: n.get("parentId") for n in graph["nodes"]}
    for n in graph["nodes"]:
        assert {"id", "type", "position", "positionAbsolute", "width", "height", "sourcePosition", "targetPosition", "data"} <= set(n)
        assert {"type", "title", "desc", "selected"} <= set(n["data"])
        assert not n.get("parentId") or (n["zIndex"], n["extent"]) == (1002, "parent")
    for e in graph["edges"]:
        room = inside[e["source"]]
        assert e["id"] == "-".join([e["source"], e["sourceHandle"], e["target"], e["targetHandle"]])
        assert (e["data"].get("iteration_id"), e.get("zIndex")) == ((room, 1002) if room and room == inside[e["target"]] else (None, None))
    rooms = [n["id"] for n in graph["nodes"] if n["data"]["type"] == "iteration"]
    assert not [i for i in rooms if f"{{{{#{i}.item#}}}}" in str(graph) or f"['{i}', 'item']" in str(graph)]


@pytest.mark.since("1.16.0")
@pytest.mark.sandbox_only
def test_generated_graph_runs(dify):
    """generate, create, save, publish, run"""
    body = _generate(dify).ok()
    assert body["errors"] == [] and body["error"] == ""
    app = dify.console.call("POST", "/apps", {"name": dify.unique("made"), "mode": body["mode"]}).ok(201)
    dify.made.append(app["id"])
    one = f"/apps/{app['id']}"
    dify.console.call("POST", f"{one}/workflows/draft", {"graph": body["graph"], "features": {}, "environment_variables": [], "conversation_variables": []}).ok()
    dify.console.call("POST", f"{one}/workflows/publish", {}).ok()
    key = dify.console.call("POST", f"{one}/api-keys").ok(201)["token"]
    run = dify.call("POST", "/v1/workflows/run", json={"inputs": {"text": "hello"}, "user": "u"}, headers={"Authorization": f"Bearer {key}"}).ok()
    assert run["data"]["status"] == "succeeded" and "hello" in run["data"]["outputs"]["result"]


@pytest.mark.since("1.16.0")
@pytest.mark.sandbox_only
@pytest.mark.parametrize("word, code", [("BADJSON", "INVALID_JSON"), ("EMPTYPLAN", "EMPTY_PLAN"), ("NOEDGES", "INVALID_SCHEMA"), ("CYCLE", "GRAPH_CYCLE"),
                                        ("NOEND", "MISSING_TERMINAL"), ("BADREF", "UNKNOWN_NODE_REFERENCE"), ("ERR500", "MODEL_ERROR")])
def test_failures_on_order(dify, word, code):
    """the sandbox's generator fails on order"""
    body = _generate(dify, instruction=f"Do it. {word}").ok()
    assert body["errors"][0]["code"] == code and body["error"]


@pytest.mark.since("1.16.0")
@pytest.mark.sandbox_only
def test_stream_of_the_generator(dify):
    """the stream: plan, then result"""
    response = dify.console.http.post(f"{dify.base}/console/api{BASE}/stream", json={**GOOD, "model_config": _model(dify)}, headers=dify.console.headers(), stream=True, timeout=20)
    frames = list(EventStream(response, 20).all())
    assert [f["event"] for f in frames] == ["plan", "result"] and frames[1]["graph"]["nodes"]
    assert [n["node_type"] for n in frames[0]["nodes"]] == ["start", "llm", "end"]


@pytest.mark.since("1.16.0")
def test_suggestions(dify):
    """suggestions by the default model; a bad mode is refused"""
    body = dify.console.call("POST", f"{BASE}/suggestions", {"mode": "workflow", "count": 2}).ok()
    assert isinstance(body["suggestions"], list) and len(body["suggestions"]) <= 2
    assert dify.console.call("POST", f"{BASE}/suggestions", {"mode": "auto"}).status == 400


@pytest.mark.since("1.16.0")
def test_webhook(dify):
    """publishing makes and enables a webhook that starts runs"""
    hook = node("hook", "trigger-webhook", method="post", content_type="application/json", headers=[], params=[], async_mode=True, status_code=200,
                response_body="", variables=[], body=[{"name": "item", "type": "string", "required": True}])
    app = dify.console.app(dsl(dify.unique("hook"), [hook, end(out=["hook", "item"])], chain("hook", "done")))
    triggers = dify.console.call("GET", f"/apps/{app.id}/triggers").ok()["data"]
    assert [(t["trigger_type"], t["status"], t["node_id"]) for t in triggers] == [("trigger-webhook", "enabled", "hook")]
    url = dify.console.call("GET", f"/apps/{app.id}/workflows/triggers/webhook?node_id=hook").ok()["webhook_url"]
    path = "/triggers/webhook/" + url.rpartition("/")[2]
    good = requests.post(dify.base + path, json={"item": "box"}, timeout=20)
    assert (good.status_code, good.json()["status"]) == (200, "success")
    bad = requests.post(dify.base + path, json={}, timeout=20)
    assert (bad.status_code, bad.json()) == (400, {"error": "Bad Request", "message": "Required body parameter missing: item"})
    logs = f"/apps/{app.id}/workflow-app-logs?page=1&limit=5"
    row = wait_until(lambda: next(iter(dify.console.call("GET", logs).ok()["data"]), None), 20, "the run")
    assert row["workflow_run"]["triggered_from"] == "webhook"
    assert app.outputs({"item": "x"}) == {"out": None}
    off = dify.console.call("POST", f"/apps/{app.id}/trigger-enable", {"trigger_id": triggers[0]["id"], "enable_trigger": False}).ok()
    assert off["status"] == "disabled"
