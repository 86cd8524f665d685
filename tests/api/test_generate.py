"""POST /api/workflows/generate-dsl: a sentence to a DSL."""
import json
import time
from urllib.parse import quote

import pytest

from studio import DSL

PATH = "/api/workflows/generate-dsl"
NOBODY = "0" * 20


def generate_job(studio):
    return studio.wait_for("SELECT id, payload FROM jobs WHERE kind ="
                           " 'generate' AND state = 'queued'")


def generate(studio, after, path=PATH, body=None):
    """The answer to a request; after(job) plays the worker."""
    child = studio.begin("POST", path, body, role="editor")
    after(generate_job(studio))
    return studio.finish(child, seconds=10)


def succeed(studio):
    return lambda job: studio.end_job(job["id"], "succeeded", {
        "dsl": DSL, "name": "Echo", "plan": {}, "fixes": [], "findings": []})


@pytest.mark.parametrize("way", ["query", "body"])
def test_the_bare_dsl_comes_back(studio, way):
    m = studio.model()
    c = studio.connection()
    if way == "query":
        path, body = (f"{PATH}?prompt={quote('说 hi & go')}"
                      f"&model_id={m['id']}", None)
    else:
        path, body = PATH, {"prompt": "说 hi & go", "model_id": m["id"]}
    answer = generate(studio, succeed(studio), path, body)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json == DSL
    job = answer.headers["X-Job-Id"]
    assert answer.headers["Location"] == f"/api/jobs/{job}"
    payload = json.loads(studio.sql("SELECT payload FROM jobs")[0]["payload"])
    assert payload == {"prompt": "说 hi & go", "model_id": m["id"],
                       "connection_id": c["id"], "target": None}


def test_without_a_model_the_default_one_is_asked(studio):
    m = studio.model()
    studio("POST", PATH, {"prompt": "x"}, headers={"Prefer": "respond-async"})
    assert json.loads(generate_job(studio)["payload"])["model_id"] == m["id"]


def test_the_generator_of_dify_is_another_engine(studio):
    c = studio.connection()
    body = {"prompt": "x", "engine": "dify", "connection_id": c["id"]}
    wait = {"Prefer": "respond-async"}
    none = studio("POST", PATH, body, headers=wait)
    assert (none.status, none.code) == (409, "no_generator")
    studio.sql("UPDATE connections SET generator = 1")
    assert studio("GET", f"/api/connections/{c['id']}").json["has_generator"]
    assert studio("POST", PATH, body, headers=wait).status == 202
    payload = json.loads(generate_job(studio)["payload"])
    assert payload == {"prompt": "x", "model_id": None, "engine": "dify",
                       "connection_id": c["id"], "target": None}
    other = studio("POST", PATH, {**body, "engine": "magic"})
    assert other.pointers == [("/engine", "not_allowed")]
    studio.sql("DELETE FROM connections")
    gone = studio("POST", PATH, {"prompt": "x", "engine": "dify"})
    assert (gone.status, gone.code) == (409, "no_connection")


def test_a_generation_that_failed(studio):
    studio.model()
    finding = {"code": "answer_no_json", "tier": "E", "pointer": "",
               "node": "", "message_en": "No plan.", "message_zh": "没有",
               "fixable": False}
    answer = generate(studio, lambda job: studio.end_job(
        job["id"], "failed", error={
            "code": "generation_failed", "reason": "no_json",
            "message": "The answer holds no plan.",
            "findings": [finding]}), body={"prompt": "x"})
    assert (answer.status, answer.code) == (422, "generation_failed")
    assert answer.json["detail"] == "The answer holds no plan."
    assert answer.json["reason"] == "no_json"
    assert answer.json["findings"] == [finding]
    assert answer.json["upload_url"] == "/api/workflows"


def test_a_generation_that_is_called_off(studio):
    studio.model()
    answer = generate(studio, lambda job: studio(
        "POST", f"/api/jobs/{job['id']}/cancel"), body={"prompt": "x"})
    assert (answer.status, answer.code) == (422, "generation_failed")
    assert answer.json["reason"] == "cancelled"
    assert answer.json["findings"] == []


