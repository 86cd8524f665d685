"""POST /api/workflows/generate-dsl, to the letter."""
import time

import pytest
import requests

from lib import dsl as dsl_of
from lib.prompts import load

ROW = next(r for r in load() if r["id"] == "score-grade")
PROMPT = ROW["prompt"]


def problem(answer, code):
    body = answer.json()
    assert answer.headers["Content-Type"].startswith(
        "application/problem+json")
    assert body["code"] == code and body["status"] == answer.status_code
    assert body["request_id"] == answer.headers["X-Request-Id"]
    return body


def test_body_and_query_give_the_bare_dsl(healed):
    model = healed.api.get("/api/models")["items"][0]["id"]
    by_body = healed.api.generate(PROMPT, model_id=model)
    by_query = healed.api.post("/api/workflows/generate-dsl", want=200,
                               params={"prompt": PROMPT, "model_id": model})
    assert by_body.json() == by_query.json()
    assert set(by_body.json()) >= {"app", "kind", "version", "workflow"}
    job_id = by_body.headers["X-Job-Id"]
    assert by_body.headers["Location"].endswith(f"/api/jobs/{job_id}")
    job = healed.api.get(f"/api/jobs/{job_id}")
    assert job["kind"] == "generate" and job["state"] == "succeeded"
    result = job["result"]
    assert result["dsl"] == by_body.json()
    assert result["tokens"]["prompt"] > 0 < result["tokens"]["completion"]
    assert PROMPT not in str(result["plan"]) and result["answer"]


@pytest.mark.parametrize("flaw", ["output-names", "cut-off", "chinese-ids",
                                  "single-quotes", "aliases"])
def test_fixes_are_named(healed, flaw):
    (row,) = (r for r in load() if r["flaw"] == flaw)
    job_id = healed.api.generate(row["prompt"]).headers["X-Job-Id"]
    result = healed.api.get(f"/api/jobs/{job_id}")["result"]
    assert result["fixes"] or result["findings"]
    for fix in result["fixes"]:
        assert fix["code"] and "pointer" in fix


@pytest.mark.parametrize("fault", [
    {"kind": "prose", "value": 2000}, {"kind": "repeat", "value": 300},
    {"kind": "status", "value": 500}, {"kind": "garbage"},
    {"kind": "cut", "value": 4}])
def test_failed_generation_is_422_with_a_way_on(healed, fault):
    healed.llm.fault(match=PROMPT, times=0, **fault)
    body = problem(healed.api.generate(PROMPT, 422), "generation_failed")
    assert body["upload_url"] == "/api/workflows"
    assert isinstance(body["findings"], list) and body["reason"]
    made = healed.api.create(dsl_of.small("Brought along"),
                             want=201).json()
    assert healed.api.run(made["id"], {"q": "x"})["outputs"] == {"out": "x"}


def test_time_is_up_202_then_the_job_ends(healed):
    healed.llm.fault(match=PROMPT, kind="stall", value=3)
    start = time.monotonic()
    answer = healed.api.generate(PROMPT, 202, {"Prefer": "wait=1"})
    assert 0.8 <= time.monotonic() - start < 10
    assert answer.json()["job"]["state"] in ("queued", "running")
    job = healed.api.succeeded(answer)
    assert answer.headers["Location"].endswith("/api/jobs/" + job["id"])
    assert dsl_of.inputs(job["result"]["dsl"]) == ROW["inputs"]


def test_respond_async(healed):
    """The answer does not wait for the model, which takes its time."""
    healed.llm.fault(match=PROMPT, kind="stall", value=3)
    answer = healed.api.generate(PROMPT, 202, {"Prefer": "respond-async"})
    assert answer.json()["job"]["state"] in ("queued", "running")
    healed.api.succeeded(answer)


def test_cancel(healed):
    healed.llm.fault(match=PROMPT, kind="stall", value=20)
    answer = healed.api.generate(PROMPT, 202, {"Prefer": "wait=1"})
    job_id = answer.headers["X-Job-Id"]
    healed.api.post(f"/api/jobs/{job_id}/cancel", want=(200, 202, 204))
    assert healed.api.job(job_id, 5)["state"] == "cancelled"


def test_stalled_model_holds_nobody_else(healed):
    healed.llm.fault(match=PROMPT, kind="stall", value=60)
    slow = healed.api.generate(PROMPT, 202, {"Prefer": "respond-async"})
    job = f"/api/jobs/{slow.headers['X-Job-Id']}"
    healed.api.generate("Summarise a mail")
    assert healed.api.get(job)["state"] == "running"
    healed.api.post(job + "/cancel")


def test_odd_packets_make_the_same_workflow(healed):
    plain = healed.api.generate(PROMPT).json()
    healed.llm.fault(match=PROMPT, kind="chunks")
    assert healed.api.generate(PROMPT).json() == plain
    healed.llm.fault(match=PROMPT, kind="reasoning")
    assert healed.api.generate(PROMPT).json() == plain


def test_idempotency_key(healed):
    headers = {"Idempotency-Key": "once-and-only",
               "Prefer": "respond-async"}
    ids = {healed.api.generate(PROMPT, (200, 202), headers)
           .headers["X-Job-Id"] for _ in range(3)}
    assert len(ids) == 1


@pytest.mark.parametrize("body,status", [
    ({}, 400), ({"prompt": ""}, 400), ({"prompt": 7}, 400),
    ({"prompt": "x", "extra": 1}, 400), ([], 400),
    ({"prompt": "x", "model_id": "aaaaaaaaaaaaaaaaaaaa"}, (400, 404, 422)),
    ({"prompt": "x", "model_id": "../../etc"}, 400)])
def test_refusals(healed, body, status):
    answer = healed.api.post("/api/workflows/generate-dsl", body, status)
    assert answer.json()["code"]


def test_without_sign_in(healed):
    answer = requests.post(
        healed.studio.url + "/api/workflows/generate-dsl",
        json={"prompt": PROMPT}, timeout=5)
    assert answer.status_code == 401
    problem(answer, answer.json()["code"])
