"""Starts that fail."""
import time

import pytest
from flows import chain, code, dsl, echo, end, llm, model, node, start, template, text
from target import named

DANGLING = "references unknown target node 'ghost'."


def _bad(dify, name, nodes, edges):
    return dify.console.app(dsl(dify.unique(name), nodes, edges))


def _stream(app, inputs=None, seconds=6.0):
    stream = app.stream({"inputs": inputs or {}}, seconds=seconds)
    frames = []
    for frame in stream:
        frames.append(frame)
        if frame["event"] == "error" and not app.target.since("1.15.0"):
            stream.close()
            break
    return stream.response.status_code, frames


def _dangling(dify):
    return _bad(dify, "dangling", [start(), end()], chain("begin", "done", "ghost"))


def test_dangling_edge_blocking(dify):
    """a dangling edge, blocking: 500 on 1.8, 400 with the text later"""
    answer = _dangling(dify).run()
    if dify.since("1.12.0"):
        assert (answer.status, answer.body["code"]) == (400, "invalid_param") and answer.body["message"].endswith(DANGLING)
    else:
        assert (answer.status, answer.body["code"]) == (500, "internal_server_error")


def test_dangling_edge_streaming(dify):
    """a dangling edge, streaming: 200 with an error frame, made-up end frames from 1.15"""
    app = _dangling(dify)
    status, frames = _stream(app)
    assert status == 200
    assert (frames[0]["event"] == "ping") == dify.since("1.13.0")
    error = named(frames, "error")[0]
    if dify.since("1.12.0"):
        assert (error["code"], error["status"]) == ("invalid_param", 400) and error["message"].endswith(DANGLING)
    assert error["workflow_run_id"] is None and "data" not in error
    done = named(frames, "workflow_finished")
    assert bool(done) == dify.since("1.15.0")
    if done:
        assert done[0]["data"]["error"] == "Workflow stream ended without a terminal event"
        assert done[0]["task_id"] == done[0]["workflow_run_id"]
        assert app.get_run(done[0]["workflow_run_id"]).status == 404


@pytest.mark.until("1.12.9")
def test_wrong_inputs_streaming_old(dify):
    """wrong inputs, streaming: 400"""
    app = dify.console.app(echo(dify.unique("inputs")))
    answer = app.call("POST", "/workflows/run", {"inputs": {}, "response_mode": "streaming", "user": "u"})
    assert (answer.status, answer.body["message"]) == (400, "q is required in input form")


@pytest.mark.since("1.13.0")
@pytest.mark.until("1.14.2")
def test_wrong_inputs_streaming_silent(dify):
    """wrong inputs, streaming: 200, one ping, then silence"""
    app = dify.console.app(echo(dify.unique("inputs")))
    began = time.monotonic()
    stream = app.stream({"inputs": {}}, seconds=1.0)
    frames = list(stream.all())
    assert stream.response.status_code == 200 and frames == [{"event": "ping"}]
    assert time.monotonic() - began >= 0.9


@pytest.mark.since("1.15.0")
def test_wrong_inputs_streaming_new(dify):
    """wrong inputs, streaming: 200, a made-up run that failed with the text"""
    app = dify.console.app(echo(dify.unique("inputs")))
    status, frames = _stream(app)
    done = frames[-1]
    assert status == 200 and done["event"] == "workflow_finished"
    assert done["data"]["status"] == "failed" and "q is required in input form" in done["data"]["error"]


def test_unreachable_bad_node(dify):
    """a bad node without edges refuses the run from 1.12 on"""
    app = _bad(dify, "loose", [start(), end(), node("loose", "code")], chain("begin", "done"))
    answer = app.run()
    if dify.since("1.12.0"):
        assert answer.status == 400 and "validation errors for CodeNodeData\nvariables\n  Field required" in answer.body["message"]
    else:
        assert answer.ok()["data"]["status"] == "succeeded"


def test_reachable_bad_node(dify):
    """a bad node on the way: a failed run on 1.8, refused later"""
    app = _bad(dify, "bad", [start(), node("x", "code"), end()], chain("begin", "x", "done"))
    answer = app.run()
    if dify.since("1.12.0"):
        assert answer.status == 400
    else:
        assert answer.ok()["data"]["status"] == "failed" and "validation errors for CodeNodeData" in answer.body["data"]["error"]


