"""POST /api/workflows, to the letter."""
import json

import pytest
import yaml

from lib import dsl as dsl_of

MEMBERS = {"app_id", "app_mode", "status", "current_dsl_version",
           "imported_dsl_version", "error"}


def test_bare_dsl_is_created_in_dify(healed):
    made = healed.api.create(dsl_of.small("Bare")).json()
    assert MEMBERS | {"id", "name", "tags", "last_status"} <= set(made)
    assert made["name"] == "Bare" and made["app_mode"] == "workflow"
    row = healed.api.workflow(made["id"])
    assert row["last_status"] == "deployed"
    assert healed.apps_named("Bare") == 1
    dsl = healed.api.get(f"/api/workflows/{made['id']}/dsl")
    assert dsl["workflow"]["graph"]["nodes"][0]["data"]["type"] == "start"


def test_name_and_tags(healed):
    made = healed.api.create(dsl_of.small("Inner"), name="Outer 外",
                             tags=["mail", "试用"]).json()
    assert made["name"] == "Outer 外"
    assert sorted(made["tags"]) == ["mail", "试用"]
    assert healed.apps_named("Outer 外") == 1
    found = healed.api.get("/api/workflows", params={"tag": "试用"})
    assert made["id"] in [w["id"] for w in found["items"]]


@pytest.mark.parametrize("kind", ["application/yaml", "text/yaml"])
def test_yaml(healed, kind):
    text = yaml.safe_dump(dsl_of.small("As YAML " + kind[:4]),
                          allow_unicode=True)
    made = healed.api.call("POST", "/api/workflows", 201, data=text.encode(),
                           headers={"Content-Type": kind}).json()
    assert healed.api.run(made["id"], {"q": "好"})["outputs"] == {"out": "好"}


def broken(change):
    dsl = json.loads(json.dumps(dsl_of.small("Broken")))
    change(dsl)
    return dsl


@pytest.mark.parametrize("change", [
    lambda d: d["workflow"]["graph"]["edges"][0].update(target="9"),
    lambda d: d["workflow"]["graph"]["nodes"].pop(0),
    lambda d: d["app"].update(mode="dream"),
    lambda d: d.pop("workflow"),
    lambda d: d["workflow"]["graph"]["nodes"][1]["data"].update(
        outputs="none"),
], ids=["edge", "start", "mode", "workflow", "outputs"])
def test_refused_dsl_is_422_and_never_reaches_dify(healed, change):
    before = healed.dify.state()["app_count"]
    answer = healed.api.create(broken(change), want=422)
    body = answer.json()
    assert body["code"] == "dsl_invalid"
    assert body["errors"]
    for error in body["errors"]:
        assert error["code"] and error["message"]
        assert error["pointer"] == "" or error["pointer"].startswith("/")
    assert healed.dify.state()["app_count"] == before


def test_unreachable_dify_is_502_and_the_row_is_kept(healed):
    healed.stop_dify()
    try:
        answer = healed.api.create(dsl_of.small("Kept"), want=502)
    finally:
        healed.start_dify()
    body = answer.json()
    assert body["code"] == "dify_unreachable"
    row = healed.api.workflow(body["id"])
    assert row["name"] == "Kept" and row["last_status"] == "unknown"
    healed.api.deploy(row["id"])
    assert healed.api.run(row["id"], {"q": "1"})["status"] == "succeeded"
    assert healed.apps_named("Kept") == 1


def test_time_is_up_202_then_one_app(healed):
    healed.dify.fault(match="POST /console/api/apps/imports", kind="slow",
                      value=3)
    answer = healed.api.create(dsl_of.small("Slow one"), want=202,
                               headers={"Prefer": "wait=1"})
    healed.api.succeeded(answer)
    assert healed.apps_named("Slow one") == 1


def test_idempotency_key_makes_one_app(healed):
    for _ in range(3):
        healed.api.create(dsl_of.small("Only once"), want=(200, 201, 202),
                          headers={"Idempotency-Key": "only-once"})
    assert healed.apps_named("Only once") == 1


def test_a_busy_dify_is_asked_again(healed):
    healed.dify.fault(match="POST /console/api/apps/imports", times=2,
                      kind="status", value=429)
    healed.api.create(dsl_of.small("Asked thrice"))
    assert healed.apps_named("Asked thrice") == 1


def test_delete_leaves_the_app_unless_told(healed):
    for name, query, left in (("Stays", {}, 1), ("Goes", {"dify": 1}, 0)):
        made = healed.api.create(dsl_of.small(name)).json()
        answer = healed.api.call("DELETE", f"/api/workflows/{made['id']}",
                                 (200, 202, 204), params=query)
        if answer.status_code == 202:
            healed.api.succeeded(answer)
        healed.api.call("GET", f"/api/workflows/{made['id']}", 404)
        assert healed.apps_named(name) == left
