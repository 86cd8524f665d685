"""Runs."""
import json
import time

import pytest
from flows import chain, code, dsl, echo, end, llm, start, template, text
from target import EventStream, named, wait_until

NOBODY = "00000000-0000-0000-0000-000000000000"
BOOM = "def main():\n    raise ValueError('no luck')\n"
RUN = {"id", "workflow_id", "status", "inputs", "outputs", "error", "total_steps", "total_tokens", "created_at", "finished_at", "elapsed_time"}


@pytest.fixture
def app(dify):
    """A published echo app."""
    return dify.console.app(echo(dify.unique("run")))


@pytest.fixture
def failing(dify):
    """An app whose code raises."""
    return dify.console.app(dsl(dify.unique("boom"), [start(text("q")), code("boom", BOOM, {"r": "string"}), end(out=["boom", "r"])], chain("begin", "boom", "done")))


def test_parameters(dify, app):
    """parameters lists the form, one member an element"""
    body = app.call("GET", "/parameters").ok()
    assert body["user_input_form"][0]["text-input"]["variable"] == "q"
    assert set(body) >= {"opening_statement", "file_upload", "system_parameters"}
    assert body["system_parameters"]["file_size_limit"] == 15


def test_info_and_site(dify, app):
    """info and site name the app"""
    info = app.call("GET", "/info").ok()
    assert info["name"].startswith("contract run") and info["mode"] == "workflow" and info["tags"] == []
    assert app.call("GET", "/site").ok()["icon_type"] == "emoji"
    assert app.call("GET", "/meta").ok() == {"tool_icons": {}}


def test_unpublished(dify):
    """an unpublished app has no parameters and does not run"""
    app = dify.console.app(echo(dify.unique("un")), publish=False)
    answer = app.call("GET", "/parameters")
    assert (answer.status, answer.body["code"]) == (400, "app_unavailable")
    answer = app.run({"q": "x"})
    assert (answer.status, answer.body["code"], answer.body["message"]) == (400, "invalid_param", "Workflow not published")


def test_blocking(dify, app):
    """a blocking run tells ids, status, outputs and counts"""
    body = app.run({"q": "日本 🤖"}).ok()
    assert set(body) == {"task_id", "workflow_run_id", "data"}
    data = body["data"]
    assert data["id"] == body["workflow_run_id"] and (data["status"], data["outputs"]) == ("succeeded", {"out": "日本 🤖"})
    assert data["error"] == (None if dify.since("1.12.0") else "") and data["total_steps"] == 2 and data["finished_at"]


def test_mode_left_out_is_blocking(dify, app):
    """without response_mode a run is blocking"""
    answer = app.call("POST", "/workflows/run", {"inputs": {"q": "x"}, "user": "contract"})
    assert answer.ok()["data"]["status"] == "succeeded"


def test_stored_run(dify, app):
    """GET run: inputs as JSON text, outputs as text up to 1.12 and as object later"""
    run_id = app.run({"q": "x"}).ok()["workflow_run_id"]
    body = wait_until(lambda: (b := app.get_run(run_id).ok())["status"] == "succeeded" and b, 10, "the run is stored")
    assert set(body) >= RUN
    assert json.loads(body["inputs"])["q"] == "x"
    outputs = body["outputs"] if dify.since("1.13.0") else json.loads(body["outputs"])
    assert outputs == {"out": "x"}


def test_unknown_run(dify, app):
    """an unknown run is all nulls before 1.13.1, then 404"""
    answer = app.get_run(NOBODY)
    if dify.since("1.13.1"):
        assert (answer.status, answer.body["code"]) == (404, "not_found")
    else:
        assert answer.status == 200 and set(answer.body.values()) == {None}
    assert app.get_run("not-a-uuid").status == 500


def test_failed_run_is_200(dify, failing):
    """a failed run is HTTP 200 with status failed and the text"""
    data = failing.run({"q": "x"}).ok()["data"]
    assert data["status"] == "failed" and "ValueError: no luck" in data["error"] and not data["outputs"]
    stored = wait_until(lambda: (b := failing.get_run(data["id"]).ok())["status"] == "failed" and b, 10, "the failure is stored")
    assert "no luck" in stored["error"]


