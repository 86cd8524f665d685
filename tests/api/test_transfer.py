"""Jobs that bring apps of a Dify under management: how they are begun."""
import json
import time

import pytest
from studio import DSL

NOBODY = "0" * 20
APP = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def home(studio):
    return f"/api/connections/{studio.connection()['id']}"


def payload(studio, answer):
    row, = studio.sql("SELECT payload FROM jobs WHERE id = ?",
                      answer.json["job"]["id"])
    return json.loads(row["payload"])


def test_apps_are_asked_for_by_a_job(studio, home):
    answer = studio("POST", home + "/apps", role="editor")
    assert answer.status == 202
    assert answer.json["job"]["kind"] == "list_apps"
    assert payload(studio, answer) == {"connection_id": home[-20:]}


def test_chosen_apps_and_all_of_them(studio, home):
    answer = studio("POST", home + "/import", {"app_ids": [APP]},
                    role="editor")
    assert answer.status == 202
    assert answer.json["job"]["kind"] == "import_apps"
    assert payload(studio, answer) == {
        "connection_id": home[-20:], "app_ids": [APP]}
    answer = studio("POST", home + "/import", {"all": True})
    assert payload(studio, answer) == {
        "connection_id": home[-20:], "all": True}


@pytest.mark.parametrize("body, pointer", [
    ({}, "/app_ids"), ({"app_ids": []}, "/app_ids"),
    ({"all": False}, "/app_ids"), ({"app_ids": "x"}, "/app_ids"),
    ({"app_ids": [APP, "../../setup"]}, "/app_ids/1"),
    ({"app_ids": [APP, 5]}, "/app_ids/1"),
    ({"app_ids": [APP] * 5001}, "/app_ids"),
    ({"all": "yes"}, "/all"), ({"more": 1}, "/more"),
])
def test_a_wrong_choice_is_refused(studio, home, body, pointer):
    answer = studio("POST", home + "/import", body)
    assert answer.status == 400 and answer.pointers[0][0] == pointer
    assert studio.sql("SELECT 1 FROM jobs") == []


@pytest.mark.parametrize("tail", ["/apps", "/import"])
def test_who_may_and_where(studio, home, tail):
    body = {"all": True} if tail == "/import" else None
    assert studio("POST", home + tail, body, role="viewer").status == 403
    assert studio("POST", home + tail, body, role=None).status == 401
    answer = studio("POST", f"/api/connections/{NOBODY}{tail}", body)
    assert answer.status == 404 and answer.code == "connection_not_found"


def test_the_end_can_be_waited_for(studio, home):
    child = studio.begin("POST", home + "/import", {"all": True},
                         headers={"Prefer": "wait=20",
                                  "Idempotency-Key": "k"})
    job = studio.wait_for("SELECT id FROM jobs")["id"]
    time.sleep(0.2)
    assert child.poll() is None
    studio.end_job(job, "succeeded", {"apps": [], "imported": 0})
    answer = studio.finish(child)
    assert answer.status == 200
    assert answer.json["job"]["result"]["imported"] == 0
    again = studio("POST", home + "/import", {"all": True},
                   headers={"Idempotency-Key": "k"})
    assert again.status == 200 and again.json["job"]["id"] == job


# ---- to another Dify ----

@pytest.fixture
def flow(studio):
    """A workflow at one connection, and the id of another one."""
    w = studio.deployed()
    other = studio.connection(name="live")["id"]
    return f"/api/workflows/{w}/promote", other


MODEL = {"kind": "model", "key": "a/b/c big", "to": "d/e/f small"}


def test_a_promotion_is_looked_at_by_a_job(studio, flow):
    path, other = flow
    answer = studio("POST", path, {"connection_id": other}, role="editor")
    assert answer.status == 202
    assert answer.json["job"]["kind"] == "promote"
    assert answer.json["job"]["workflow_id"] == path.split("/")[3]
    assert payload(studio, answer) == {"connection_id": other, "mapping": []}
    answer = studio("POST", path, {"connection_id": other, "base": "1-aa",
                                   "mapping": [MODEL]})
    assert payload(studio, answer) == {
        "connection_id": other, "mapping": [MODEL], "base": "1-aa"}


