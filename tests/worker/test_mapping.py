"""A workflow goes to a Dify that has not all that it uses: a question, its
answer, and what becomes of it; and from one Dify to another."""
import json
import uuid
import zlib

import pytest
from dify_server import Dify
from flows import _dsl, _node, _start, approval, echo, http
from test_import_apps import app_in, take

PROVIDER = "langgenius/openai_api_compatible/openai_api_compatible"
OTHER = "acme/ai/ai big"
SECRET = "sk-staging-0123456789"
NEW = "sk-production-9876543210"


def asks(name="Asks", provider="acme/ai/ai", model="big", **more):
    """Has a model, and with dataset= a knowledge base."""
    nodes = [_start(), _node(
        "1002", 300, type="llm", title="Think", model={
            "provider": provider, "name": model, "mode": "chat",
            "completion_params": {}}, prompt_template=[
            {"role": "user", "text": "{{#1001.q#}}", "id": "p"}],
        context={"enabled": False, "variable_selector": []},
        vision={"enabled": False}, variables=[])]
    if "dataset" in more:
        nodes.append(_node(
            "1004", 450, type="knowledge-retrieval", title="Look",
            dataset_ids=[more["dataset"]], retrieval_mode="multiple",
            query_variable_selector=["1001", "q"],
            multiple_retrieval_config={"top_k": 2}))
    nodes.append(_node("1003", 600, type="end", title="End", outputs=[
        {"variable": "out", "value_selector": ["1002", "text"],
         "value_type": "string"}]))
    return _dsl(name, nodes, version="0.4.0")


def with_secret(dsl):
    dsl["workflow"]["environment_variables"] = [{
        "id": str(uuid.uuid4()), "name": "KEY", "value_type": "secret",
        "value": SECRET, "description": "", "selector": ["env", "KEY"]}]
    return dsl


def known(data, connection):
    """Waits until the worker knows what that Dify has."""
    data.wake()
    for _ in range(200):
        if len(data.sql("SELECT DISTINCT kind FROM resources"
                        " WHERE connection_id = ?", connection)) >= 2:
            return
        import time
        time.sleep(0.05)
    raise AssertionError("nothing is known of that Dify")


def deploy(data, workflow, connection=None):
    payload = {"connection_id": connection} if connection else {}
    return data.wait(data.job("deploy", payload, workflow))


def remember(data, connection, kind, key, to, source=""):
    data.insert("mappings", source_id=source, target_id=connection, kind=kind,
                from_key=key, to_key=to, updated_at=1)


def newest(data, workflow):
    row = data.sql("SELECT v.number, v.origin, t.packed FROM versions v"
                   " JOIN dsl_texts t ON t.hash = v.hash"
                   " WHERE workflow_id = ? ORDER BY number DESC LIMIT 1",
                   workflow)[0]
    return row["origin"], json.loads(zlib.decompress(row["packed"]))


def node(dsl, nid):
    return next(n["data"] for n in dsl["workflow"]["graph"]["nodes"]
                if n["id"] == nid)


# ---- the question of a deploy ----

def test_what_a_dify_has_not_is_asked_for(connected, dify):
    data, c = connected
    known(data, c)
    w = data.workflow(asks("Unmapped"))
    job = deploy(data, w, c)
    assert job["state"] == "failed"
    assert job["error"]["code"] == "mapping_needed"
    assert job["error"]["connection_id"] == c
    assert job["error"]["needs"] == [{
        "kind": "model", "key": OTHER, "name": "big", "nodes": ["Think"],
        "how": "missing"}]
    assert data.row("workflows", w)["last_status"] == "draft"
    assert dify.apps("Unmapped") == []


