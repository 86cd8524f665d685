"""A sentence becomes a workflow, or a clear reason why not."""
import json
import time
from pathlib import Path

import pytest
import requests
from conftest import PROMPTS
from lib.servers import sandbox_llm


def ask(data, llm, prompt="Summarise a text", seconds=30, **model):
    planner = data.model(llm, **model)
    job = data.job("generate", {"prompt": prompt, "model_id": planner})
    return data.wait(job, seconds)


@pytest.mark.parametrize("name", PROMPTS)
def test_each_prompt_gives_a_workflow(worker, llm, name):
    wanted = PROMPTS[name]
    job = ask(worker, llm, wanted["prompt"])
    assert job["state"] == "succeeded", job["error"]
    graph = job["result"]["dsl"]["workflow"]["graph"]
    types = {n["data"]["type"] for n in graph["nodes"]}
    assert set(wanted["node_types"]) <= types
    mode = {"chat": "advanced-chat"}.get(wanted["mode"], wanted["mode"])
    assert job["result"]["dsl"]["app"]["mode"] == mode
    assert job["result"]["answer"]
    assert job["result"]["tokens"]["completion"] > 0


def test_the_phases_are_told_and_steps_appear_while_they_are_written(
        worker, llm):
    worker.model(llm, model="sandbox-slow")
    job = worker.job("generate", {"prompt": PROMPTS["mail-sorter"]["prompt"]})
    worker.wait(job, 60)
    events = worker.events("generate")
    phases = [e["phase"] for e in events]
    order = ["assemble", "ask", "extract", "repair", "validate", "build",
             "preview", "done"]
    assert [p for i, p in enumerate(phases) if p not in phases[:i]] == order
    grown = [len(e["nodes"]) for e in events]
    assert grown == sorted(grown) and grown[-1] == 4
    while_asking = {len(e["nodes"]) for e in events if e["phase"] == "ask"}
    assert len(while_asking) >= 3
    assert events[-1]["nodes"][0] == {
        "id": "sort", "type": "question-classifier",
        "title": events[-1]["nodes"][0]["title"]}
    assert len(events) < 5 * events[-1]["seconds"] + 10


@pytest.fixture(scope="module")
def answering():
    with sandbox_llm("--answers", ANSWERS) as url:
        yield url


def check_phases(list_, names):
    """Each begins where the one before ended."""
    assert [(p["round"], p["phase"]) for p in list_] == names
    for one, after in zip(list_, list_[1:]):
        assert one["at"] + one["ms"] == after["at"]


ANSWERS = Path(__file__).parents[1] / "data/answers/rounds.jsonl"
ROUNDS = [json.loads(line) for line in ANSWERS.read_text().splitlines()]
PHASES = ["ask", "extract", "repair", "validate"]


def test_a_reload_while_it_is_written_finds_all_of_it(worker, llm):
    worker.model(llm, model="sandbox-slow")
    job = worker.job("generate", {"prompt": PROMPTS["mail-sorter"]["prompt"]})

    def progress():
        return json.loads(worker.row("jobs", job)["progress"] or "{}")
    worker.until(lambda: len(progress().get("nodes", [])) >= 2)
    seen = {"progress": progress()}
    assert seen["progress"]["phase"] == "ask" and seen["progress"]["round"] == 1
    assert [p["phase"] for p in seen["progress"]["phases"]] == ["assemble", "ask"]
    assert "ms" not in seen["progress"]["phases"][-1]
    ended = worker.wait(job, 60)
    check_phases(ended["result"]["phases"],
                 [(1, p) for p in ["assemble", *PHASES, "build", "preview"]])
    assert ended["result"]["phases"][-1]["ms"] >= 0


