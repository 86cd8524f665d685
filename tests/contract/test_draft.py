"""Draft, publish, versions, export."""
import json

import pytest
import yaml
from flows import chain, document, dsl, dump, echo, end, node, start, template, text

MASK = "*" * 20


@pytest.fixture
def app(dify):
    """A published echo app."""
    return dify.console.app(echo(dify.unique("draft"), environment_variables=[
        {"name": "KEY", "value": "s3cret", "value_type": "secret"}, {"name": "LIMIT", "value": 7, "value_type": "number"}]))


def _draft(dify, app_id):
    return dify.console.call("GET", f"/apps/{app_id}/workflows/draft")


def _save(dify, app_id, draft, **changes):
    body = {k: draft[k] for k in ("graph", "features", "hash", "environment_variables", "conversation_variables")}
    body.update(changes)
    return dify.console.call("POST", f"/apps/{app_id}/workflows/draft", {k: v for k, v in body.items() if v is not None})


def test_no_draft(dify):
    """an app without draft answers draft_workflow_not_exist"""
    made = dify.console.call("POST", "/apps", {"name": dify.unique("empty"), "mode": "workflow"}).ok(201)
    dify.made.append(made["id"])
    answer = _draft(dify, made["id"])
    assert (answer.status, answer.body["code"]) == (404 if dify.since("1.12.0") else 400, "draft_workflow_not_exist")


def test_secrets_are_masked(dify, app):
    """the draft hides secrets and shows the rest"""
    draft = _draft(dify, app.id).ok()
    assert set(draft) >= {"id", "graph", "features", "hash", "version", "environment_variables", "conversation_variables", "created_at"}
    assert draft["version"] == "draft"
    values = {v["name"]: v["value"] for v in draft["environment_variables"]}
    assert values == {"KEY": MASK, "LIMIT": 7}


def test_save_wants_the_hash(dify, app):
    """a stale or missing hash is draft_workflow_not_sync; the right one saves"""
    draft = _draft(dify, app.id).ok()
    for wrong in ("0" * 64, None):
        answer = _save(dify, app.id, draft, hash=wrong)
        assert (answer.status, answer.body["code"]) == (409 if dify.since("1.12.0") else 400, "draft_workflow_not_sync")
    draft["graph"]["nodes"][0]["position"]["x"] = 999
    saved = _save(dify, app.id, draft).ok()
    assert saved["result"] == "success" and saved["hash"] != draft["hash"]
    assert _draft(dify, app.id).ok()["hash"] == saved["hash"]


def test_masked_secret_that_is_saved_back(dify, app):
    """a masked secret that is saved back keeps its value from 1.13 on; before, the asterisks are stored"""
    draft = _draft(dify, app.id).ok()
    _save(dify, app.id, draft).ok()
    text_ = dify.console.call("GET", f"/apps/{app.id}/export?include_secret=true").ok()["data"]
    values = {v["name"]: v["value"] for v in yaml.safe_load(text_)["workflow"]["environment_variables"]}
    assert values["KEY"] == ("s3cret" if dify.since("1.13.0") else MASK)


def test_hash_ignores_environment(dify, app):
    """the hash does not see environment variables"""
    draft = _draft(dify, app.id).ok()
    saved = _save(dify, app.id, draft, environment_variables=[]).ok()
    assert saved["hash"] == draft["hash"]


def test_draft_as_plain_text(dify, app):
    """the draft may come as text/plain that holds JSON"""
    draft = _draft(dify, app.id).ok()
    body = json.dumps({k: draft[k] for k in ("graph", "features", "hash", "environment_variables", "conversation_variables")})
    answer = dify.console.call("POST", f"/apps/{app.id}/workflows/draft", data=body, headers={"Content-Type": "text/plain;charset=UTF-8"})
    assert answer.ok()["result"] == "success"


@pytest.mark.since("1.9.2")
def test_draft_paths_need_no_csrf(dify, app):
    """draft paths are exempt from the CSRF header"""
    answer = dify.console.http.get(f"{dify.base}/console/api/apps/{app.id}/workflows/draft", timeout=20)
    assert answer.status_code == 200


def test_unpublished(dify):
    """unpublished: an object whose members are null, on 1.16 null itself"""
    app_id = dify.console.load(echo(dify.unique("un"))).ok()["app_id"]
    body = dify.console.call("GET", f"/apps/{app_id}/workflows/publish").ok()
    if dify.since("1.15.0"):
        assert body is None
        return
    assert body["id"] is None and body["graph"] is None and body["created_by"] == {"id": None, "name": None, "email": None}


def test_publish_content_type(dify):
    """publishing without JSON is 415 from 1.11, taken by 1.8"""
    app_id = dify.console.load(echo(dify.unique("type"))).ok()["app_id"]
    answer = dify.console.call("POST", f"/apps/{app_id}/workflows/publish")
    if dify.since("1.11.0"):
        assert (answer.status, answer.body["code"]) == (415, "unsupported_media_type")
    else:
        assert answer.ok()["result"] == "success"


def test_versions(dify, app):
    """each publish makes a version; the first item is the draft"""
    one = f"/apps/{app.id}/workflows"
    made = dify.console.call("POST", f"{one}/publish", {"marked_name": "second", "marked_comment": "why"}).ok()
    assert made["result"] == "success" and made["created_at"]
    items = dify.console.call("GET", f"{one}?page=1&limit=10").ok()["items"]
    assert [i["version"] for i in items][0] == "draft" and len(items) == 3
    assert items[1]["marked_name"] == "second" and items[1]["graph"]["nodes"]
    assert dify.console.call("GET", f"{one}/publish").ok()["id"] == items[1]["id"]
    assert dify.console.call("POST", f"{one}/publish", {"marked_name": "x" * 21}).status == 400
    renamed = dify.console.call("PATCH", f"{one}/{items[2]['id']}", {"marked_name": "first", "marked_comment": ""}).ok()
    assert renamed["marked_name"] == "first"
    assert dify.console.call("DELETE", f"{one}/{items[1]['id']}").status == 400
    assert dify.console.call("DELETE", f"{one}/{items[2]['id']}").status == 204


