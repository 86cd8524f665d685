"""Deploys, runs and tests: their callers may wait for the end."""
import time

import pytest

NOBODY = "0" * 20


def deploy(studio):
    return f"/api/workflows/{studio.deployed()}/deploy"


def run(studio):
    return f"/api/workflows/{studio.deployed()}/run"


def model(studio):
    return f"/api/models/{studio.model()['id']}/test"


def connection(studio):
    return f"/api/connections/{studio.connection()['id']}/test"


KINDS = pytest.mark.parametrize("path_of", [deploy, run, model, connection])


@KINDS
def test_nobody_waits_who_did_not_ask_to(studio, path_of):
    answer = studio("POST", path_of(studio), role="editor")
    assert answer.status == 202 and answer.json["job"]["state"] == "queued"
    assert answer.headers["Location"].endswith(answer.json["job"]["id"])


@KINDS
def test_the_end_of_the_job_is_the_answer(studio, path_of):
    path = path_of(studio)
    child = studio.begin("POST", path, headers={"Prefer": "wait=20"})
    job = studio.wait_for("SELECT id FROM jobs ORDER BY id DESC")["id"]
    time.sleep(0.2)
    assert child.poll() is None
    studio.end_job(job, "failed", {"a": 1}, {"code": "x", "message": "y"})
    answer = studio.finish(child)
    assert answer.status == 200 and answer.headers["X-Job-Id"] == job
    assert answer.json["job"]["state"] == "failed"
    assert answer.json["job"]["result"] == {"a": 1}
    assert ("run_id" in answer.json) == (path_of is run)


@KINDS
def test_the_wait_has_an_end(studio, path_of):
    start = time.monotonic()
    answer = studio("POST", path_of(studio), headers={"Prefer": "wait=1"})
    assert answer.status == 202 and 0.9 < time.monotonic() - start < 10
    assert answer.json["job"]["state"] == "queued"


def test_a_repeated_request_gets_the_end_of_the_first(studio):
    path = run(studio)
    key = {"Idempotency-Key": "k"}
    first = studio("POST", path, headers=key).json
    studio.end_job(first["job"]["id"], "succeeded", {"ok": True})
    again = studio("POST", path, headers=key)
    assert again.status == 200 and again.json["run_id"] == first["run_id"]
    assert len(studio.sql("SELECT id FROM runs")) == 1


@pytest.mark.parametrize("what, code", [
    ("workflows/{}/deploy", "workflow_not_found"),
    ("workflows/{}/run", "workflow_not_found"),
    ("models/{}/test", "model_not_found"),
    ("connections/{}/test", "connection_not_found")])
def test_what_is_not_there(studio, what, code):
    answer = studio("POST", "/api/" + what.format(NOBODY),
                    headers={"Prefer": "wait=5"})
    assert (answer.status, answer.code) == (404, code)
    assert studio.sql("SELECT id FROM jobs") == []
