"""A sentence changes a workflow; what it does not speak of stays."""
import json

import pytest

from lib.dsl import nodes, problems
from lib.prompts import load

PROMPTS = {row["id"]: row for row in load()}


@pytest.fixture
def planner(worker, llm):
    worker.model(llm)
    return worker


def generated(data, name):
    job = data.wait(data.job("generate", {"prompt": PROMPTS[name]["prompt"]}))
    assert job["state"] == "succeeded", job["error"]
    return job["result"]["dsl"]


def edit(data, dsl, text, **more):
    job = data.wait(data.job("generate", {
        "prompt": text, "edit": {"dsl": dsl, **more}}))
    return job


def bytes_of(dsl):
    return {n["id"]: json.dumps(n) for n in nodes(dsl)}


def touched(before, after):
    old, new = bytes_of(before), bytes_of(after)
    return ({i for i in new if i not in old}, {i for i in old if i not in new},
            {i for i in old if i in new and old[i] != new[i]})


@pytest.mark.parametrize("text", [
    "Translate the reply to French at the end", "最后把回复翻译成法语"])
def test_a_step_at_the_end(planner, text):
    dsl = generated(planner, "mail-sorter")
    job = edit(planner, dsl, text)
    assert job["state"] == "succeeded", job["error"]
    result = job["result"]
    assert touched(dsl, result["dsl"]) == ({"french"}, set(), {"end"})
    assert problems(result["dsl"]) == []
    assert [n["id"] for n in result["diff"]["nodes"]["added"]] == ["french"]
    assert result["consent"] == []
    assert result["summary"]
    assert [o["op"] for o in result["operations"]] == ["add", "change_output"]
    assert not [f for f in result["findings"] if f["tier"] in "ER"]


@pytest.mark.parametrize("text", ["Add a branch for refunds",
                                  "增加一个退款的分支"])
def test_a_branch_joins_the_others(planner, text):
    dsl = generated(planner, "mail-sorter")
    result = edit(planner, dsl, text)["result"]
    added, removed, changed = touched(dsl, result["dsl"])
    assert (added, removed) == ({"extra"}, set())
    (sort,) = [n for n in nodes(result["dsl"])
               if n["data"]["type"] == "question-classifier"]
    assert sort["id"] in changed and len(changed) == 2
    assert sort["data"]["classes"][-1]["name"] in ("refunds", "退款")
    assert problems(result["dsl"]) == []


def test_mistakes_go_back_to_the_model(planner):
    dsl = generated(planner, "mail-sorter")
    job = edit(planner, dsl, "Translate it to German (and wrongly at first)")
    assert job["state"] == "succeeded", job["error"]
    assert job["result"]["rounds"] == 2
    assert touched(dsl, job["result"]["dsl"])[0] == {"german"}


def test_a_chat_answers_in_another_language(planner):
    dsl = generated(planner, "interview-chat")
    job = edit(planner, dsl, "Translate the answer to Spanish")
    assert job["state"] == "succeeded", job["error"]
    added, removed, changed = touched(dsl, job["result"]["dsl"])
    assert (added, removed, len(changed)) == ({"spanish"}, set(), 1)


def test_what_takes_consent_says_so(planner):
    dsl = generated(planner, "mail-sorter")
    job = edit(planner, dsl, "Add an input for a note")
    assert [c["code"] for c in job["result"]["consent"]] == ["inputs_change"]
    assert job["result"]["consent"][0]["added"] == ["note"]


def test_the_difference_is_to_what_is_kept(planner):
    dsl = generated(planner, "mail-sorter")
    first = edit(planner, dsl, "Translate to French")["result"]["dsl"]
    second = edit(planner, first, "Translate to German", origin=dsl,
                  before=["Translate to French"])["result"]
    assert {n["id"] for n in second["diff"]["nodes"]["added"]} == {
        "french", "german"}
    assert touched(first, second["dsl"])[0] == {"german"}


def test_a_model_that_changes_nothing(planner):
    dsl = generated(planner, "score-grade")
    job = edit(planner, dsl, "Remove the elephant")
    assert job["state"] == "failed"
    assert job["error"]["code"] == "generation_failed"
    assert "changed nothing" in job["error"]["message"]
    assert job["result"]["dsl"] == dsl


@pytest.mark.parametrize("model, reason", [
    ("sandbox-prose", "answer_too_long"), ("sandbox-chatter", "no_json")])
def test_a_model_without_operations(worker, llm, model, reason):
    worker.model(llm, is_default=1)
    dsl = generated(worker, "score-grade")
    job = worker.wait(worker.job("generate", {
        "prompt": "Shorter", "edit": {"dsl": dsl},
        "model_id": worker.model(llm, name="bad", model=model)}), 60)
    assert job["state"] == "failed"
    assert job["error"]["reason"] == reason


def test_an_edit_outlives_its_worker(data, llm):
    data.model(llm)
    data.start()
    dsl = generated(data, "mail-sorter")
    slow = data.model(llm, name="slow", model="sandbox-slow")
    job = data.job("generate", {"prompt": "Translate to French",
                                "model_id": slow, "edit": {"dsl": dsl}})
    data.until(lambda: data.row("jobs", job)["state"] == "running")
    data.kill()
    data.start()
    assert data.wait(job, 60)["state"] == "succeeded"