def test_no_start(dify):
    """no start node is refused, in the release's words"""
    answer = _bad(dify, "nostart", [template("t", "x"), end()], chain("t", "done")).run()
    words = "Unable to determine default root node ID" if dify.since("1.13.0") else "must declare execution type 'root'" \
        if dify.since("1.12.0") else "Root node id None not found in the graph"
    assert answer.status == 400 and words in answer.body["message"]


def test_title(dify):
    """a title may be absent from 1.13 on, and must be a text"""
    nodes = [start(), template("t", "x"), end(out=["t", "output"])]
    nodes[1]["data"].pop("title")
    answer = _bad(dify, "notitle", nodes, chain("begin", "t", "done")).run()
    if dify.since("1.13.0"):
        assert answer.ok()["data"]["outputs"] == {"out": "x"}
    else:
        assert answer.status == 400 or answer.body["data"]["status"] == "failed"
    nodes[1]["data"]["title"] = True
    answer = _bad(dify, "booltitle", nodes, chain("begin", "t", "done")).run()
    text_ = answer.body["message"] if answer.status == 400 else answer.body["data"]["error"]
    assert "title\n  Input should be a valid string" in text_


def test_cycle(dify):
    """a cycle is refused by 1.8; later its nodes never run and the run succeeds"""
    nodes = [start(), template("a", "a"), template("b", "b"), end(out=["b", "output"])]
    answer = _bad(dify, "cycle", nodes, [*chain("begin", "a", "b", "done"), *chain("b", "a")]).run()
    if dify.since("1.12.0"):
        assert (answer.ok()["data"]["status"], answer.body["data"]["outputs"]) == ("succeeded", {})
    else:
        assert answer.status == 400 and "is connected to the previous node" in answer.body["message"]


def test_unknown_model(dify):
    """an unknown model fails its node before 1.13, the whole run later"""
    answer = _bad(dify, "model", [start(), llm("ask", "no-such-model", "hi"), end(out=["ask", "text"])], chain("begin", "ask", "done")).run()
    if dify.since("1.13.0"):
        assert (answer.status, answer.body["message"]) == (400, "Model no-such-model not exist.")
    else:
        assert answer.ok()["data"]["status"] == "failed" and "no-such-model" in answer.body["data"]["error"]


def test_unknown_provider(dify):
    """an unknown provider likewise"""
    ask = llm("ask", "x", "hi", model={**model("x"), "provider": "acme/none/none"})
    answer = _bad(dify, "provider", [start(), ask, end(out=["ask", "text"])], chain("begin", "ask", "done")).run()
    if dify.since("1.13.0"):
        assert (answer.status, answer.body["message"]) == (400, "Provider acme/none/none does not exist.")
    else:
        assert answer.ok()["data"]["status"] == "failed" and "Provider acme/none/none does not exist." in answer.body["data"]["error"]


def test_unknown_type_of_a_start_variable(dify):
    """a start variable of an unknown type imports, publishes, and refuses every run"""
    answer = _bad(dify, "image", [start({**text("q"), "type": "image"}), end()], chain("begin", "done")).run({"q": "x"})
    assert answer.status == 400 and "VariableEntity\ntype\n  Input should be 'text-input'" in answer.body["message"]


def test_null_value_type(dify):
    """value_type null of an end output is refused from 1.12 on"""
    done = end(out=["begin", "q"])
    done["data"]["outputs"][0]["value_type"] = None
    answer = _bad(dify, "null", [start(text("q")), done], chain("begin", "done")).run({"q": "x"})
    assert answer.status == (400 if dify.since("1.12.0") else 200)


def test_good_graph_after_a_bad_one(dify):
    """a repaired draft runs after the next publish"""
    app = _dangling(dify)
    draft = dify.console.call("GET", f"/apps/{app.id}/workflows/draft").ok()
    draft["graph"]["edges"].pop()
    dify.console.call("POST", f"/apps/{app.id}/workflows/draft", {k: draft[k] for k in (
        "graph", "features", "hash", "environment_variables", "conversation_variables")}).ok()
    assert app.run().status != 200
    dify.console.call("POST", f"/apps/{app.id}/workflows/publish", {}).ok()
    assert app.run().ok()["data"]["status"] == "succeeded"


def test_code_that_hangs_is_ended(dify):
    """code that never ends is ended by the sandbox and fails its node"""
    app = _bad(dify, "hang", [start(), code("x", "def main():\n    while True:\n        pass\n", {"r": "string"}), end(out=["x", "r"])], chain("begin", "x", "done"))
    assert app.failed()