def test_wrong_requests(dify, app):
    """user, mode and content type that do not fit"""
    answer = app.call("POST", "/workflows/run", {"inputs": {"q": "x"}, "response_mode": "blocking"})
    assert (answer.status, answer.body["code"], answer.body["message"]) == (400, "invalid_param", "Arg user must be provided.")
    assert app.run({"q": "x"}, response_mode="async").status == 400
    answer = app.call("POST", "/workflows/run", data="a=b", timeout=20)
    assert (answer.status, answer.body["code"]) == (415, "unsupported_media_type")
    answer = app.call("POST", "/chat-messages", {"inputs": {}, "query": "x", "user": "u"})
    assert (answer.status, answer.body["code"]) == (400, "not_chat_app")


def test_wrong_inputs(dify, app):
    """a missing or too long input is refused with a text"""
    answer = app.run({})
    assert (answer.status, answer.body["message"]) == (400, "q is required in input form")
    answer = app.run({"q": "x" * 201})
    assert (answer.status, answer.body["message"]) == (400, "q in input form must be less than 200 characters")
    assert app.run({"q": 5}).body["message"] == "(type 'text-input') q in input form must be a string"


def test_wrong_keys(dify, app):
    """no key and an unknown key are 401"""
    assert dify.call("GET", "/v1/info").body["message"] == "Authorization header must be provided and start with 'Bearer'"
    answer = dify.call("GET", "/v1/info", headers={"Authorization": "Bearer app-nothing"})
    assert (answer.status, answer.body["code"], answer.body["message"]) == (401, "unauthorized", "Access token is invalid")


def test_a_given_version_runs(dify, app):
    """a run of a given published version"""
    old = dify.console.call("GET", f"/apps/{app.id}/workflows/publish").ok()["id"]
    dify.console.call("POST", f"/apps/{app.id}/workflows/publish", {}).ok()
    answer = app.call("POST", f"/workflows/{old}/run", {"inputs": {"q": "x"}, "response_mode": "blocking", "user": "contract"})
    assert answer.ok()["data"]["workflow_id"] == old


def test_stream_of_a_run(dify, app):
    """a stream: ping first from 1.13, then started, nodes, finished"""
    stream = app.stream({"inputs": {"q": "hi"}})
    frames = list(stream)
    assert stream.content_type == "text/event-stream; charset=utf-8"
    assert (frames[0]["event"] == "ping") == dify.since("1.13.0")
    real = [f for f in frames if f["event"] != "ping"]
    assert real[0]["event"] == "workflow_started" and real[-1]["event"] == "workflow_finished"
    assert {(f["task_id"], f["workflow_run_id"]) for f in real} == {(real[0]["task_id"], real[0]["data"]["id"])}
    assert ("reason" in real[0]["data"]) == dify.since("1.13.0")
    assert real[0]["data"]["inputs"]["q"] == "hi" and real[0]["data"]["inputs"]["sys.app_id"] == app.id
    assert [f["data"]["node_type"] for f in named(frames, "node_finished")] == ["start", "end"]
    done = real[-1]["data"]
    assert done["status"] == "succeeded" and done["outputs"] == {"out": "hi"} and done["total_steps"] == 2
    assert set(done) >= {"id", "workflow_id", "elapsed_time", "total_tokens", "created_by", "created_at", "finished_at", "exceptions_count", "files"}


def test_node_frames(dify, app):
    """members of node frames; index counts on 1.8 only"""
    frames = app.events({"q": "hi"})
    started, finished = named(frames, "node_started")[1]["data"], named(frames, "node_finished")[1]["data"]
    base = {"id", "node_id", "node_type", "title", "index", "predecessor_node_id", "inputs", "created_at", "iteration_id", "loop_id"}
    assert set(started) >= base | {"extras"}
    assert set(finished) >= base | {"process_data", "outputs", "status", "error", "elapsed_time", "execution_metadata", "finished_at", "files"}
    assert ("outputs_truncated" in finished) == dify.since("1.12.0")
    assert ("parallel_id" in finished) != dify.since("1.12.0")
    assert started["index"] == (1 if dify.since("1.12.0") else 2)
    assert started["predecessor_node_id"] == (None if dify.since("1.12.0") else "begin")
    assert finished["id"] == started["id"] and finished["outputs"] == {"out": "hi"}


@pytest.mark.since("1.12.0")
def test_text_chunks_of_every_output(dify):
    """end outputs come as text chunks, lists as Markdown, a line break between them"""
    source = "def main():\n    return {'a': ['x', 'y'], 'n': 3}\n"
    app = dify.console.app(dsl(dify.unique("chunks"), [start(), code("make", source, {"a": "array[string]", "n": "number"}),
                                                       end(a=["make", "a"], n=["make", "n"])], chain("begin", "make", "done")))
    chunks = [f["data"] for f in named(app.events(), "text_chunk")]
    assert [(c["text"], c["from_variable_selector"]) for c in chunks] == [
        ("- x\n- y", ["make", "a"]), ("\n", ["done", "answer"]), ("3", ["make", "n"])]


