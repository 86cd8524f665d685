"""Apps that a Dify has come under management."""
import json
import uuid

import pytest
import yaml
from dify_server import Dify
from flows import chat, echo, http, upper

VERSIONS = ["1.8", "1.12", "1.13", "1.16"]
SECRET = "sk-very-secret-0123456789"


@pytest.fixture(scope="module", params=VERSIONS)
def any_dify(request, tmp_path_factory, llm):
    with Dify(tmp_path_factory.mktemp("dify"), request.param, llm) as server:
        yield server


@pytest.fixture
def alone(tmp_path_factory, llm):
    with Dify(tmp_path_factory.mktemp("dify"), "1.16", llm) as server:
        yield server


def app_in(dify, dsl):
    answer = dify.console("POST", "/apps/imports", json={
        "mode": "yaml-content", "yaml_content": yaml.safe_dump(
            {**dsl, "version": "0.4.0"})})
    assert answer["app_id"], answer
    return answer["app_id"]


def tag(dify, app, name):
    tid = dify.console("POST", "/tags", json={
        "name": name, "type": "app"})["id"]
    path = "/tag-bindings" + ("" if dify.version == "1.16" else "/create")
    dify.console("POST", path, json={
        "tag_ids": [tid], "target_id": app, "type": "app"})


def take(data, connection, *apps, **more):
    payload = {"connection_id": connection, **more}
    if apps:
        payload["app_ids"] = list(apps)
    return data.wait(data.job("import_apps", payload))


def of_app(data, app):
    rows = data.sql("SELECT * FROM workflows WHERE dify_app_id = ?", app)
    assert len(rows) == 1, [dict(r) for r in rows]
    return dict(rows[0])


def dsl_of(data, workflow):
    return data.dsl(workflow)


def with_secret(name):
    dsl = http("http://127.0.0.1/x", "", name)
    dsl["workflow"]["environment_variables"] = [{
        "id": str(uuid.uuid4()), "name": "KEY", "value_type": "secret",
        "value": SECRET, "description": "", "selector": ["env", "KEY"]}]
    return dsl


def test_an_app_comes_with_its_tags_and_its_secrets_sealed(worker, any_dify):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    app = app_in(any_dify, with_secret(f"Mail {any_dify.version}"))
    tag(any_dify, app, f"office {any_dify.version}")
    job = take(worker, c, app)
    assert job["state"] == "succeeded", job["error"]
    row, = job["result"]["apps"]
    w = of_app(worker, app)
    assert row == {"app_id": app, "state": "imported", "source": "export",
                   "name": f"Mail {any_dify.version}", "published": False,
                   "workflow_id": w["id"]}
    assert w["name"] == f"Mail {any_dify.version}"
    assert w["connection_id"] == c and w["last_status"] == "draft"
    assert w["dify_key"] is None
    assert [r["tag"] for r in worker.sql(
        "SELECT tag FROM workflow_tags WHERE workflow_id = ?", w["id"])] == [
        f"office {any_dify.version}"]
    dsl = dsl_of(worker, w["id"])
    kept, = dsl["workflow"]["environment_variables"]
    assert kept["value"].startswith("studio-secret:")
    assert {n["data"]["type"] for n in dsl["workflow"]["graph"]["nodes"]} == {
        "start", "http-request", "end"}
    everything = (worker.path / "studio.db").read_bytes() + (
        worker.path / "studio.db-wal").read_bytes()
    assert SECRET.encode() not in everything
    assert SECRET not in worker.log()


def test_what_is_published_is_deployed(worker, any_dify):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    app = app_in(any_dify, echo(f"Published {any_dify.version}"))
    any_dify.console("POST", f"/apps/{app}/workflows/publish", json={})
    row, = take(worker, c, app)["result"]["apps"]
    assert row["published"]
    assert of_app(worker, app)["last_status"] == "deployed"


def test_without_an_export_the_draft_is_taken(worker, any_dify):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    app = app_in(any_dify, with_secret(f"No daemon {any_dify.version}"))
    any_dify.fault(f"GET /console/api/apps/{app}/export", "status", 500)
    job = take(worker, c, app)
    row, = job["result"]["apps"]
    assert row["state"] == "imported" and row["source"] == "draft"
    assert row["masked"] == 1
    w = of_app(worker, app)
    dsl = dsl_of(worker, w["id"])
    assert dsl["app"]["name"] == w["name"] and dsl["app"]["icon"]
    assert dsl["kind"] == "app" and dsl["dependencies"] == []
    secret, = dsl["workflow"]["environment_variables"]
    assert set(secret["value"]) == {"*"}
    assert len(dsl["workflow"]["graph"]["nodes"]) == 3