def test_the_answer_is_written_and_kept(connected, dify):
    data, c = connected
    known(data, c)
    remember(data, c, "model", OTHER, PROVIDER + " sandbox-fast")
    w = data.workflow(asks("Mapped"))
    job = deploy(data, w, c)
    assert job["state"] == "succeeded", job["error"]
    app = job["result"]["app_id"]
    draft = dify.console("GET", f"/apps/{app}/workflows/draft")
    model = next(n["data"]["model"] for n in draft["graph"]["nodes"]
                 if n["data"]["type"] == "llm")
    assert model["provider"] == PROVIDER and model["name"] == "sandbox-fast"
    origin, dsl = newest(data, w)
    assert origin == "mapped"
    assert node(dsl, "1002")["model"]["name"] == "sandbox-fast"
    assert [d["type"] for d in dsl["dependencies"]] == ["package"]
    assert deploy(data, w)["state"] == "succeeded"
    assert newest(data, w)[1] == dsl
    again = data.workflow(asks("Mapped too"))
    assert deploy(data, again, c)["state"] == "succeeded"


def test_as_it_is_is_an_answer(connected, dify):
    data, c = connected
    known(data, c)
    remember(data, c, "model", OTHER, OTHER)
    w = data.workflow(asks("As it is"))
    assert deploy(data, w, c)["state"] == "succeeded"
    assert newest(data, w)[0] == "edited"


def test_one_of_the_same_name_is_proposed(connected, dify):
    data, c = connected
    known(data, c)
    w = data.workflow(asks("Named", model="sandbox-fast"))
    need, = deploy(data, w, c)["error"]["needs"]
    assert need["how"] == "name"
    assert need["to"] == PROVIDER + " sandbox-fast"


def test_what_is_new_in_dify_is_seen_before_anybody_is_asked(connected, dify):
    data, c = connected
    known(data, c)
    data.sql("DELETE FROM resources WHERE connection_id = ? AND kind = 'model'"
             " AND dify_id = 'sandbox-fast'", c)
    w = data.workflow(asks("Seen", PROVIDER, "sandbox-fast"))
    assert deploy(data, w, c)["state"] == "succeeded"


def own_tool(dify, name):
    """A tool made of an OpenAPI description; the id of its provider."""
    dify.console("POST", "/workspaces/current/tool-provider/api/add", json={
        "provider": name, "icon": {"content": "x", "background": "#fff"},
        "credentials": {"auth_type": "none"}, "schema_type": "openapi",
        "schema": json.dumps({
            "openapi": "3.0.0", "info": {"title": name, "version": "1"},
            "servers": [{"url": "http://127.0.0.1:9/"}],
            "paths": {"/a": {"get": {
                "operationId": "look_up", "parameters": [],
                "responses": {"200": {"description": "ok"}}}}}}),
        "privacy_policy": "", "custom_disclaimer": "", "labels": []})
    return next(p["id"] for p in dify.console(
        "GET", "/workspaces/current/tools/api") if p["name"] == name)


def uses_all(name, provider, api, kind="api"):
    """Has a tool of people's own, an agent, and a ranking."""
    def tool(nid, **data):
        return _node(nid, 300, type="tool", title=nid, tool_name="look_up",
                     tool_label="look_up", tool_parameters={},
                     tool_configurations={}, **data)
    return _dsl(name, [
        _start(),
        tool("2001", provider_id=api, provider_name="crm",
             provider_type=kind),
        _node("2002", 450, type="knowledge-retrieval", title="Look",
              dataset_ids=[], retrieval_mode="multiple",
              query_variable_selector=["1001", "q"],
              multiple_retrieval_config={
                  "top_k": 2, "reranking_enable": True,
                  "reranking_mode": "reranking_model", "reranking_model": {
                      "provider": provider, "model": "ranks"}}),
        _node("1003", 600, type="end", title="End", outputs=[
            {"variable": "out", "value_selector": ["1001", "q"],
             "value_type": "string"}])], version="0.4.0")


def add_model(dify, kind, name):
    dify.console(
        "POST", f"/workspaces/current/model-providers/{PROVIDER}/models/"
        "credentials", json={"model": name, "model_type": kind,
                             "credentials": {}})