def test_model_text_streams(dify):
    """a model's text comes in pieces that add up"""
    app = dify.console.app(dsl(dify.unique("llm"), [start(text("q")), llm("ask", dify.model, "Say {{#begin.q#}} twice"), end(out=["ask", "text"])], chain("begin", "ask", "done")))
    frames = app.events({"q": "hello"})
    done = frames[-1]["data"]
    assert done["status"] == "succeeded" and "Say hello twice" in done["outputs"]["out"]
    assert "".join(f["data"]["text"] for f in named(frames, "text_chunk")) == done["outputs"]["out"]
    assert len(named(frames, "text_chunk")) > 1
    node_ = next(f["data"] for f in named(frames, "node_finished") if f["data"]["node_id"] == "ask")
    assert node_["outputs"]["usage"]["total_tokens"] == done["total_tokens"] > 0
    assert node_["process_data"]["prompts"][0] == {"role": "user", "text": "Say hello twice", "files": []}


def test_failed_stream(dify, failing):
    """a failed run ends with workflow_finished failed"""
    frames = failing.events({"q": "x"})
    assert named(frames, "node_finished")[-1]["data"]["status"] == "failed"
    assert frames[-1]["data"]["status"] == "failed" and "no luck" in frames[-1]["data"]["error"]


def test_logs(dify, app):
    """logs list runs with their users"""
    app.run({"q": "a-needle"}).ok()
    rows = wait_until(lambda: (b := app.call("GET", "/workflows/logs?page=1&limit=5").ok())["total"] and b, 10, "a log")
    assert set(rows) == {"page", "limit", "total", "has_more", "data"}
    row = rows["data"][0]
    assert row["workflow_run"]["status"] == "succeeded" and row["created_by_end_user"]["session_id"] == "contract"
    assert app.call("GET", "/workflows/logs?status=failed").ok()["data"] == []


def test_console_runs(dify, app):
    """API runs show in the console with app-run from 1.9.2, in the app logs everywhere"""
    run_id = app.run({"q": "x"}).ok()["workflow_run_id"]
    wait_until(lambda: app.get_run(run_id).ok()["status"] == "succeeded", 10, "the run is stored")
    base = f"/apps/{app.id}/workflow-runs"
    assert dify.console.call("GET", base).ok()["data"] == []
    shown = dify.console.call("GET", f"{base}?triggered_from=app-run").ok()
    assert [r["id"] for r in shown["data"]] == ([run_id] if dify.since("1.9.2") else [])
    logged = dify.console.call("GET", f"/apps/{app.id}/workflow-app-logs?page=1&limit=10").ok()["data"]
    assert [r["workflow_run"]["id"] for r in logged] == [run_id]
    detail = dify.console.call("GET", f"{base}/{run_id}").ok()
    assert detail["status"] == "succeeded" and detail["created_by_end_user"]["session_id"] == "contract"
    nodes = dify.console.call("GET", f"{base}/{run_id}/node-executions").ok()["data"]
    kinds = [n["node_type"] for n in nodes]
    assert kinds == (["start", "end"] if dify.since("1.12.0") else ["end", "start"])


@pytest.mark.since("1.9.2")
def test_run_count(dify, app):
    """runs are counted by status"""
    app.run({"q": "x"}).ok()
    path = f"/apps/{app.id}/workflow-runs/count?triggered_from=app-run"
    body = wait_until(lambda: (b := dify.console.call("GET", path).ok())["succeeded"] and b, 10, "a count")
    assert body["total"] == 1 and body["failed"] == 0


def test_unknown_console_run(dify, app):
    """an unknown console run is all nulls, on 1.16 a 404"""
    answer = dify.console.call("GET", f"/apps/{app.id}/workflow-runs/{NOBODY}")
    if dify.since("1.15.0"):
        assert (answer.status, answer.body["code"]) == (404, "not_found")
        return
    assert answer.ok()["id"] is None and answer.body["status"] is None


