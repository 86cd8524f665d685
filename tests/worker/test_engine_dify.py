"""The generator of Dify in the place of a model and our plan: its graph goes
through the same reading, mending and checking."""
import json
import time

import pytest
from dify_server import Dify


def wait_for_models(data, connection, seconds=20):
    """Until the worker has seen what the Dify has."""
    end = time.monotonic() + seconds
    while not data.sql("SELECT 1 FROM resources WHERE connection_id = ? AND "
                       "kind = 'model'", connection):
        assert time.monotonic() < end, data.log()[-1000:]
        time.sleep(0.05)


@pytest.fixture
def ready(connected):
    data, c = connected
    wait_for_models(data, c)
    return data, c


def make(ready, prompt, seconds=30):
    data, c = ready
    job = data.job("generate", {"prompt": prompt, "engine": "dify",
                                "model_id": None, "connection_id": c})
    return job, data.wait(job, seconds)


def test_a_workflow_comes_of_it(ready):
    data, c = ready
    job, ended = make(ready, "Summarise a text that somebody pastes")
    assert ended["state"] == "succeeded", ended["error"]
    result = ended["result"]
    assert (result["engine"], result["model_id"]) == ("dify", None)
    assert result["model"] and result["rounds"] == 1
    nodes = result["dsl"]["workflow"]["graph"]["nodes"]
    assert [n["data"]["type"] for n in nodes] == ["start", "llm", "end"]
    assert result["dsl"]["app"]["mode"] == "workflow"
    assert "Summarise a text" in result["name"]
    assert "cost" not in result
    phases = [e["phase"] for e in data.events("generate")]
    assert [p for i, p in enumerate(phases) if p not in phases[:i]] == [
        "assemble", "ask", "extract", "repair", "validate", "build",
        "preview", "done"]
    shown = [e["nodes"] for e in data.events("generate") if e["nodes"]]
    assert [n["type"] for n in shown[0]] == ["start", "llm", "end"]
    row = dict(data.sql("SELECT * FROM generations WHERE job_id = ?", job)[0])
    assert (row["engine"], row["result"]) == ("dify", "ok")
    assert row["model"] == result["model"] and row["prompt_version"] is None


@pytest.mark.parametrize("prompt, mode, types, fixes", [
    ("Sort messages by kind and answer them", "workflow",
     ["start", "question-classifier", *3 * ["llm"], *3 * ["end"]], []),
    ("Write a slogan for each line", "workflow",
     ["start", "code", "iteration", "iteration-start", "llm",
      "template-transform", "end"], ["item_of_container"]),
    ("A chat assistant for questions about shoes", "advanced-chat",
     ["start", "llm", "answer"], [])])
def test_shapes_that_it_makes(ready, prompt, mode, types, fixes):
    _, ended = make(ready, prompt)
    assert ended["state"] == "succeeded", ended["error"]
    result = ended["result"]
    assert result["dsl"]["app"]["mode"] == mode
    nodes = result["dsl"]["workflow"]["graph"]["nodes"]
    assert [n["data"]["type"] for n in nodes] == types
    assert [f["code"] for f in result["fixes"]] == fixes
    assert [f for f in result["findings"] if f["tier"] in "ER"] == []


def test_what_it_made_can_be_deployed(ready, dify):
    data, c = ready
    _, ended = make(ready, "Translate a text")
    job = data.job("deploy", {"connection_id": c},
                   data.workflow(ended["result"]["dsl"]))
    done = data.wait(job, 60)
    assert done["state"] == "succeeded", done["error"]


@pytest.mark.parametrize("word, reason, text", [
    ("ERR401", "engine_model", "401"),
    ("BADJSON", "engine_failed", "JSON invalid"),
    ("EMPTYPLAN", "engine_failed", "no nodes"),
    ("NOCONFIG", "engine_failed", "missing 'config'"),
])
def test_it_makes_nothing(ready, word, reason, text):
    _, ended = make(ready, f"Summarise a text {word}")
    assert ended["state"] == "failed"
    assert ended["error"]["reason"] == reason, ended["error"]
    assert text in ended["error"]["message"]


@pytest.mark.parametrize("word, fix", [("CYCLE", "edge_out_of_end"),
                                       ("NOEND", "terminal_added")])
def test_what_it_got_wrong_is_mended(ready, word, fix):
    _, ended = make(ready, f"Summarise a text {word}")
    assert ended["state"] == "succeeded", ended["error"]
    assert fix in {f["code"] for f in ended["result"]["fixes"]}


def test_what_cannot_be_mended_is_told(ready):
    _, ended = make(ready, "Summarise a text BADREF")
    result = ended["result"]
    assert len(result["dsl"]["workflow"]["graph"]["nodes"]) == 3
    assert "node9" in json.dumps(result["findings"])


def test_dify_in_trouble(ready, dify):
    path = "POST /console/api/workflow-generate"
    dify.fault(path, "status", 503)
    _, ended = make(ready, "Summarise a text")
    assert ended["state"] == "succeeded", ended["error"]
    for _ in range(3):
        dify.fault(path, "status", 502)
    _, ended = make(ready, "Summarise a text")
    assert ended["error"]["reason"] == "dify_unreachable", ended["error"]


def test_a_dify_without_a_generator(worker, tmp_path_factory, llm):
    with Dify(tmp_path_factory.mktemp("dify"), "1.13", llm) as old:
        c = worker.connection(old.url, old.admin_key)
        wait_for_models(worker, c)
        assert worker.row("connections", c)["generator"] == 0
        _, ended = make((worker, c), "Summarise a text")
    assert ended["error"]["reason"] == "no_generator"


def test_the_connection_says_that_it_has_one(ready):
    data, c = ready
    assert data.row("connections", c)["generator"] == 1


def test_a_cancel_ends_it(ready, dify):
    data, c = ready
    dify.fault("POST /console/api/workflow-generate", "slow", 20)
    job = data.job("generate", {"prompt": "x", "engine": "dify",
                                "connection_id": c})
    while "ask" not in [e["phase"] for e in data.events("generate")]:
        time.sleep(0.02)
    data.cancel(job)
    assert data.wait(job, 10)["state"] == "cancelled"
    row = data.sql("SELECT * FROM generations WHERE job_id = ?", job)[0]
    assert row["engine"] == "dify" and json.loads(row["phases"])