def test_tools_and_rerank_models_are_asked_for_too(worker, dify_alone):
    c = unseen(worker, dify_alone)
    w = worker.workflow(uses_all("All", "acme/ai/ai", "id-elsewhere"))
    job = deploy(worker, w, c)
    assert job["error"]["code"] == "mapping_needed", job
    assert [(n["kind"], n["key"], n["how"]) for n in
            job["error"]["needs"]] == [
        ("api_tool", "id-elsewhere look_up", "missing"),
        ("rerank", "acme/ai/ai ranks", "missing")]
    assert job["error"]["needs"][0]["provider"] == "crm"
    # made there meanwhile: proposed by the name
    api = own_tool(dify_alone, "crm there")
    add_model(dify_alone, "rerank", "ranks")
    needs = deploy(worker, w, c)["error"]["needs"]
    assert [(n["how"], n["to"]) for n in needs] == [
        ("name", f"{api} look_up"), ("name", f"{PROVIDER} ranks")]
    for n in needs:
        remember(worker, c, n["kind"], n["key"], n["to"])
    job = deploy(worker, w, c)
    assert job["state"] == "succeeded", job["error"]
    sent = newest(worker, w)[1]
    tool = node(sent, "2001")
    assert (tool["provider_id"], tool["provider_name"]) == (api, "crm there")
    assert node(sent, "2002")["multiple_retrieval_config"][
        "reranking_model"] == {"provider": PROVIDER, "model": "ranks"}
    assert deploy(worker, w, c)["state"] == "succeeded"


@pytest.mark.parametrize("kind", ["workflow", "mcp"])
def test_a_dify_without_such_tools_is_asked_about(worker, dify, kind):
    c = unseen(worker, dify)
    w = worker.workflow(uses_all(f"Own {kind}", PROVIDER, "elsewhere", kind))
    needs = deploy(worker, w, c)["error"]["needs"]
    assert (f"{kind}_tool", "missing") in [(n["kind"], n["how"])
                                           for n in needs]


def test_a_knowledge_base_among_many_is_found(worker, tmp_path_factory, llm):
    with Dify(tmp_path_factory.mktemp("dify"), "1.16", llm) as many:
        c = unseen(worker, many)
        ids = [many.console("POST", "/datasets", json={
            "name": f"Base {n}", "indexing_technique": "economy"})["id"]
            for n in range(105)]
        for n, dataset in ((1, ids[0]), (2, ids[-1])):
            w = worker.workflow(asks(f"Many {n}", PROVIDER, "sandbox-fast",
                                     dataset=dataset))
            job = deploy(worker, w, c)
            assert job["state"] == "succeeded", job["error"]


def unseen(data, dify):
    """A connection that nobody has looked at yet."""
    return data.connection(dify.url, dify.admin_key, next_check_at=2**53,
                           state="up")


def test_a_dify_that_is_not_known_yet_is_looked_at_first(worker, dify):
    c = unseen(worker, dify)
    job = deploy(worker, worker.workflow(asks("Unknown")), c)
    assert job["error"]["code"] == "mapping_needed"
    assert deploy(worker, worker.workflow(echo("Needs nothing")), c)[
        "state"] == "succeeded"


def test_a_dify_that_tells_of_nothing_is_not_asked_about(worker, dify):
    c = unseen(worker, dify)
    dify.fault("GET /console/api/workspaces/current/", "status", 404, times=9)
    dify.fault("GET /console/api/datasets", "status", 404, times=9)
    job = deploy(worker, worker.workflow(asks("Told nothing")), c)
    assert job["state"] == "succeeded", job["error"]


@pytest.mark.parametrize("name", ["", "sandbox-fast"])
def test_a_model_that_nobody_chose_is_the_one_of_that_dify(worker, dify,
                                                           name):
    """As a workflow has it that was made before its Dify was known."""
    c = unseen(worker, dify)
    w = worker.workflow(asks(f"Unchosen {name}", "", name))
    job = deploy(worker, w, c)
    assert job["state"] == "succeeded", job["error"]
    draft = dify.console(
        "GET", f"/apps/{job['result']['app_id']}/workflows/draft")
    model = draft["graph"]["nodes"][1]["data"]["model"]
    assert model["provider"] == PROVIDER
    assert model["name"].startswith(name or "sandbox-")
    _, run = worker.run(w, {"q": "hello"})
    assert worker.wait(run)["state"] == "succeeded"