def test_a_new_secret_is_sealed_before_the_job_has_it(studio, flow):
    path, other = flow
    answer = studio("POST", path, {"connection_id": other, "secrets": [
        {"key": "env KEY", "value": "sk-planted-42"}]})
    entry, = payload(studio, answer)["mapping"]
    assert entry["kind"] == "secret" and entry["key"] == "env KEY"
    assert entry["to"].startswith("studio-secret:")
    kept, = studio.sql("SELECT id FROM dsl_secrets")
    assert entry["to"].endswith(kept["id"])
    assert b"sk-planted-42" not in (studio.data / "studio.db").read_bytes()
    assert "sk-planted-42" not in studio.log + answer.body.decode()


@pytest.mark.parametrize("more, pointer", [
    ({"mapping": {}}, "/mapping"), ({"mapping": [{}]}, "/mapping"),
    ({"mapping": [{**MODEL, "kind": "node"}]}, "/mapping"),
    ({"mapping": [{**MODEL, "to": "studio-secret:" + NOBODY,
                   "kind": "secret"}]}, "/mapping"),
    ({"secrets": [{"key": "env A"}]}, "/secrets"),
    ({"secrets": [{"key": "", "value": "x"}]}, "/secrets"),
    ({"secrets": [{"key": "env A", "value": "*****"}]}, "/secrets"),
    ({"secrets": "x"}, "/secrets"),
    ({"connection_id": NOBODY}, "/connection_id"),
    ({"connection_id": None}, "/connection_id"),
])
def test_what_is_no_answer_is_refused(studio, flow, more, pointer):
    path, other = flow
    answer = studio("POST", path, {"connection_id": other, **more})
    assert answer.status == 400 and answer.pointers[0][0] == pointer
    assert studio.sql("SELECT 1 FROM jobs") == []


def test_not_to_where_it_is(studio, flow):
    path, _ = flow
    here = studio.sql("SELECT connection_id AS c FROM workflows")[0]["c"]
    answer = studio("POST", path, {"connection_id": here})
    assert answer.pointers == [("/connection_id", "same_connection")]


def test_who_may_promote(studio, flow):
    path, other = flow
    body = {"connection_id": other}
    assert studio("POST", path, body, role="viewer").status == 403
    answer = studio("POST", f"/api/workflows/{NOBODY}/promote", body)
    assert answer.status == 404 and answer.code == "workflow_not_found"


def test_an_answer_to_a_deploy_is_kept_for_that_connection(studio):
    w = studio.deployed()
    path = f"/api/workflows/{w}/deploy"
    answer = studio("POST", path, {"mapping": [{**MODEL, "to": 5}]})
    assert answer.pointers == [("/mapping", "invalid")]
    assert studio.sql("SELECT 1 FROM mappings") == []
    for to in ("d/e/f small", "d/e/f large"):
        answer = studio("POST", path, {"mapping": [{**MODEL, "to": to}]})
        assert answer.status == 202
    row, = studio.sql("SELECT * FROM mappings")
    here = studio.sql("SELECT id FROM connections")[0]["id"]
    assert (row["source_id"], row["target_id"]) == ("", here)
    assert (row["from_key"], row["to_key"]) == ("a/b/c big", "d/e/f large")


def test_a_creation_that_is_asked_back_says_what_for(studio):
    studio.connection()
    child = studio.begin("POST", "/api/workflows", DSL)
    job = studio.wait_for("SELECT id FROM jobs")["id"]
    needs = [{"kind": "model", "key": "a/b/c big", "name": "big",
              "nodes": ["Think"], "how": "missing"}]
    studio.end_job(job, "failed", None, {
        "code": "mapping_needed", "message": "what takes its place?",
        "needs": needs})
    answer = studio.finish(child)
    assert answer.status == 409 and answer.code == "mapping_needed"
    assert answer.json["needs"] == needs and answer.json["id"]
