"""What somebody changed in Dify itself is kept; true values of secrets stay."""
import time
import uuid

import pytest
import yaml
from dify_server import Dify
from flows import echo, upper
from test_deploy import VERSIONS, deploy

MASK = "*" * 20


@pytest.fixture(scope="module", params=VERSIONS)
def any_dify(request, tmp_path_factory, llm):
    with Dify(tmp_path_factory.mktemp("dify"), request.param, llm) as server:
        yield server


@pytest.fixture
def linked(worker, any_dify):
    any_dify.forget_faults()
    return worker, worker.connection(any_dify.url, any_dify.admin_key)


def secret(name, value):
    return {"id": str(uuid.uuid4()), "name": name, "value": value,
            "value_type": "secret", "description": "",
            "selector": ["env", name]}


def with_secret(name, value, **more):
    dsl = echo(name, **more)
    dsl["workflow"]["environment_variables"] = [secret("KEY", value)]
    return dsl


def draft(dify, app):
    return dify.console("GET", f"/apps/{app}/workflows/draft")


def edit(dify, app, change):
    """As Dify's editor does it; values it does not show it sends back."""
    body = draft(dify, app)
    change(body)
    answer = dify.console("POST", f"/apps/{app}/workflows/draft", json={
        k: body[k] for k in ("graph", "features", "hash",
                             "environment_variables",
                             "conversation_variables")})
    assert answer["result"] == "success", answer


def value_in(dify, app, name="KEY"):
    text = dify.console(
        "GET", f"/apps/{app}/export?include_secret=true")["data"]
    return {v["name"]: v["value"] for v in
            yaml.safe_load(text)["workflow"]["environment_variables"]}[name]


def app_of(data, w):
    return data.row("workflows", w)["dify_app_id"]


def refuse_to_publish(dify, app):
    dify.fault(f"POST /console/api/apps/{app}/workflows/publish", "status", 400)


def versions(data, w):
    return [(r["number"], r["origin"], r["from_number"]) for r in data.sql(
        "SELECT * FROM versions WHERE workflow_id = ? ORDER BY number", w)]


def title(text):
    def change(body):
        body["graph"]["nodes"][0]["data"]["title"] = text
    return change


def place(body):
    body["graph"]["viewport"]["zoom"] = 0.5
    for node in body["graph"]["nodes"]:
        node["position"]["x"] += 40
        node["selected"] = node["data"]["selected"] = True


# ---- edits ----
def test_a_deploy_keeps_what_it_writes_over(linked, any_dify):
    data, c = linked
    w = data.workflow(upper(f"Found {any_dify.version}"))
    assert deploy(data, w, c)["state"] == "succeeded"
    assert versions(data, w) == [(1, "edited", None)]
    app = app_of(data, w)
    edit(any_dify, app, title("Edited there"))
    job = deploy(data, w, c)
    assert job["state"] == "succeeded", job["error"]
    assert versions(data, w) == [(1, "edited", None), (2, "found", None),
                                 (3, "rollback", 1)]
    note, = (n for n in job["result"]["notes"] if n["code"] == "edits_kept")
    assert note["version"] == 2 and "version 2" in note["message"]
    found = data.dsl(w, 2)["workflow"]["graph"]["nodes"][0]["data"]["title"]
    assert found == "Edited there"
    assert draft(any_dify, app)["graph"]["nodes"][0]["data"]["title"] == \
        "Start"
    assert data.row("workflows", w)["dify_version"] == 3
    assert deploy(data, w, c)["state"] == "succeeded"
    assert len(versions(data, w)) == 3


def test_what_the_canvas_looks_like_is_no_edit(linked, any_dify):
    data, c = linked
    w = data.workflow(upper(f"Moved {any_dify.version}"))
    deploy(data, w, c)
    edit(any_dify, app_of(data, w), place)
    assert deploy(data, w, c)["state"] == "succeeded"
    assert versions(data, w) == [(1, "edited", None)]