def test_knowledge_bases_keep_their_ids(worker, any_dify):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    dataset = next(iter(any_dify.state()["datasets"].values()))
    dsl = echo(f"Asks {any_dify.version}")
    app = app_in(any_dify, dsl)
    draft = any_dify.console("GET", f"/apps/{app}/workflows/draft")
    graph = draft["graph"]
    graph["nodes"].insert(1, {
        **graph["nodes"][0], "id": "1002", "data": {
            "type": "knowledge-retrieval", "title": "Look", "desc": "",
            "selected": False, "dataset_ids": [dataset],
            "query_variable_selector": ["1001", "q"],
            "retrieval_mode": "multiple",
            "multiple_retrieval_config": {"top_k": 2}}})
    any_dify.console("POST", f"/apps/{app}/workflows/draft", json={
        "graph": graph, "features": draft["features"], "hash": draft["hash"],
        "environment_variables": [], "conversation_variables": []})
    exported = any_dify.console("GET", f"/apps/{app}/export")["data"]
    assert dataset not in exported
    take(worker, c, app)
    kept = dsl_of(worker, of_app(worker, app)["id"])
    assert [n["data"]["dataset_ids"] for n in kept["workflow"]["graph"][
        "nodes"] if "dataset_ids" in n["data"]] == [[dataset]]


def test_an_app_is_taken_once(worker, dify):
    c = worker.connection(dify.url, dify.admin_key)
    twin = worker.connection(dify.url, dify.admin_key, name="twin")
    app = app_in(dify, echo("Once"))
    assert take(worker, c, app, app)["result"]["imported"] == 1
    before = of_app(worker, app)
    job = take(worker, twin, app)
    row, = job["result"]["apps"]
    assert row["state"] == "managed" and row["workflow_id"] == before["id"]
    assert of_app(worker, app) == before


def test_all_of_them(worker, alone):
    c = worker.connection(alone.url, alone.admin_key)
    flows = [app_in(alone, echo(f"Flow {i}")) for i in range(103)]
    talk = app_in(alone, chat("Talk"))
    alone.console("POST", "/apps", json={"name": "Old", "mode": "completion"})
    job = take(worker, c, all=True)
    assert job["state"] == "succeeded" and job["result"]["imported"] == 104
    for app in (*flows, talk):
        of_app(worker, app)
    assert of_app(worker, talk)["mode"] == "advanced-chat"
    assert job["progress"]["done"] == job["progress"]["total"] == 104
    assert job["progress"]["percent"] == 100
    assert len(job["progress"]["recent"]) == 12


def test_what_cannot_be_had_is_told_and_the_rest_goes_on(worker, dify):
    c = worker.connection(dify.url, dify.admin_key)
    empty = dify.console("POST", "/apps", json={
        "name": "Empty", "mode": "workflow"})["id"]
    old = dify.console("POST", "/apps", json={
        "name": "Old", "mode": "chat"})["id"]
    gone = str(uuid.uuid4())
    good = app_in(dify, echo("Good"))
    job = take(worker, c, empty, old, gone, good)
    assert job["state"] == "succeeded"
    rows = job["result"]["apps"]
    assert [(r["app_id"], r["state"], r.get("code")) for r in rows] == [
        (empty, "failed", "no_draft"), (old, "failed", "kind_not_managed"),
        (gone, "failed", "app_not_found"), (good, "imported", None)]
    assert all(r["message"] for r in rows[:3])
    assert rows[0]["name"] == "Empty" and "workflow_id" not in rows[0]
    assert job["result"]["failed"] == 3 and job["result"]["imported"] == 1
    draft = dify.console("GET", f"/apps/{good}/workflows/draft")
    dify.console("POST", f"/apps/{empty}/workflows/draft", json={
        k: draft[k] for k in ("graph", "features")} | {
        "environment_variables": [], "conversation_variables": []})
    assert take(worker, c, empty)["result"]["imported"] == 1