def test_restore(dify, app):
    """restore puts a version back into the draft, from 1.13.3 on"""
    version = dify.console.call("GET", f"/apps/{app.id}/workflows/publish").ok()
    draft = _draft(dify, app.id).ok()
    draft["graph"]["nodes"][0]["position"]["x"] = 1234
    _save(dify, app.id, draft).ok()
    answer = dify.console.call("POST", f"/apps/{app.id}/workflows/{version['id']}/restore")
    if not dify.since("1.13.3"):
        assert answer.status == 404 and "text/html" in answer.headers["Content-Type"]
        return
    assert set(answer.ok()) == {"result", "hash", "updated_at"}
    assert _draft(dify, app.id).ok()["graph"]["nodes"][0]["position"]["x"] == 80


def test_a_broken_graph_publishes(dify):
    """a graph with a dangling edge publishes"""
    app_id = dify.console.load(dsl(dify.unique("bad"), [start(), end()], chain("begin", "done", "ghost"))).ok()["app_id"]
    dify.console.call("POST", f"/apps/{app_id}/workflows/publish", {}).ok()


@pytest.mark.since("1.10.0")
def test_schedule_is_looked_at_when_publishing(dify):
    """an unknown schedule frequency is refused at publish"""
    clock = node("clock", "trigger-schedule", mode="visual", frequency="yearly", timezone="UTC", visual_config={"time": "9:00 AM"})
    app_id = dify.console.load(dsl(dify.unique("clock"), [clock, end()], chain("clock", "done"))).ok()["app_id"]
    answer = dify.console.call("POST", f"/apps/{app_id}/workflows/publish", {})
    assert answer.status == 400 and answer.body["message"] == "Unsupported frequency: yearly"


def test_default_configs(dify, app):
    """the server's default for a code node"""
    body = dify.console.call("GET", f"/apps/{app.id}/workflows/default-workflow-block-configs/code").ok()
    assert body["type"] == "code" and body["config"]["code_language"] == "python3" and "def main" in body["config"]["code"]


def test_export_round_trip(dify, app):
    """export gives YAML in JSON, without secrets, and imports again"""
    body = dify.console.call("GET", f"/apps/{app.id}/export").ok()
    data = yaml.safe_load(body["data"])
    assert (data["kind"], data["app"]["mode"]) == ("app", "workflow")
    values = {v["name"]: (v["value"], v["value_type"]) for v in data["workflow"]["environment_variables"]}
    assert values == {"KEY": ("", "secret"), "LIMIT": (7, "integer")}
    answer = dify.console.load(body["data"]).ok()
    assert answer["status"] == "completed" and answer["imported_dsl_version"] == answer["current_dsl_version"]
    nodes = lambda text_: yaml.safe_load(text_)["workflow"]["graph"]  # noqa: E731
    again = dify.console.call("GET", f"/apps/{answer['app_id']}/export").ok()["data"]
    assert nodes(again) == nodes(body["data"])


def test_export_unknown_version(dify, app):
    """an unknown workflow_id is refused"""
    answer = dify.console.call("GET", f"/apps/{app.id}/export?workflow_id=00000000-0000-0000-0000-000000000000")
    assert (answer.status, answer.body["code"]) == ((500, "unknown") if dify.since("1.15.0") else (400, "invalid_param"))


def test_datasets_of_a_document(dify):
    """a plain dataset id survives import from 1.9 on and is dropped by 1.8"""
    plain = "11111111-2222-4333-8444-555555555555"
    find = node("find", "knowledge-retrieval", query_variable_selector=["begin", "q"], dataset_ids=[plain, "not-an-id"],
                retrieval_mode="multiple", multiple_retrieval_config={"top_k": 2, "reranking_enable": False})
    app_id = dify.console.load(dsl(dify.unique("set"), [start(text("q")), find, end(out=["find", "result"])], chain("begin", "find", "done"))).ok()["app_id"]
    ids = next(n for n in _draft(dify, app_id).ok()["graph"]["nodes"] if n["id"] == "find")["data"]["dataset_ids"]
    assert ids == ([plain] if dify.since("1.9.0") else [])


def test_draft_sync_keeps_plain_datasets(dify):
    """a draft save stores plain dataset ids everywhere"""
    data = document(dify.unique("sync"), [start(text("q")), template("t", "x"), end(out=["t", "output"])], chain("begin", "t", "done"))
    app_id = dify.console.load(dump(data)).ok()["app_id"]
    draft = _draft(dify, app_id).ok()
    draft["graph"]["nodes"][1]["data"].update(type="knowledge-retrieval", dataset_ids=["11111111-2222-4333-8444-555555555555"])
    _save(dify, app_id, draft).ok()
    assert _draft(dify, app_id).ok()["graph"]["nodes"][1]["data"]["dataset_ids"] == ["11111111-2222-4333-8444-555555555555"]


@pytest.mark.since("1.14.0")
def test_environment_variables_by_themselves(dify, app):
    """environment variables have a path of their own that shows secrets in clear"""
    path = f"/apps/{app.id}/workflows/draft/environment-variables"
    items = dify.console.call("GET", path).ok()["items"]
    assert {i["name"]: i["value"] for i in items} == {"KEY": "s3cret", "LIMIT": 7}
