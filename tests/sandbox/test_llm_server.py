"""The sandbox LLM over HTTP: the API, the faults, the log."""
import json
import threading
import time

import pytest
import requests

from lib import sse
from lib.prompts import load
from lib.servers import sandbox_llm

PLANNER = {"role": "system", "content": "You are the Dify Studio planner."}
ROWS = load()


@pytest.fixture(scope="module")
def url():
    with sandbox_llm() as base:
        yield base


@pytest.fixture(autouse=True)
def clean(url):
    requests.post(url + "/_sandbox/reset", timeout=5)


def body(text, *system, model="sandbox-fast", **more):
    return {"model": model, **more,
            "messages": [*system, {"role": "user", "content": text}]}


def ask(url, text, *system, **more):
    return requests.post(url + "/v1/chat/completions", timeout=30,
                         json=body(text, *system, **more))


def content(answer):
    return answer.json()["choices"][0]["message"]["content"]


def read_stream(answer):
    """-> (content, reasoning, payloads, ended with [DONE])"""
    events = [data for _, data in sse.events(answer.content)]
    done = events[-1] == "[DONE]"
    payloads = [json.loads(e) for e in events[:len(events) - done]]
    deltas = [c["delta"] for p in payloads for c in p["choices"]]
    return ("".join(d.get("content", "") for d in deltas),
            "".join(d.get("reasoning_content", "") for d in deltas),
            payloads, done)


def fault(url, **rule):
    answer = requests.post(url + "/_sandbox/faults", json=rule, timeout=5)
    assert answer.status_code == 200, answer.text


def test_models(url):
    names = [m["id"] for m in requests.get(url + "/v1/models",
                                           timeout=5).json()["data"]]
    assert names[:2] == ["sandbox-fast", "sandbox-strong"]
    assert {"sandbox-stall", "sandbox-500", "sandbox-chunks"} <= set(names)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["id"])
def test_planner_streams_what_it_says_at_once(url, row):
    whole = ask(url, row["prompt"], PLANNER)
    streamed = ask(url, row["prompt"], PLANNER, stream=True)
    text, _, _, done = read_stream(streamed)
    assert done and text == content(whole)
    assert "@BASE@" not in text
    log = requests.get(url + "/_sandbox/log", timeout=5).json()["log"]
    assert [(r["role"], r["rule"]) for r in log] == [
        ("planner", row["id"])] * 2


def test_asked_again_the_planner_answers_without_flaw(url):
    row = next(r for r in ROWS if r["id"] == "bilingual-reply")
    first = content(ask(url, row["prompt"], PLANNER))
    messages = [PLANNER, {"role": "user", "content": row["prompt"]},
                {"role": "assistant", "content": first},
                {"role": "user", "content": "Findings: not JSON"}]
    second = requests.post(url + "/v1/chat/completions", timeout=5, json={
        "model": "sandbox-fast", "messages": messages})
    with pytest.raises(ValueError):
        json.loads(first)
    assert json.loads(content(second))["name"] == "双语回复"


@pytest.mark.parametrize("prompt,types,mode", [
    ("Summarise a text", ["llm"], "workflow"),
    ("如果来信紧急就判断并回复，否则翻译成英文", ["if-else", "llm"], "workflow"),
    ("Chat bot that looks into our manual", ["knowledge-retrieval", "llm",
                                             "answer"], "chat"),
    ("Classify mail, fetch a url and format a report",
     ["http-request", "question-classifier", "template-transform"],
     "workflow"),
    ("统计字数", ["code"], "workflow"),
    ("zzz", ["llm"], "workflow"),
])
def test_any_prompt_gets_a_plan_made_of_its_words(url, prompt, types, mode):
    plan = json.loads(content(ask(url, prompt, PLANNER)))
    assert [s["type"] for s in plan["steps"]] == types
    assert plan["mode"] == mode


def test_node_answers(url):
    assert content(ask(url, "Say hi")) == "[sandbox] Say hi"
    assert content(ask(url, "请问好")) == "[沙盒] 请问好"
    long = content(ask(url, "a" * 500 + "?"))
    assert long.endswith("a?") and len(long) < 200


@pytest.mark.parametrize("text,name", [
    ("where is my refund", "refund or payment"),
    ("我要退货", "退货退款"), ("nothing of this", "others")])
def test_classifier_prompt(url, text, name):
    classes = [{"category_id": str(i), "category_name": n} for i, n in
               enumerate(("refund or payment", "退货退款", "others"))]
    prompt = ("\n    '{\"input_text\": [\"%s\"],',\n    '\"categories\": %s, "
              "',\n    '\"classification_instructions\": [\"\"]}'\n"
              % (text, json.dumps(classes, ensure_ascii=False)))
    answer = content(ask(url, prompt)).strip("`json\n")
    assert json.loads(answer)["category_name"] == name