def test_debug_run(dify, app):
    """a debug run of the draft streams the same events"""
    response = dify.console.http.post(f"{dify.base}/console/api/apps/{app.id}/workflows/draft/run", json={"inputs": {"q": "x"}, "files": []},
                                      headers=dify.console.headers(), stream=True, timeout=30)
    frames = list(EventStream(response, 30))
    assert frames[-1]["event"] == "workflow_finished" and frames[-1]["data"]["outputs"] == {"out": "x"}
    rows = wait_until(lambda: dify.console.call("GET", f"/apps/{app.id}/workflow-runs").ok()["data"], 10, "a debug run")
    assert rows[0]["status"] == "succeeded"


def test_statistics(dify, app):
    """statistics count runs; token counts are texts"""
    app.run({"q": "x"}).ok()
    base = f"/apps/{app.id}/workflow/statistics"
    rows = wait_until(lambda: dify.console.call("GET", f"{base}/daily-conversations").ok()["data"], 10, "a day")
    assert rows[0]["runs"] == 1
    tokens = dify.console.call("GET", f"{base}/token-costs").ok()["data"]
    assert isinstance(tokens[0]["token_count"], (str, int))


def test_stop(dify):
    """stopping ends the stream `stopped`; 1.12 and 1.13 store `running` for ever"""
    source = "import time\n\ndef main():\n    time.sleep(1.5)\n    return {'r': 'x'}\n"
    app = dify.console.app(dsl(dify.unique("stop"), [start(), code("one", source, {"r": "string"}), code("two", source, {"r": "string"}),
                                                     end(out=["two", "r"])], chain("begin", "one", "two", "done")))
    stream = app.stream({"inputs": {}})
    frames = []
    for frame in stream:
        frames.append(frame)
        if frame["event"] == "node_started" and frame["data"]["node_id"] == "one":
            assert app.call("POST", f"/workflows/tasks/{frame['task_id']}/stop", {"user": "contract"}).ok() == {"result": "success"}
    done = frames[-1]
    assert done["event"] == "workflow_finished" and done["data"]["status"] == "stopped"
    wanted = "running" if dify.since("1.12.0") and not dify.since("1.15.0") else "stopped"
    wait_until(lambda: app.get_run(done["workflow_run_id"]).ok()["status"] == wanted, 10, f"the run is stored as {wanted}")


def test_stop_of_nothing(dify, app):
    """stopping an unknown task is success"""
    assert app.call("POST", f"/workflows/tasks/{NOBODY}/stop", {"user": "contract"}).ok() == {"result": "success"}


def test_concurrency_limit(dify):
    """a second run beyond the app's limit is 400 with a text"""
    source = "import time\n\ndef main():\n    time.sleep(2)\n    return {'r': 'x'}\n"
    app = dify.console.app(dsl(dify.unique("limit"), [start(), code("one", source, {"r": "string"}), end(out=["one", "r"])], chain("begin", "one", "done")))
    app_row = dify.console.call("GET", f"/apps/{app.id}").ok()
    change = {k: app_row[k] for k in ("name", "description", "icon_type", "icon", "icon_background", "use_icon_as_answer_icon")}
    dify.console.call("PUT", f"/apps/{app.id}", {**change, "max_active_requests": 1}).ok()
    streams, refused = [], None
    for _ in range(6):      # the limit takes effect slowly
        streams.append(app.stream({"inputs": {}}))
        if streams[-1].response.status_code != 200:
            refused = streams[-1].response
            break
        time.sleep(0.5)
    assert refused is not None and (refused.status_code, refused.json()["code"]) == (400, "invalid_param")
    assert "Too many requests. Please try again later." in refused.json()["message"]
    for stream in streams:
        stream.close()


def test_one_node(dify):
    """a debug run of one node, with inputs by reference or by bound name"""
    nodes = [start(text("q")), llm("ask", dify.model, "Say {{#begin.q#}}"), template("card", "[{{ x }}]", x=["begin", "q"]), end(out=["card", "output"])]
    app_id = dify.console.load(dsl(dify.unique("node"), nodes, chain("begin", "ask", "card", "done"))).ok()["app_id"]
    path = f"/apps/{app_id}/workflows/draft/nodes"
    body = dify.console.call("POST", f"{path}/ask/run", {"inputs": {"#begin.q#": "alone"}}).ok()
    assert (body["node_id"], body["node_type"], body["status"]) == ("ask", "llm", "succeeded") and "Say alone" in body["outputs"]["text"]
    body = dify.console.call("POST", f"{path}/card/run", {"inputs": {"x": "alone"}}).ok()
    assert body["outputs"] == {"output": "[alone]"}