# ---- from one Dify to another ----

@pytest.fixture
def two(worker, dify, dify_alone):
    staging = worker.connection(dify.url, dify.admin_key, name="staging")
    live = worker.connection(dify_alone.url, dify_alone.admin_key,
                             name="live")
    known(worker, staging)
    known(worker, live)
    return worker, staging, live


def promote(data, workflow, connection, **more):
    return data.wait(data.job("promote", {
        "connection_id": connection, **more}, workflow))


def imported(data, dify, connection, dsl):
    app = app_in(dify, dsl)
    take(data, connection, app)
    return data.sql("SELECT id FROM workflows WHERE dify_app_id = ?",
                    app)[0]["id"]


def drafts(dify, app):
    return dify.console("GET", f"/apps/{app}/workflows/draft")


def test_the_look_writes_nothing(two, dify, dify_alone):
    data, staging, live = two
    w = imported(data, dify, staging, with_secret(asks("Look")))
    before = data.sql("SELECT count(*) n FROM versions")[0]["n"]
    job = promote(data, w, live)
    assert job["state"] == "succeeded", job["error"]
    plan = job["result"]
    assert plan["open"] == 1 and plan["diff"] is None
    assert "workflow_id" not in plan and plan["connection_id"] == live
    assert plan["needs"] == [{
        "kind": "model", "key": OTHER, "name": "big", "nodes": ["Think"],
        "how": "missing"}]
    assert plan["secrets"] == [{
        "kind": "secret", "key": "env KEY", "name": "KEY", "nodes": [],
        "how": "same", "to": "same", "there": False}]
    assert dify_alone.apps("Look") == []
    assert len(data.sql("SELECT 1 FROM workflows")) == 1
    assert data.sql("SELECT count(*) n FROM versions")[0]["n"] == before
    assert SECRET not in json.dumps(job)


def test_what_is_open_stops_it(two, dify, dify_alone):
    data, staging, live = two
    w = imported(data, dify, staging, asks("Open"))
    plan = promote(data, w, live)["result"]
    job = promote(data, w, live, base=plan["base"])
    assert job["error"]["code"] == "mapping_needed"
    assert [n["key"] for n in job["error"]["needs"]] == [OTHER]
    assert dify_alone.apps("Open") == []


def confirmed(data, workflow, connection, mapping):
    plan = promote(data, workflow, connection, mapping=mapping)["result"]
    assert plan["open"] == 0, plan
    job = promote(data, workflow, connection, mapping=mapping,
                  base=plan["base"])
    assert job["state"] == "succeeded", job["error"]
    end = data.wait(job["result"]["deploy_job_id"])
    assert end["state"] == "succeeded", end["error"]
    return job["result"]["workflow_id"], end["result"]["app_id"]


def model_to(name):
    return {"kind": "model", "key": OTHER, "to": f"{PROVIDER} {name}"}