def test_extractor_prompt_and_json_schema(url):
    schema = {"type": "object", "properties": {
        "city": {"type": "string", "enum": ["Rome", "Paris"]},
        "nights": {"type": "number"}}}
    text = "A room in Paris, nights: 3"
    prompt = (f"<structure>\n{json.dumps(schema)}\n</structure>\n"
              f"<text>\n{text}\n</text>")
    want = {"city": "Paris", "nights": 3}
    assert json.loads(content(ask(url, prompt))) == want
    answer = ask(url, text, response_format={
        "type": "json_schema",
        "json_schema": {"name": "x", "schema": schema, "strict": True}})
    assert json.loads(content(answer)) == want
    answer = ask(url, text, tools=[{"type": "function", "function": {
        "name": "extract_parameters", "parameters": schema}}]).json()
    call = answer["choices"][0]["message"]["tool_calls"][0]["function"]
    assert json.loads(call["arguments"]) == want
    assert answer["choices"][0]["finish_reason"] == "tool_calls"


def test_usage_comes_last_when_asked_for(url):
    whole = ask(url, "Say hi").json()["usage"]
    answer = ask(url, "Say hi", stream=True,
                 stream_options={"include_usage": True})
    payloads = read_stream(answer)[2]
    assert payloads[-1]["choices"] == []
    assert payloads[-1]["usage"] == whole
    assert all(p["usage"] is None for p in payloads[:-1])
    assert whole["total_tokens"] == (whole["prompt_tokens"]
                                     + whole["completion_tokens"])


def test_output_limit(url):
    answer = ask(url, "a long enough question", max_tokens=2).json()
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 2


@pytest.mark.parametrize("change,status,code", [
    ({"model": "gpt-x"}, 404, "model_not_found"),
    ({"model": None}, 400, None),
    ({"messages": []}, 400, "empty_array"),
    ({"messages": [{"role": "boss", "content": ""}]}, 400, "invalid_value"),
    ({"response_format": {"type": "xml"}}, 400, "invalid_value"),
    ({"max_tokens": "many"}, 400, None),
])
def test_refusals(url, change, status, code):
    answer = requests.post(url + "/v1/chat/completions", timeout=5,
                           json={**body("x"), **change})
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == code
    assert set(error) == {"message", "type", "param", "code"}


def test_bad_json_and_unknown_path(url):
    assert requests.post(url + "/v1/chat/completions", data="{",
                         timeout=5).status_code == 400
    assert requests.get(url + "/v2", timeout=5).status_code == 404


def test_key():
    with sandbox_llm("--key", "sk-right") as url:
        assert requests.get(url + "/v1/models", timeout=5).status_code == 401
        answer = requests.get(url + "/v1/models", timeout=5, headers={
            "Authorization": "Bearer sk-wrong"})
        assert answer.json()["error"]["code"] == "invalid_api_key"
        assert "wrong" not in answer.text
        assert requests.get(url + "/v1/models", timeout=5, headers={
            "Authorization": "Bearer sk-right"}).status_code == 200


def test_recorded_answers(tmp_path):
    file = tmp_path / "answers.jsonl"
    rows = [{"prompt": "make a thing", "answer": "short"},
            {"request": "make a thing twice", "answer": "long"}]
    file.write_text("\n".join(map(json.dumps, rows)))
    with sandbox_llm("--answers", str(file)) as url:
        assert content(ask(url, "so: make a thing", PLANNER)) == "short"
        assert content(ask(url, "make a thing twice", PLANNER)) == "long"


def test_delay():
    with sandbox_llm("--delay-ms", "20") as url:
        start = time.monotonic()
        answer = ask(url, "x" * 100, stream=True)
        assert len(read_stream(answer)[2]) > 20
        assert time.monotonic() - start > 0.5


def test_odd_packets_say_the_same(url):
    prompt = next(r["prompt"] for r in ROWS if r["id"] == "leave-approval")
    plain = read_stream(ask(url, prompt, PLANNER, stream=True))
    odd = ask(url, prompt, PLANNER, stream=True, model="sandbox-chunks")
    assert b"\r\n" in odd.content and b"\\u" in odd.content
    text, _, _, done = read_stream(odd)
    assert (text, done) == (plain[0], False)


def test_reasoning_stands_apart(url):
    text, reasoning, _, _ = read_stream(
        ask(url, "hi", stream=True, model="sandbox-reasoning"))
    assert text == "[sandbox] hi" and len(reasoning) > 20


def test_status_fault_by_rule_counts_down(url):
    fault(url, kind="status", value=429, match="lamp", times=2)
    assert ask(url, "a chair").status_code == 200
    first = ask(url, "a lamp")
    assert (first.status_code, first.headers["Retry-After"]) == (429, "1")
    assert ask(url, "a lamp").status_code == 429
    assert ask(url, "a lamp").status_code == 200


@pytest.mark.parametrize("model,status", [
    ("sandbox-429", 429), ("sandbox-500", 500), ("sandbox-503", 503)])
def test_status_by_model(url, model, status):
    assert ask(url, "x", model=model).status_code == status


def test_cut_whole_answer(url):
    answer = ask(url, "word " * 100, model="sandbox-cut")
    assert len(answer.content) < int(answer.headers["Content-Length"])