@pytest.mark.parametrize("row", ROUNDS, ids=lambda r: r["id"])
def test_what_is_wrong_goes_back_at_most_twice(worker, answering, row):
    job = ask(worker, answering, row["prompt"])
    assert job["state"] == row["state"], job["error"]
    assert job["result"]["rounds"] == row["rounds"]
    wanted = [(1, "assemble")]
    for n in range(1, row["rounds"] + 1):
        wanted += [(n, p) for p in PHASES[:4 if n not in row.get("unread", []) else 2]]
    if row["state"] == "succeeded":
        wanted += [(row["rounds"], "build"), (row["rounds"], "preview")]
    check_phases(job["result"]["phases"], wanted)
    if row["state"] == "failed":
        assert job["error"]["findings"] and job["error"]["reason"] in ("invalid", "no_json")
    assert row.get("best", "") in json.dumps(job["result"]["plan"])


@pytest.mark.parametrize("output, held", [("json_schema", True), ("plain", False)])
def test_a_model_that_is_held_to_the_schema_is_told(worker, llm, output, held):
    ask(worker, llm, output=output)
    asked = requests.get(llm + "/_sandbox/log", timeout=10).json()["log"][-1]["messages"]
    assert asked[0]["role"] == "system"
    assert ("held to a JSON Schema" in asked[0]["text"]) == held


def test_answers_to_its_questions_lead_to_another_plan(worker):
    file = ANSWERS.with_name("questions.jsonl")
    row = json.loads(file.read_text())
    with sandbox_llm("--answers", file) as url:
        first = ask(worker, url, row["prompt"])
        assert len(first["result"]["questions"]) == 2 and first["result"]["assumptions"]
        answers = [{"question": first["result"]["questions"][0], "answer": "French"}]
        second = worker.wait(worker.job("generate", {
            "prompt": row["prompt"], "plan": first["result"]["plan"], "answers": answers}))
    assert second["state"] == "succeeded", second["error"]
    assert second["result"]["questions"] == second["result"]["assumptions"] == []
    assert "French" in json.dumps(second["result"]["dsl"])


def test_the_default_model_is_taken_when_none_is_named(worker, llm):
    worker.model("http://127.0.0.1:1", name="other")
    worker.model(llm, name="chosen", is_default=1)
    job = worker.wait(worker.job("generate", {"prompt": "Translate a text"}))
    assert job["state"] == "succeeded"


def test_no_model_at_all(worker):
    job = worker.wait(worker.job("generate", {"prompt": "Translate a text"}))
    assert job["error"]["code"] == "model_not_found"


def test_a_model_that_nobody_answers_for(worker):
    job = ask(worker, "http://127.0.0.1:1")
    assert job["state"] == "failed"
    assert job["error"]["code"] == "generation_failed"
    assert job["error"]["reason"] == "model_unreachable"
    assert "cannot be reached" in job["error"]["message"]


@pytest.mark.parametrize("model, reason, words", [
    ("sandbox-500", "model_trouble", "500"),
    ("sandbox-garbage", "model_broken", "no chat completion"),
    ("sandbox-cut", "model_broken", "broke off"),
    ("sandbox-prose", "answer_too_long", "cut off"),
    ("sandbox-chatter", "no_json", "no plan"),
    ("no-such-model", "model_unknown", "no-such-model"),
])
def test_what_a_model_can_do_wrong(worker, llm, model, reason, words):
    job = ask(worker, llm, model=model, seconds=60)
    assert job["state"] == "failed"
    assert job["error"]["reason"] == reason, job["error"]
    assert words in job["error"]["message"]
    assert "answer" in job["result"] and job["result"]["dsl"] is None


def test_a_model_that_falls_silent(worker, llm):
    begun = time.monotonic()
    job = ask(worker, llm, model="sandbox-stall", timeout_s=1)
    assert job["error"]["reason"] == "model_timeout"
    assert "1 seconds" in job["error"]["message"]
    assert time.monotonic() - begun < 15


def test_thoughts_are_told_and_kept_apart(worker, llm):
    job = ask(worker, llm, PROMPTS["score-grade"]["prompt"],
              model="sandbox-reasoning")
    assert job["result"]["reasoning"].startswith("The request names its")
    assert "The request names" not in job["result"]["answer"]
    told = [e["thought"] for e in worker.events("generate") if "thought" in e]
    assert told[-1]["bytes"] == len(job["result"]["reasoning"])
    assert job["result"]["reasoning"].endswith(told[-1]["tail"])