def test_a_dify_that_goes_away_leaves_what_came(worker, alone):
    c = worker.connection(alone.url, alone.admin_key)
    apps = [app_in(alone, echo(f"Some {i}")) for i in range(3)]
    alone.fault(f"GET /console/api/apps/{apps[1]}", "expire_session",
                times=9)
    job = take(worker, c, *apps)
    assert job["state"] == "failed" and job["error"]["code"] == "dify_auth"
    assert [r["state"] for r in job["result"]["apps"]] == ["imported"]
    alone.forget_faults()
    job = take(worker, c, *apps)
    assert [r["state"] for r in job["result"]["apps"]] == [
        "managed", "imported", "imported"]


def test_a_worker_that_is_killed_goes_on_where_it_was(data, alone):
    data.start()
    c = data.connection(alone.url, alone.admin_key)
    apps = [app_in(alone, echo(f"Part {i}")) for i in range(12)]
    alone.fault(f"GET /console/api/apps/{apps[6]}/export", "slow", 3)
    job = data.job("import_apps", {"connection_id": c, "app_ids": apps})
    while len(data.sql("SELECT 1 FROM workflows")) < 6:
        assert data.worker.poll() is None
    data.kill()
    data.forget_leases()
    data.start()
    end = data.wait(job)
    assert [r["state"] for r in end["result"]["apps"]] == ["imported"] * 12
    for app in apps:
        of_app(data, app)


def test_the_list_says_what_can_be_kept_and_what_is(worker, alone):
    c = worker.connection(alone.url, alone.admin_key)
    for i in range(101):
        alone.console("POST", "/apps", json={
            "name": f"Old {i}", "mode": "completion"})
    flow = app_in(alone, upper("Flow"))
    tag(alone, flow, "office")
    take(worker, c, flow)
    job = worker.wait(worker.job("list_apps", {"connection_id": c}))
    assert job["state"] == "succeeded", job["error"]
    apps = {a["app_id"]: a for a in job["result"]["apps"]}
    assert len(apps) == 102 and job["result"]["more"] is False
    mine = apps.pop(flow)
    assert mine["name"] == "Flow" and mine["tags"] == ["office"]
    assert mine["workflow_id"] == of_app(worker, flow)["id"]
    assert "code" not in mine and mine["updated_at"] > 1e12
    assert {a["code"] for a in apps.values()} == {"kind_not_managed"}


def test_it_can_be_deployed_over_and_run(worker, any_dify):
    """What came is linked: no second app, and a key when it is needed."""
    c = worker.connection(any_dify.url, any_dify.admin_key)
    app = app_in(any_dify, upper(f"Linked {any_dify.version}"))
    any_dify.console("POST", f"/apps/{app}/workflows/publish", json={})
    take(worker, c, app)
    w = of_app(worker, app)["id"]
    run, job = worker.run(w, {"q": "abc"})
    assert worker.wait(job)["state"] == "succeeded"
    assert json.loads(worker.row("runs", run)["outputs"]) == {"out": "ABC"}
    keys = any_dify.console("GET", f"/apps/{app}/api-keys")["data"]
    assert len(keys) == 1 and of_app(worker, app)["dify_key"]
    run, job = worker.run(w, {"q": "abc"})
    assert worker.wait(job)["state"] == "succeeded"
    assert worker.wait(worker.job("deploy", {}, w))["result"][
        "app_id"] == app
    keys = any_dify.console("GET", f"/apps/{app}/api-keys")["data"]
    assert len(keys) == 1


def test_a_secret_that_dify_alone_knows_outlives_a_deploy(worker, any_dify):
    """Asterisks are never written over it: it stays, or it is asked for."""
    c = worker.connection(any_dify.url, any_dify.admin_key)
    app = app_in(any_dify, with_secret(f"Held {any_dify.version}"))
    any_dify.fault(f"GET /console/api/apps/{app}/export", "status", 500)
    take(worker, c, app)
    w = of_app(worker, app)["id"]
    job = worker.wait(worker.job("deploy", {}, w))
    exported = any_dify.console(
        "GET", f"/apps/{app}/export?include_secret=true")["data"]
    assert SECRET in exported, job["error"]
    assert job["state"] == "succeeded" or job["error"]["code"] in (
        "secret_unknown", "secrets_needed")