def test_cut_comes_after_so_many_events(url):
    fault(url, kind="cut", value=3)
    seen = b""
    with requests.post(url + "/v1/chat/completions", stream=True, timeout=5,
                       json=body("word " * 30, stream=True)) as answer:
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            for part in answer.iter_content(None):
                seen += part
    assert len(sse.events(seen)) == 3


def test_stall_holds_one_caller_only(url):
    fault(url, kind="stall", value=1.0, match="slow")
    times = {}

    def call(name):
        start = time.monotonic()
        ask(url, name + " question that is long enough", stream=True)
        times[name] = time.monotonic() - start

    threads = [threading.Thread(target=call, args=(n,))
               for n in ("slow", "quick")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert times["slow"] >= 1.0 > 0.5 > times["quick"]


@pytest.mark.parametrize("stream", [True, False])
def test_garbage(url, stream):
    answer = ask(url, "x", stream=stream, model="sandbox-garbage")
    assert answer.status_code == 200
    with pytest.raises(ValueError):
        json.loads(answer.text)


def test_prose_repeat_and_bad_bytes(url):
    fault(url, kind="prose", value=100_000, match="prose")
    fault(url, kind="repeat", value=5, match="again and again")
    text = content(ask(url, "prose", PLANNER))
    assert len(text) == 100_000 and "{" not in text
    assert content(ask(url, "again and again")) == "again " * 5
    bad = ask(url, "x" * 60, stream=True, model="sandbox-utf8").content
    with pytest.raises(UnicodeDecodeError):
        bad.decode()


@pytest.mark.parametrize("model,status,code", [
    ("sandbox-401", 401, "invalid_api_key"),
    ("sandbox-context", 400, "context_length_exceeded"),
    ("sandbox-quota", 429, "insufficient_quota"),
])
def test_refusals_by_model(url, model, status, code):
    answer = ask(url, "x", model=model)
    assert (answer.status_code, answer.json()["error"]["code"]) == (
        status, code)


def test_a_page_a_date_and_another_type(url):
    page = ask(url, "x", model="sandbox-502")
    assert page.status_code == 502 and page.text.startswith("<html>")
    fault(url, kind="retry_after", value="Sun, 06 Nov 1994 08:49:37 GMT")
    assert ask(url, "x").headers["Retry-After"].startswith("Sun, 06")
    odd = ask(url, "x", model="sandbox-octets", stream=True)
    assert odd.headers["Content-Type"] == "application/octet-stream"
    assert read_stream(odd)[0] == "[sandbox] x"


@pytest.mark.parametrize("model,options,status", [
    ("sandbox-picky", {}, 200),
    ("sandbox-picky", {"temperature": 0}, 400),
    ("sandbox-picky", {"max_tokens": 9}, 400),
    ("sandbox-picky", {"max_completion_tokens": 9}, 200),
    ("sandbox-no-format", {"response_format": {"type": "json_object"}}, 400),
    ("sandbox-no-schema", {"response_format": {"type": "json_object"}}, 200),
    ("sandbox-no-schema", {"response_format": {
        "type": "json_schema", "json_schema": {"schema": {}}}}, 400),
])
def test_members_that_are_refused(url, model, options, status):
    assert ask(url, "x", model=model, **options).status_code == status


def test_other_ends(url):
    def choice(model):
        return ask(url, "word " * 100, model=model).json()["choices"][0]

    assert choice("sandbox-length")["finish_reason"] == "length"
    assert choice("sandbox-filter")["finish_reason"] == "content_filter"
    assert choice("sandbox-refusal")["message"]["refusal"]
    assert choice("sandbox-think")["message"]["content"].startswith("<think>")
    said = ask(url, "x", model="sandbox-ignores", response_format={
        "type": "json_object"}).json()["choices"][0]["message"]["content"]
    assert said == "[sandbox] x"


def test_silence_before_anything(url):
    fault(url, kind="wait", value=0.4)
    start = time.monotonic()
    assert ask(url, "x").status_code == 200
    assert time.monotonic() - start >= 0.4


def test_unknown_fault_is_refused(url):
    for rule in ({"kind": "fire"}, {"kind": "cut", "when": 1}, 7):
        assert requests.post(url + "/_sandbox/faults", json=rule,
                             timeout=5).status_code == 400


def test_world(url):
    def get(path, **q):
        return requests.get(url + path, params=q, timeout=5).json()

    assert get("/api/weather", city="London")["condition"] == "rain"
    assert get("/api/weather", city="北京")["temperature"] == 18
    assert get("/api/order", id="a1002")["state"] == "packing"
    assert get("/echo", a="1")["query"] == {"a": "1"}
    answer = requests.put(url + "/echo", json={"k": "值"}, timeout=5).json()
    assert answer["method"] == "PUT" and answer["json"] == {"k": "值"}


def test_log_shows_messages_and_fault(url):
    ask(url, "x", model="sandbox-500")
    log = requests.get(url + "/_sandbox/log", timeout=5).json()
    assert log["calls"] == 1
    row = log["log"][0]
    assert (row["fault"], row["finished"]) == ("status", False)
    assert row["messages"] == [{"role": "user", "text": "x"}]