def test_it_goes_there_and_again(two, dify, dify_alone):
    data, staging, live = two
    here = next(iter(dify.state()["datasets"].values()))
    there = dify_alone.state()["datasets"]
    name = next(n for n, i in dify.state()["datasets"].items() if i == here)
    dsl = with_secret(asks("Goes", dataset=here))
    w = imported(data, dify, staging, dsl)
    data.insert("workflow_tags", workflow_id=w, tag="office")
    kept = data.secret(NEW)
    plan = promote(data, w, live)["result"]
    by_name = next(n for n in plan["needs"] if n["kind"] == "dataset")
    assert by_name["name"] == name and by_name["how"] == "name"
    mapping = [model_to("sandbox-fast"),
               {"kind": "dataset", "key": here, "to": there[name]},
               {"kind": "secret", "key": "env KEY", "to": kept}]
    other, app = confirmed(data, w, live, mapping)
    row = data.row("workflows", other)
    assert row["promoted_from"] == w and row["connection_id"] == live
    assert row["dify_app_id"] == app and row["name"] == "Goes"
    assert data.sql("SELECT tag FROM workflow_tags WHERE workflow_id = ?",
                    other)[0]["tag"] == "office"
    draft = drafts(dify_alone, app)
    nodes = {n["id"]: n["data"] for n in draft["graph"]["nodes"]}
    assert nodes["1002"]["model"]["name"] == "sandbox-fast"
    assert nodes["1004"]["dataset_ids"] == [there[name]]
    secret, = draft["environment_variables"]
    assert set(secret["value"]) == {"*"}
    exported = dify_alone.console(
        "GET", f"/apps/{app}/export?include_secret=true")["data"]
    assert NEW in exported and SECRET not in exported
    origin, sent = newest(data, other)
    assert origin == "promoted"
    mine = drafts(dify, data.row("workflows", w)["dify_app_id"])
    assert mine["graph"]["nodes"][1]["data"]["model"]["name"] == "big"
    # the next time: remembered, compared, the secret there stays
    changed = newest(data, w)[1]
    node(changed, "1002")["title"] = "Think twice"
    data.version(w, changed)
    plan = promote(data, w, live)["result"]
    assert plan["workflow_id"] == other and plan["open"] == 0
    assert [(n["kind"], n["how"]) for n in plan["needs"]] == [
        ("model", "chosen"), ("dataset", "chosen")]
    assert plan["secrets"][0]["to"] == "keep"
    diff = plan["diff"]
    assert not diff["same"] and diff["fields"] == [], diff
    only, = diff["nodes"]["changed"]
    assert only["id"] == "1002" and [f["path"] for f in only["fields"]] == [
        "/title"]
    again, same_app = confirmed(data, w, live, [])
    assert (again, same_app) == (other, app)
    assert len(dify_alone.apps("Goes")) == 1
    exported = dify_alone.console(
        "GET", f"/apps/{app}/export?include_secret=true")["data"]
    assert NEW in exported and "Think twice" in exported
    plan = promote(data, w, live)["result"]
    assert plan["diff"]["same"], plan["diff"]
    everything = (data.path / "studio.db").read_bytes() + (
        data.path / "studio.db-wal").read_bytes()
    for secret in (SECRET, NEW):
        assert secret.encode() not in everything
        assert secret not in data.log()


def test_a_change_between_look_and_word_is_noticed(two, dify, dify_alone):
    data, staging, live = two
    dsl = echo("Changed")
    dsl["workflow"]["environment_variables"] = [
        {"name": "N", "value_type": "number", "value": 5,
         "id": str(uuid.uuid4()), "description": "", "selector": ["env", "N"]}]
    w = imported(data, dify, staging, dsl)
    _, app = confirmed(data, w, live, [])
    lean = newest(data, w)[1]
    for v in lean["workflow"]["environment_variables"]:
        v["value_type"] = "integer"
        del v["selector"]
    data.version(w, lean)
    plan = promote(data, w, live)["result"]
    assert plan["diff"]["same"], plan["diff"]
    draft = drafts(dify_alone, app)
    draft["graph"]["nodes"][0]["data"]["title"] = "Somebody was here"
    dify_alone.console("POST", f"/apps/{app}/workflows/draft", json={
        k: draft[k] for k in ("graph", "features", "hash",
                              "environment_variables",
                              "conversation_variables")})
    job = promote(data, w, live, base=plan["base"])
    assert job["error"]["code"] == "target_changed"
    plan = promote(data, w, live)["result"]
    assert [n["id"] for n in plan["diff"]["nodes"]["changed"]] == ["1001"]
    data.version(w, http("http://127.0.0.1/", "", "Changed"))
    job = promote(data, w, live, base=plan["base"])
    assert job["error"]["code"] == "target_changed"


