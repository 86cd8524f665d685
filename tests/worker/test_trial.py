"""A test run: a scratch app that is made, run, and gone, however it ends."""
import json
import time

import pytest
from flows import echo, http, longer, slow, upper


def trial(data, connection, dsl, **more):
    w = data.workflow(dsl, "Test of " + dsl["app"]["name"], connection)
    data.sql("UPDATE workflows SET scratch = 1 WHERE id = ?", w)
    return w, data.job("test_run", {
        "connection_id": connection, "inputs": {"q": "abc"}, **more}, w)


def nothing_is_left(data, dify, w, name):
    assert dify.apps(name) == []
    assert data.row("workflows", w) is None
    assert data.sql("SELECT * FROM runs WHERE workflow_id = ?", w) == []
    assert data.sql("SELECT * FROM jobs WHERE state IN ('queued', 'running')"
                    ) == []


def test_one_that_runs(connected, dify):
    data, c = connected
    w, job = trial(data, c, upper("Good trial"))
    ended = data.wait(job, 30)
    assert ended["state"] == "succeeded", ended["error"]
    outcome = ended["result"]["outcome"]
    assert outcome["kind"] == "succeeded"
    assert outcome["outputs"] == {"out": "ABC"}
    assert [n["type"] for n in outcome["nodes"]] == ["start", "code", "end"]
    assert ended["result"]["removed"] is True
    nothing_is_left(data, dify, w, "Good trial")


def test_one_that_fails_on_its_own_account(connected, dify):
    data, c = connected
    bad = "def main(q: str) -> dict:\n    raise ValueError('no good')"
    w, job = trial(data, c, upper("Bad trial", bad))
    result = data.wait(job, 30)["result"]
    assert result["outcome"]["kind"] == "model"
    assert "no good" in result["outcome"]["error"]
    assert result["outcome"]["node"]["title"] == "Code"
    assert "mended" not in result and "fix_job" not in result
    nothing_is_left(data, dify, w, "Bad trial")


BAD = "def main(q: str) -> dict:\n    raise ValueError('no good')"


def test_the_model_mends_it_once(connected, dify, llm):
    data, c = connected
    data.model(llm)
    w, job = trial(data, c, upper("Mended trial", BAD), fix=True)
    result = data.wait(job, 60)["result"]
    assert result["first"]["kind"] == "model"
    assert result["mended"] is True
    assert result["outcome"]["kind"] == "succeeded", result["outcome"]
    assert result["outcome"]["outputs"] == {"out": "abc"}
    asked = data.row("jobs", result["fix_job"])
    assert "no good" in json.loads(asked["payload"])["prompt"]
    code = next(n["data"]["code"] for n in
                result["dsl"]["workflow"]["graph"]["nodes"]
                if n["data"]["type"] == "code")
    assert "no good" not in code
    assert len(dify.log("POST", "/v1/workflows/run")) == 2
    nothing_is_left(data, dify, w, "Mended trial")


def test_one_round_and_no_more(connected, dify, llm):
    """What the model makes of it fails as well."""
    data, c = connected
    data.model(llm)
    dsl = upper("Hopeless trial", BAD)
    dsl["workflow"]["graph"]["nodes"][1]["data"]["outputs"] = {
        "r": {"type": "number", "children": None}}
    w, job = trial(data, c, dsl, fix=True)
    result = data.wait(job, 60)["result"]
    assert result["first"]["kind"] == result["outcome"]["kind"] == "model"
    assert len(data.sql("SELECT * FROM jobs WHERE kind = 'generate'")) == 1
    nothing_is_left(data, dify, w, "Hopeless trial")


def test_a_model_that_is_away(connected, dify):
    """No model: the failure is told all the same."""
    data, c = connected
    w, job = trial(data, c, upper("Alone trial", BAD), fix=True)
    result = data.wait(job, 60)["result"]
    assert result["outcome"]["kind"] == "model" and "mended" not in result
    nothing_is_left(data, dify, w, "Alone trial")


