"""The test of a language model: what works with it, and what is remembered."""
import http.server
import threading

import pytest
import requests
from data import seal


def probe(data, url, **model):
    planner = data.model(url, **model)
    job = data.wait(data.job("test_model", {"model_id": planner}))
    assert job["state"] == "succeeded", job["error"]
    return job["result"], data.row("models", planner)


def steps(result):
    return [(s["step"], s["ok"]) for s in result["steps"]]


def last_options(llm):
    log = requests.get(llm + "/_sandbox/log", timeout=5).json()["log"]
    return log[-1]


def test_all_is_well(worker, llm):
    result, row = probe(worker, llm)
    assert result["ok"] and result["error"] is None
    assert "sandbox-strong" in result["models"]
    assert result["ms_first_token"] >= 0
    assert steps(result) == [("list", True), ("ask", True),
                             ("json_schema", True)]
    assert (result["output"], result["quirks"]) == ("json_schema", "")
    assert (row["found_output"], row["quirks"]) == ("json_schema", None)
    assert row["last_ok"] == 1 and row["probed_at"] > 0


@pytest.mark.parametrize("model, output, last", [
    ("sandbox-no-schema", "json_object", [("json_schema", False),
                                          ("json_object", True)]),
    ("sandbox-no-format", "plain", [("json_schema", False),
                                    ("json_object", False)]),
    ("sandbox-ignores", "plain", [("json_schema", False),
                                  ("json_object", False)]),
])
def test_constrained_output_is_found(worker, llm, model, output, last):
    result, row = probe(worker, llm, model=model)
    assert result["ok"] and result["output"] == output
    assert steps(result)[-2:] == last
    assert row["found_output"] == output


def test_quirks_are_found_and_remembered(worker, llm):
    result, row = probe(worker, llm, model="sandbox-picky", temperature=0.3)
    words = "no_stream_options no_temperature max_completion_tokens"
    assert result["ok"] and result["quirks"] == row["quirks"] == words
    assert ("quirks", True) in steps(result)
    assert result["output"] == "json_schema"
    job = worker.wait(worker.job("generate", {
        "prompt": "Summarise a text", "model_id": row["id"]}))
    assert job["state"] == "succeeded", job["error"]
    options = last_options(llm)["options"]
    assert "temperature" not in options and "stream_options" not in options
    assert options["response_format"]["type"] == "json_schema"
    assert options["response_format"]["json_schema"]["name"] == "plan"


def test_a_generation_learns_as_well(worker, llm):
    planner = worker.model(llm, model="sandbox-no-schema",
                           output="json_schema")
    job = worker.wait(worker.job("generate", {
        "prompt": "Summarise a text", "model_id": planner}))
    assert job["state"] == "succeeded", job["error"]
    assert worker.row("models", planner)["found_output"] == "json_object"
    assert last_options(llm)["options"]["response_format"] == {
        "type": "json_object"}


def test_reasoning_is_noticed(worker, llm):
    for model in ("sandbox-reasoning", "sandbox-think"):
        result, _ = probe(worker, llm, model=model, name=model)
        assert result["reasoning"] and ("thinks", True) in steps(result)
        assert "request names" not in result["answer"]


def test_a_model_that_is_not_listed(worker, llm):
    result, row = probe(worker, llm, model="no-such-model")
    assert steps(result) == [("list", True), ("listed", False),
                             ("ask", False)]
    assert not result["ok"] and result["code"] == "model_unknown"
    assert row["last_ok"] == 0 and row["found_output"] is None


def test_nobody_there(worker):
    result, row = probe(worker, "http://127.0.0.1:1")
    assert not result["ok"] and result["code"] == "model_unreachable"
    assert steps(result) == [("list", False), ("ask", False)]
    assert "cannot be reached" in result["error"]
    assert row["last_ok"] == 0


@pytest.mark.parametrize("model, code", [
    ("sandbox-401", "model_key"), ("sandbox-429", "model_busy"),
    ("sandbox-502", "model_trouble"), ("sandbox-quota", "model_quota"),
    ("sandbox-garbage", "model_broken"),
])
def test_what_is_wrong_is_told(worker, llm, model, code):
    result, _ = probe(worker, llm, model=model)
    assert not result["ok"] and result["code"] == code and result["error"]


class Proxy(http.server.BaseHTTPRequestHandler):
    """Says what it was asked for through it."""
    seen = []

    def do_GET(self):
        self.seen.append((self.path, dict(self.headers)))
        self.send_error(502)

    do_POST = do_GET

    def log_message(self, *_):
        pass


def test_headers_and_proxy_are_used(worker):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Proxy.seen.clear()
    result, _ = probe(
        worker, "http://model.invalid/v1", key="sk-0123456789",
        proxy=f"http://127.0.0.1:{server.server_port}",
        headers=seal(worker.master, "model", '{"X-Org": "studio"}'))
    server.shutdown()
    assert result["code"] == "model_trouble"
    assert [path for path, _ in Proxy.seen] == [
        "http://model.invalid/v1/models",
        "http://model.invalid/v1/chat/completions"]
    for _, headers in Proxy.seen:
        assert headers["X-Org"] == "studio"
        assert headers["Authorization"] == "Bearer sk-0123456789"


def test_what_does_not_fit_is_not_sent(worker, llm):
    requests.post(llm + "/_sandbox/reset", timeout=5)
    planner = worker.model(llm, context_size=500)
    job = worker.wait(worker.job("generate", {
        "prompt": "Summarise a text", "model_id": planner}))
    assert job["error"]["reason"] == "model_context"
    assert "500" in job["error"]["message"]
    assert requests.get(llm + "/_sandbox/log", timeout=5).json()["calls"] == 0


def test_the_rest_of_the_context_bounds_the_answer(worker, llm):
    planner = worker.model(llm, context_size=30000, max_tokens=29999)
    job = worker.wait(worker.job("generate", {
        "prompt": "Summarise a text", "model_id": planner}))
    assert job["state"] == "succeeded", job["error"]
    assert last_options(llm)["options"]["max_tokens"] < 29999


def test_an_edit_says_nothing_of_schemas(worker, llm):
    """Some servers take json_schema and refuse json_object, which an edit is
    asked with."""
    planner = worker.model(llm, found_output="json_schema")
    job = worker.wait(worker.job("generate", {
        "prompt": "Summarise a text", "model_id": planner}))
    requests.post(llm + "/_sandbox/faults", timeout=5, json={
        "kind": "refuses", "value": "json_object", "times": 0})
    edited = worker.wait(worker.job("generate", {
        "prompt": "Translate the answer to Spanish", "model_id": planner,
        "edit": {"dsl": job["result"]["dsl"]}}))
    requests.delete(llm + "/_sandbox/faults", timeout=5)
    assert edited["state"] == "succeeded", edited["error"]
    assert "response_format" not in last_options(llm)["options"]
    assert worker.row("models", planner)["found_output"] == "json_schema"