def test_a_new_name_and_new_tags_go_along(two, dify, dify_alone):
    data, staging, live = two
    w = imported(data, dify, staging, echo("Old name"))
    data.insert("workflow_tags", workflow_id=w, tag="draft")
    other, app = confirmed(data, w, live, [])
    assert promote(data, w, live)["result"]["details"] == []
    data.sql("UPDATE workflows SET name = 'New name', description = 'Why'"
             " WHERE id = ?", w)
    data.sql("UPDATE workflow_tags SET tag = 'done' WHERE workflow_id = ?", w)
    plan = promote(data, w, live)["result"]
    assert plan["diff"]["same"]
    assert plan["details"] == [
        {"field": "name", "before": "Old name", "after": "New name"},
        {"field": "description", "before": "", "after": "Why"},
        {"field": "tags", "before": "draft", "after": "done"}]
    data.sql("DELETE FROM workflow_tags WHERE workflow_id = ?", w)
    job = promote(data, w, live, base=plan["base"])
    assert job["error"]["code"] == "target_changed"
    assert confirmed(data, w, live, []) == (other, app)
    row = data.row("workflows", other)
    assert (row["name"], row["description"]) == ("New name", "Why")
    assert data.sql("SELECT 1 FROM workflow_tags WHERE workflow_id = ?",
                    other) == []
    assert [a["id"] for a in dify_alone.apps("New name")] == [app]


def test_a_secret_that_dify_alone_knows_wants_a_value(two, dify):
    data, staging, live = two
    app = app_in(dify, with_secret(echo("Masked")))
    dify.fault(f"GET /console/api/apps/{app}/export", "status", 500)
    take(data, staging, app)
    w = data.sql("SELECT id FROM workflows WHERE dify_app_id = ?",
                 app)[0]["id"]
    plan = promote(data, w, live)["result"]
    secret, = plan["secrets"]
    assert secret["masked"] and secret["how"] == "missing"
    assert plan["open"] == 1
    plan = promote(data, w, live, mapping=[{
        "kind": "secret", "key": "env KEY", "to": data.secret(NEW)}])[
        "result"]
    assert plan["open"] == 0 and plan["secrets"][0]["to"] == "new"


def test_a_dify_that_is_away_is_told(two, dify, dify_alone):
    data, staging, live = two
    w = imported(data, dify, staging, echo("Away"))
    dify_alone.stop()
    try:
        job = promote(data, w, live)
        assert job["error"]["code"] == "dify_unreachable"
    finally:
        dify_alone.start()


@pytest.mark.parametrize("version", ["1.8", "1.12", "1.13"])
def test_to_each_version(worker, dify, tmp_path_factory, llm, version):
    with Dify(tmp_path_factory.mktemp("dify"), version, llm) as other:
        staging = worker.connection(dify.url, dify.admin_key, name="staging")
        live = worker.connection(other.url, other.admin_key, name="live")
        known(worker, live)
        known(worker, staging)
        w = imported(worker, dify, staging, asks("Across"))
        _, app = confirmed(worker, w, live, [model_to("sandbox-fast")])
        nodes = drafts(other, app)["graph"]["nodes"]
        assert nodes[1]["data"]["model"]["name"] == "sandbox-fast"
        assert promote(worker, w, live)["result"]["diff"]["same"]


def test_an_older_dify_gets_its_own_version(worker, dify, tmp_path_factory,
                                            llm):
    """A DSL that is newer than a Dify waits there to be confirmed, and what
    that Dify does not know is told before anything is written."""
    with Dify(tmp_path_factory.mktemp("dify"), "1.12", llm) as other:
        staging = worker.connection(dify.url, dify.admin_key, name="staging")
        live = worker.connection(other.url, other.admin_key, name="live")
        known(worker, live)
        known(worker, staging)
        w = imported(worker, dify, staging, echo("Older", version="0.7.0"))
        assert promote(worker, w, live)["result"]["findings"] == []
        there, _ = confirmed(worker, w, live, [])
        assert newest(worker, w)[1]["version"] == "0.7.0"
        assert newest(worker, there)[1]["version"] == "0.5.0"
        w = imported(worker, dify, staging, approval("Asks a person"))
        finding, = promote(worker, w, live)["result"]["findings"]
        assert (finding["code"], finding["tier"]) == ("node_type_hangs", "R")