@pytest.mark.parametrize("model", ["sandbox-chunks", "sandbox-reasoning"])
def test_odd_streams_are_read(worker, llm, model):
    job = ask(worker, llm, PROMPTS["score-grade"]["prompt"], model=model)
    assert job["state"] == "succeeded", job["error"]
    assert "<think>" not in job["result"]["answer"]


def test_a_wrong_key_is_never_repeated_to_anybody(worker, llm):
    secret = "sk-do-not-show-me-0123456789"
    ask(worker, llm, model="no-such-model", key=secret)
    everything = b"".join(p.read_bytes() for p in worker.path.iterdir()
                          if p.is_file())
    assert secret.encode() not in everything


def test_cancel_ends_it_at_once(worker, llm):
    planner = worker.model(llm, model="sandbox-stall")
    job = worker.job("generate", {"prompt": "x", "model_id": planner})
    while worker.row("jobs", job)["state"] == "queued":
        time.sleep(0.02)
    time.sleep(0.3)
    worker.cancel(job)
    assert worker.wait(job, 3)["state"] == "cancelled"


def test_a_killed_worker_is_made_up_for(worker, llm):
    planner = worker.model(llm, model="sandbox-slow")
    jobs = [worker.job("generate", {"prompt": PROMPTS[name]["prompt"],
                                    "model_id": planner}) for name in
            ("sum-numbers", "translate-polish", "greeting-cards")]
    time.sleep(0.5)
    worker.kill()
    worker.start()
    worker.forget_leases()
    for job in jobs:
        ended = worker.wait(job, 60)
        assert ended["state"] == "succeeded", ended["error"]
        assert ended["attempts"] == 2


def test_a_stopped_worker_gives_its_jobs_back(worker, llm):
    planner = worker.model(llm, model="sandbox-slow")
    job = worker.job("generate", {"prompt": PROMPTS["sum-numbers"]["prompt"],
                                  "model_id": planner})
    time.sleep(0.5)
    worker.stop()
    assert worker.row("jobs", job)["state"] == "queued"
    worker.start()
    assert worker.wait(job, 60)["state"] == "succeeded"


def test_handles_mean_what_the_prompt_said(worker, llm):
    """What the Dify has changes its order while the model is asked again."""
    c = worker.connection("http://127.0.0.1:1", "x", is_default=1,
                          version="1.16.1")
    bases = ["11111111-1111-4111-8111-111111111111",
             "22222222-2222-4222-8222-222222222222"]
    for n, (base, name) in enumerate(zip(bases, ("Handbook", "Prices"))):
        worker.insert("resources", connection_id=c, kind="dataset", position=n,
                      handle=name.lower(), dify_id=base, name=name)

    def plan(prompt):
        return {"name": "Ask", "mode": "workflow", "steps": [
            {"id": "find", "type": "knowledge-retrieval",
             "query": "inputs.question", "knowledge": ["kb2"]},
            {"id": "say", "type": "llm", "context": "find.result",
             "prompt": prompt}],
            "inputs": [{"name": "question", "type": "text"}],
            "outputs": [{"name": "out", "from": "say.text"}]}

    for rule in ({"kind": "says", "value": json.dumps(plan("{{no.such}}"))},
                 {"kind": "retry_after", "value": "2"},
                 {"kind": "says",
                  "value": json.dumps(plan("{{inputs.question}}"))}):
        requests.post(llm + "/_sandbox/faults", json=rule,
                      timeout=5).raise_for_status()
    planner = worker.model(llm)
    job = worker.job("generate", {
        "prompt": "Answer a question from the knowledge base Prices",
        "model_id": planner, "connection_id": c})
    worker.until(lambda: worker.sql("SELECT 1 FROM lanes"))
    worker.sql("UPDATE resources SET position = 1 - position")
    done = worker.wait(job, 30)
    assert done["state"] == "succeeded", done["error"]
    assert done["result"]["rounds"] == 2
    (find,) = [n["data"] for n in done["result"]["dsl"]["workflow"]["graph"][
        "nodes"] if n["data"]["type"] == "knowledge-retrieval"]
    assert find["dataset_ids"] == [bases[1]]