def test_one_that_fails_for_reasons_outside(connected, dify):
    data, c = connected
    w, job = trial(data, c, http("http://127.0.0.1:9/x", "", "Far trial"),
                   fix=True)
    outcome = data.wait(job, 60)["result"]["outcome"]
    assert outcome["kind"] == "network", outcome
    assert data.sql("SELECT * FROM jobs WHERE kind = 'generate'") == []
    nothing_is_left(data, dify, w, "Far trial")


def test_inputs_that_do_not_fit_are_no_fault_of_the_workflow(connected, dify):
    data, c = connected
    w, job = trial(data, c, echo("Odd trial"), inputs={}, fix=True)
    outcome = data.wait(job, 30)["result"]["outcome"]
    assert (outcome["kind"], outcome["code"]) == ("setup", "input_invalid")
    nothing_is_left(data, dify, w, "Odd trial")


def test_dify_away(data, dify_alone):
    worker = data.start()
    c = worker.connection(dify_alone.url, dify_alone.admin_key)
    dify_alone.stop()
    w, job = trial(worker, c, echo("Away trial"))
    outcome = worker.wait(job, 60)["result"]["outcome"]
    dify_alone.start()
    assert (outcome["kind"], outcome["code"]) == (
        "network", "dify_unreachable")
    nothing_is_left(worker, dify_alone, w, "Away trial")


def test_called_off(connected, dify):
    data, c = connected
    w, job = trial(data, c, longer(slow(2, "Long trial")))
    end = time.monotonic() + 20
    while not data.sql("SELECT * FROM runs WHERE workflow_id = ? AND status"
                       " = 'running'", w):
        assert time.monotonic() < end
        time.sleep(0.05)
    data.cancel(job)
    assert data.wait(job, 30)["state"] == "cancelled"
    nothing_is_left(data, dify, w, "Long trial")


@pytest.mark.parametrize("step", ["deploy", "run", "clean"])
def test_killed_in_a_step(connected, dify, step):
    data, c = connected
    name = f"Killed trial {step}"
    if step == "clean":
        dify.fault("DELETE /console/api/apps/", "slow", 1.5)
    w, job = trial(data, c, slow(2, name))
    end = time.monotonic() + 20
    while f'"step":"{step}"' not in (data.row("jobs", job)["memo"] or ""):
        assert time.monotonic() < end, data.row("jobs", job)
        time.sleep(0.02)
    if step != "deploy":
        time.sleep(0.3)
    data.kill()
    data.start()
    data.forget_leases()
    ended = data.wait(job, 90)
    assert ended["state"] == "succeeded", ended["error"]
    assert ended["result"]["outcome"]["kind"] == "succeeded"
    nothing_is_left(data, dify, w, name)


def test_what_a_lost_job_left_is_swept(data, dify):
    c = data.connection(dify.url, dify.admin_key)
    worker = data.start()
    w = data.workflow(echo("Lost trial"), "Lost trial", c)
    assert data.wait(data.job("deploy", {"connection_id": c}, w))["state"] \
        == "succeeded"
    assert len(dify.apps("Lost trial")) == 1
    worker.kill()
    data.sql("UPDATE workflows SET scratch = 1 WHERE id = ?", w)
    data.start()
    end = time.monotonic() + 40
    while data.row("workflows", w):
        assert time.monotonic() < end
        time.sleep(0.1)
    nothing_is_left(data, dify, w, "Lost trial")


def test_an_app_that_cannot_be_removed_now_is_tried_again(connected, dify):
    data, c = connected
    dify.fault("DELETE /console/api/apps/", "status", 403, times=1)
    w, job = trial(data, c, echo("Stuck trial"))
    result = data.wait(job, 60)["result"]
    assert result["outcome"]["kind"] == "succeeded"
    assert result["removed"] is False and data.row("workflows", w)
    data.stop()
    data.start()  # upkeep looks at it
    end = time.monotonic() + 40
    while data.row("workflows", w):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert dify.apps("Stuck trial") == []