def test_time_that_is_up(studio):
    studio.model()
    start = time.monotonic()
    answer = studio("POST", PATH, {"prompt": "x"},
                    headers={"Prefer": "wait=1"})
    assert answer.status == 202 and 0.9 < time.monotonic() - start < 10
    assert answer.json["job"]["state"] == "queued"
    assert answer.headers["Location"].endswith(answer.headers["X-Job-Id"])


def test_a_key_generates_once(studio):
    studio.model()
    headers = {"Prefer": "respond-async", "Idempotency-Key": "k"}
    first = studio("POST", PATH, {"prompt": "x"}, headers=headers)
    second = studio("POST", PATH, {"prompt": "x"}, headers=headers)
    assert first.json == second.json
    assert len(studio.sql("SELECT 1 FROM jobs")) == 1


@pytest.mark.parametrize("body, error", [
    ({}, ("/prompt", "required")),
    ({"prompt": ""}, ("/prompt", "too_short")),
    ({"prompt": " \n"}, ("/prompt", "too_short")),
    ({"prompt": "x" * 20001}, ("/prompt", "too_long")),
    ({"prompt": "a\x01"}, ("/prompt", "invalid")),
    ({"prompt": "x", "model_id": "x"}, ("/model_id", "invalid")),
    ({"prompt": "x", "model_id": NOBODY}, ("/model_id", "not_found")),
    ({"prompt": "x", "connection_id": NOBODY},
     ("/connection_id", "not_found")),
    ({"prompt": "x", "target": "new"}, ("/target", "invalid")),
    ({"prompt": "x", "temperature": 1}, ("/temperature", "unknown")),
    ({"answers": [{"question": "q", "answer": "a"}]}, ("/parent", "required")),
    ({"parent": NOBODY}, ("/answers", "required")),
    ({"parent": NOBODY, "answers": []}, ("/answers", "required")),
    ({"parent": NOBODY, "answers": "a"}, ("/answers", "required")),
    ({"parent": NOBODY, "answers": ["a"]}, ("/answers", "invalid")),
    ({"parent": NOBODY, "answers": [{"question": "q", "answer": ""}]},
     ("/answers", "invalid")),
    ({"parent": NOBODY, "answers": [{"question": "q", "answer": "a", "more": 1}]},
     ("/answers", "invalid")),
    ({"parent": NOBODY, "answers": [{"question": "q", "answer": "x" * 4001}]},
     ("/answers", "invalid")),
    ({"parent": NOBODY, "answers": [{"question": "q", "answer": "a"}] * 21},
     ("/answers", "too_many")),
    ({"parent": NOBODY, "answers": [{"question": "q", "answer": "a"}]},
     ("/parent", "not_found")),
])
def test_what_may_not_be_asked(studio, body, error):
    studio.model()
    answer = studio("POST", PATH, body)
    assert answer.status == 400 and answer.pointers == [error]
    assert not studio.sql("SELECT 1 FROM jobs")


def test_without_any_model(studio):
    answer = studio("POST", PATH, {"prompt": "x"})
    assert (answer.status, answer.code) == (409, "no_model")


ANSWERS = [{"question": "Which shop?", "answer": "The one in 巴黎"}]


def parent(studio, result, **payload):
    """A generation that has ended."""
    studio("POST", PATH, {"prompt": "Ask the shop", **payload},
           headers={"Prefer": "respond-async"})
    job = generate_job(studio)
    studio.end_job(job["id"], "succeeded", result)
    return job["id"]


def test_answers_go_with_the_plan_and_the_request(studio):
    studio.model()
    studio.connection()
    plan = {"name": "Shop", "steps": []}
    first = parent(studio, {"dsl": DSL, "plan": plan})
    studio("POST", PATH, {"parent": first, "answers": ANSWERS},
           headers={"Prefer": "respond-async"})
    payload = json.loads(generate_job(studio)["payload"])
    before = json.loads(studio.sql(
        "SELECT payload FROM jobs WHERE id = ?", first)[0]["payload"])
    assert payload == {**before, "parent": first, "answers": ANSWERS,
                       "plan": plan}


def test_a_generation_without_a_plan_has_no_questions(studio):
    studio.model()
    first = parent(studio, {"dsl": None, "plan": None})
    answer = studio("POST", PATH, {"parent": first, "answers": ANSWERS})
    assert answer.status == 409 and answer.json["code"] == "no_plan"
