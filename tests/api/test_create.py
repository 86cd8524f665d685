"""POST /api/workflows: keeps a DSL, creates it in Dify, waits for it."""
import json
import time

import pytest
import yaml

from studio import DSL

IMPORT = {"import_id": "imp-1", "status": "completed", "app_id": "app-9",
          "app_mode": "workflow", "current_dsl_version": "0.6.0",
          "imported_dsl_version": "0.6.0", "error": ""}


def deploy_job(studio):
    return studio.wait_for(
        "SELECT id, workflow_id, payload FROM jobs WHERE kind = 'deploy'"
        " AND state = 'queued'")


def in_dify(studio, job):
    studio.sql("UPDATE workflows SET dify_app_id = 'app-9', last_status ="
               " 'deployed' WHERE id = ?", job["workflow_id"])
    studio.end_job(job["id"], "succeeded", {**IMPORT, "name": "not ours"})


@pytest.mark.parametrize("body, kind, name, tags", [
    (json.dumps(DSL), "application/json", "Echo", []),
    (yaml.safe_dump(DSL), "application/yaml", "Echo", []),
    (yaml.safe_dump(DSL), "text/yaml; charset=utf-8", "Echo", []),
    (json.dumps({"dsl": DSL, "name": "N", "tags": ["t"]}),
     "application/json", "N", ["t"]),
    (json.dumps({"dsl": yaml.safe_dump(DSL)}), "application/json", "Echo", []),
], ids=["bare", "yaml", "text-yaml", "wrapped", "wrapped-yaml"])
def test_it_waits_and_answers_with_what_dify_said(
        studio, body, kind, name, tags):
    c = studio.connection()
    child = studio.begin("POST", "/api/workflows", body=body.encode(),
                         kind=kind, role="editor")
    job = deploy_job(studio)
    assert json.loads(job["payload"]) == {
        "workflow_id": job["workflow_id"], "connection_id": c["id"],
        "quick": True}
    status = studio("GET", f"/api/workflows/{job['workflow_id']}").json
    assert status["last_status"] == "deploying"
    in_dify(studio, job)
    answer = studio.finish(child, seconds=5)
    assert answer.status == 201
    assert answer.json == {
        **IMPORT, "id": job["workflow_id"], "name": name, "tags": tags,
        "last_status": "deployed"}
    assert answer.headers["Location"] == f"/api/workflows/{job['workflow_id']}"
    assert answer.headers["X-Job-Id"] == job["id"]


def create(studio, after, **more):
    """The answer to a creation; after(job) plays the worker."""
    child = studio.begin("POST", "/api/workflows", DSL, **more)
    after(deploy_job(studio))
    return studio.finish(child, seconds=10)


def test_dify_that_cannot_be_reached(studio):
    studio.connection()

    def unreachable(job):
        studio.sql("UPDATE workflows SET last_status = 'unknown'")
        studio.end_job(job["id"], "failed", error={
            "code": "dify_unreachable", "message": "No answer."})

    answer = create(studio, unreachable)
    assert (answer.status, answer.code) == (502, "dify_unreachable")
    assert answer.json["last_status"] == "unknown"
    kept = studio("GET", f"/api/workflows/{answer.json['id']}").json
    assert kept["last_status"] == "unknown"


def test_dify_that_refuses(studio):
    studio.connection()
    answer = create(studio, lambda job: studio.end_job(
        job["id"], "failed",
        error={"code": "dify_refused", "message": "Invalid version."}))
    assert (answer.status, answer.code) == (422, "dify_refused")
    assert answer.json["detail"] == "Invalid version."
    assert studio("GET", f"/api/workflows/{answer.json['id']}").status == 200


def test_a_creation_that_is_called_off(studio):
    studio.connection()
    answer = create(studio, lambda job: studio(
        "POST", f"/api/jobs/{job['id']}/cancel"))
    assert (answer.status, answer.code) == (409, "cancelled")
    assert answer.json["last_status"] == "draft"


def test_time_that_is_up(studio):
    studio.connection()
    start = time.monotonic()
    answer = studio("POST", "/api/workflows", DSL,
                    headers={"Prefer": "wait=1"})
    assert 0.9 < time.monotonic() - start < 10
    assert answer.status == 202
    assert answer.headers["Location"] == f"/api/jobs/{answer.headers['X-Job-Id']}"
    assert answer.json["job"]["workflow_id"] == answer.json["id"]


def test_one_who_does_not_wait(studio):
    studio.connection()
    start = time.monotonic()
    answer = studio("POST", "/api/workflows", DSL,
                    headers={"Prefer": "respond-async"})
    assert answer.status == 202 and time.monotonic() - start < 10


def test_a_key_creates_once(studio):
    studio.connection()
    headers = {"Prefer": "respond-async", "Idempotency-Key": "k"}
    first = studio("POST", "/api/workflows", DSL, headers=headers).json
    second = studio("POST", "/api/workflows", DSL, headers=headers).json
    assert first["id"] == second["id"] and first["job"] == second["job"]
    assert len(studio.sql("SELECT 1 FROM workflows")) == 1
    assert len(studio.sql("SELECT 1 FROM versions")) == 1


def test_a_draft_asks_dify_nothing(studio):
    answer = studio("POST", "/api/workflows", {"dsl": DSL, "deploy": False})
    assert answer.status == 201 and answer.json["last_status"] == "draft"
    assert not studio.sql("SELECT 1 FROM jobs")


def test_no_dify_is_connected(studio):
    answer = studio("POST", "/api/workflows", DSL)
    assert (answer.status, answer.code) == (409, "no_connection")
    assert not studio.sql("SELECT 1 FROM workflows")


@pytest.mark.parametrize("body, errors", [
    ({"dsl": DSL, "name": ""}, [("/name", "too_short")]),
    ({"dsl": DSL, "tags": "x"}, [("/tags", "type")]),
    ({"dsl": DSL, "more": 1}, [("/more", "unknown")]),
    ({"dsl": DSL, "connection_id": "x"}, [("/connection_id", "invalid")]),
    ({"dsl": DSL, "connection_id": "0" * 20},
     [("/connection_id", "not_found")]),
])
def test_what_a_body_may_not_say(studio, body, errors):
    answer = studio("POST", "/api/workflows", body)
    assert answer.status == 400 and answer.pointers == errors


@pytest.mark.parametrize("body, kind", [
    (b"{}", "application/json"),
    (b"app: [", "application/yaml"),
    (b"- a", "application/yaml"),
    (json.dumps({"dsl": "app: ["}).encode(), "application/json"),
    (json.dumps({"dsl": 7}).encode(), "application/json"),
], ids=["empty", "cut-yaml", "list", "cut-text", "number"])
def test_what_is_no_dsl(studio, body, kind):
    studio.connection()
    answer = studio("POST", "/api/workflows", body=body, kind=kind,
                    headers={"Prefer": "respond-async"})
    assert (answer.status, answer.code) == (422, "dsl_invalid"), answer
    assert answer.json["errors"]
    assert not studio.sql("SELECT 1 FROM workflows")


def test_what_dify_would_refuse_is_named(studio):
    studio.connection()
    dsl = json.loads(json.dumps(DSL))
    dsl["workflow"]["graph"]["edges"][0]["target"] = "nowhere"
    answer = studio("POST", "/api/workflows", dsl,
                    headers={"Prefer": "respond-async"})
    assert (answer.status, answer.code) == (422, "dsl_invalid"), answer
    assert any("/workflow/graph" in e["pointer"]
               for e in answer.json["errors"])


def test_an_empty_body(studio):
    answer = studio("POST", "/api/workflows")
    assert answer.pointers == [("", "required")]