def test_a_rollback_that_fails_changes_nothing(connected, dify):
    data, c = connected
    w = data.workflow(upper("Stays"))
    deploy(data, w, c)
    data.version(w, upper("Stays", "def main(q):\n    return {'r': q}"))
    deploy(data, w, c)
    assert data.row("workflows", w)["dify_version"] == 2
    refuse_to_publish(dify, app_of(data, w))
    job = deploy(data, w, c, version=1, rollback=True)
    assert job["state"] == "failed"
    assert len(versions(data, w)) == 2
    assert data.row("workflows", w)["dify_version"] == 2
    code = draft(dify, app_of(data, w))["graph"]["nodes"][1]["data"]["code"]
    assert code == "def main(q):\n    return {'r': q}"
    job = deploy(data, w, c, version=1, rollback=True)
    assert job["state"] == "succeeded"
    assert versions(data, w)[2:] == [(3, "rollback", 1)]
    assert data.row("workflows", w)["dify_version"] == 3


def wait_for_version(data, w, number, seconds=60):
    end = time.monotonic() + seconds
    while len(versions(data, w)) < number:
        assert time.monotonic() < end, versions(data, w)
        time.sleep(0.2)


def test_an_edit_is_noticed(connected, dify):
    """With the values that only Dify has; what the canvas looks like is none,
    and nothing is kept twice."""
    data, c = connected
    quiet = data.workflow(upper("Quiet"))
    w = data.workflow(with_secret("Noticed", data.secret("first")))
    for flow in (quiet, w):
        assert deploy(data, flow, c)["state"] == "succeeded"
    edit(dify, app_of(data, quiet), place)

    def change(body):
        body["environment_variables"][0]["value"] = "second"
        title("Edited there")(body)
    edit(dify, app_of(data, w), change)
    wait_for_version(data, w, 2)
    assert versions(data, w)[1] == (2, "found", None)
    row = data.row("workflows", w)
    assert (row["dify_version"], row["last_status"]) == (2, "deployed")
    found = data.dsl(w, 2)["workflow"]
    assert found["graph"]["nodes"][0]["data"]["title"] == "Edited there"
    value = found["environment_variables"][0]["value"]
    assert value.startswith("studio-secret:")
    assert b"second" not in (data.path / "studio.db").read_bytes()
    job = deploy(data, w, c, version=1, rollback=True)
    assert job["state"] == "succeeded", job["error"]
    assert value_in(dify, app_of(data, w)) == "first"
    job = deploy(data, w, c, version=2, rollback=True)
    assert value_in(dify, app_of(data, w)) == "second"
    assert len(versions(data, w)) == 4
    assert len(versions(data, quiet)) == 1


def test_a_secret_alone_is_noticed(linked, any_dify):
    """Neither the graph nor the hash of a draft tells of it."""
    data, c = linked
    name = f"Secretly {any_dify.version}"
    w = data.workflow(with_secret(name, data.secret("first")))
    assert deploy(data, w, c)["state"] == "succeeded"
    app = app_of(data, w)

    def change(body):
        body["environment_variables"][0]["value"] = "second"
    time.sleep(1.1)  # a draft tells the second it was saved in
    edit(any_dify, app, change)
    wait_for_version(data, w, 2)
    assert versions(data, w)[1] == (2, "found", None)
    job = deploy(data, w, c, version=1, rollback=True)
    assert job["state"] == "succeeded", job["error"]
    assert value_in(any_dify, app) == "first"
    job = deploy(data, w, c, version=2, rollback=True)
    assert value_in(any_dify, app) == "second"


# ---- secrets that Dify does not show ----
def test_asterisks_are_what_dify_has(linked, any_dify):
    """A DSL with asterisks does not take the value from an app."""
    data, c = linked
    name = f"Masked {any_dify.version}"
    w = data.workflow(with_secret(name, data.secret("true-value")))
    assert deploy(data, w, c)["state"] == "succeeded"
    app = app_of(data, w)
    assert value_in(any_dify, app) == "true-value"
    data.version(w, with_secret(name, MASK))
    job = deploy(data, w, c)
    assert job["state"] == "succeeded", job["error"]
    assert value_in(any_dify, app) == "true-value"


def test_a_value_set_in_dify_is_kept(linked, any_dify):
    data, c = linked
    name = f"Set there {any_dify.version}"
    w = data.workflow(with_secret(name, data.secret("first")))
    deploy(data, w, c)
    app = app_of(data, w)

    def change(body):
        body["environment_variables"][0]["value"] = "second"
        title("Edited too")(body)
    edit(any_dify, app, change)
    data.version(w, with_secret(name, MASK))
    assert deploy(data, w, c)["state"] == "succeeded"
    assert value_in(any_dify, app) == "second"
    found = [n for n, origin, _ in versions(data, w) if origin == "found"]
    value = data.dsl(w, found[0])["workflow"]["environment_variables"][0]
    assert value["value"].startswith("studio-secret:")


def test_a_value_alone_that_was_set_in_dify_is_no_loss(linked, any_dify):
    """No graph tells of it, but the export that a deploy reads first."""
    data, c = linked
    w = data.workflow(with_secret(f"Alone {any_dify.version}",
                                  data.secret("first")))
    deploy(data, w, c)
    app = app_of(data, w)

    def change(body):
        body["environment_variables"][0]["value"] = "second"
    edit(any_dify, app, change)
    assert deploy(data, w, c)["state"] == "succeeded"
    assert value_in(any_dify, app) == "first"
    assert [origin for _, origin, _ in versions(data, w)] == [
        "edited", "found", "rollback"]
    assert deploy(data, w, c, version=2, rollback=True)["state"] == \
        "succeeded"
    assert value_in(any_dify, app) == "second"


def test_a_value_that_nobody_knows_is_asked_for(linked, any_dify):
    data, c = linked
    w = data.workflow(with_secret(f"Asked {any_dify.version}", MASK))
    job = deploy(data, w, c)
    assert job["state"] == "failed"
    assert job["error"]["code"] == "secrets_missing"
    assert job["error"]["variables"] == ["KEY"]
    assert data.row("workflows", w)["dify_app_id"] is None
    assert not [a for a in any_dify.apps() if a["name"].startswith("Asked")]


def test_mending_the_graph_keeps_the_value(worker, tmp_path_factory, llm):
    """1.8 drops ids of knowledge bases; they are written into its draft, and
    it would store the asterisks that it shows there."""
    with Dify(tmp_path_factory.mktemp("dify"), "1.8", llm) as old:
        c = worker.connection(old.url, old.admin_key)
        dsl = with_secret("Mended", worker.secret("true-value"))
        node = {**dsl["workflow"]["graph"]["nodes"][0], "id": "1009"}
        node["data"] = {
            "type": "knowledge-retrieval", "title": "Look", "desc": "",
            "selected": False, "query_variable_selector": ["1001", "q"],
            "dataset_ids": [next(iter(old.state()["datasets"].values()))],
            "retrieval_mode": "multiple",
            "multiple_retrieval_config": {"top_k": 2,
                                          "reranking_enable": False}}
        dsl["workflow"]["graph"]["nodes"].append(node)
        w = worker.workflow(dsl)
        job = deploy(worker, w, c)
        assert job["state"] == "succeeded", job["error"]
        assert job["result"]["differences"] == []
        assert old.log("POST", f"/console/api/apps/{app_of(worker, w)}"
                               "/workflows/draft")
        assert value_in(old, app_of(worker, w)) == "true-value"


def test_undoing_keeps_the_value(linked, any_dify):
    data, c = linked
    name = f"Undone {any_dify.version}"
    w = data.workflow(with_secret(name, data.secret("true-value")))
    deploy(data, w, c)
    app = app_of(data, w)
    other = with_secret(name, data.secret("other-value"))
    other["workflow"]["environment_variables"][0]["name"] = "OTHER"
    data.version(w, other)
    refuse_to_publish(any_dify, app)
    assert deploy(data, w, c)["state"] == "failed"
    assert value_in(any_dify, app) == "true-value"
