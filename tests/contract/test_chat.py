"""Chatflows."""
import pytest
from flows import chatflow, code, dsl, chain, end, llm, node, start, text
from target import named


def _ask(app, query, **more):
    return app.call("POST", "/chat-messages", {"inputs": {}, "query": query, "user": "contract", "response_mode": "blocking", **more})


def test_blocking(dify):
    """a blocking message"""
    app = dify.console.app(chatflow(dify.unique("chat"), "You said {{#sys.query#}}."))
    body = _ask(app, "hi").ok()
    assert (body["event"], body["mode"], body["answer"]) == ("message", "advanced-chat", "You said hi.")
    assert set(body) >= {"task_id", "id", "message_id", "conversation_id", "metadata", "created_at"}


def test_streaming(dify):
    """a streamed message: pieces add up, message_end stands by release"""
    app = dify.console.app(chatflow(dify.unique("chat"), "A {{#ask.text#}} B", llm("ask", dify.model, "{{#sys.query#}}")))
    frames = list(app.stream({"inputs": {}, "query": "hello", "user": "contract"}, "/chat-messages").all())
    kinds = [f["event"] for f in frames if f["event"] not in ("ping", "node_started", "node_finished")]
    assert kinds[0] == "workflow_started"
    tail = ["message_end", "workflow_finished"] if dify.since("1.13.0") else ["workflow_finished", "message_end"]
    assert kinds[-2:] == tail
    answer = "".join(f["answer"] for f in named(frames, "message"))
    done = named(frames, "workflow_finished")[0]["data"]
    assert answer == done["outputs"]["answer"] and answer.startswith("A ") and answer.endswith(" B") and "hello" in answer
    ids = {(f["conversation_id"], f["message_id"]) for f in frames if f["event"] not in ("ping",)}
    assert len(ids) == 1 and len(named(frames, "message")) > 3


def test_answer_in_two_parts(dify):
    """two answers of a run add up"""
    nodes = [start(), node("one", "answer", answer="one ", variables=[]), node("two", "answer", answer="two", variables=[])]
    app = dify.console.app(dsl(dify.unique("two"), nodes, chain("begin", "one", "two"), mode="advanced-chat"))
    assert _ask(app, "x").ok()["answer"] == "one two"


def test_conversation_variables(dify):
    """conversation variables live as long as the conversation"""
    keep = node("keep", "assigner", version="2", items=[{"variable_selector": ["conversation", "seen"], "input_type": "variable", "operation": "append", "value": ["sys", "query"]}])
    app = dify.console.app(chatflow(dify.unique("memory"), "{{#conversation.seen#}}", keep, conversation_variables=[
        {"name": "seen", "value": [], "value_type": "array[string]", "description": ""}]))
    first = _ask(app, "a").ok()
    second = _ask(app, "b", conversation_id=first["conversation_id"]).ok()
    assert "a" in first["answer"] and "a" in second["answer"] and "b" in second["answer"]
    assert "a" not in _ask(app, "c").ok()["answer"]


def test_dialogue_count(dify):
    """sys.dialogue_count counts, from 0 on 1.8"""
    app = dify.console.app(chatflow(dify.unique("count"), "{{#sys.dialogue_count#}}"))
    first = _ask(app, "x").ok()
    second = _ask(app, "x", conversation_id=first["conversation_id"]).ok()
    assert first["answer"] == ("1" if dify.since("1.12.0") else "0")
    assert int(second["answer"]) > int(first["answer"])     # a real server may count late


def test_unknown_conversation(dify):
    """an unknown conversation is 404"""
    app = dify.console.app(chatflow(dify.unique("lost"), "x"))
    assert _ask(app, "x", conversation_id="00000000-0000-0000-0000-000000000000").status == 404


def test_failed_chatflow_blocking(dify):
    """a failed chatflow, blocking: 400 Run failed"""
    app = dify.console.app(chatflow(dify.unique("boom"), "x", code("boom", "def main():\n    raise ValueError('no luck')\n", {"r": "string"})))
    answer = _ask(app, "x")
    assert (answer.status, answer.body["code"]) == (400, "invalid_param") and answer.body["message"].startswith("Run failed: ")


def test_failed_chatflow_streaming(dify):
    """a failed chatflow, streaming: ends with an error frame up to 1.12"""
    app = dify.console.app(chatflow(dify.unique("boom"), "x", code("boom", "def main():\n    raise ValueError('no luck')\n", {"r": "string"})))
    frames = list(app.stream({"inputs": {}, "query": "x"}, "/chat-messages").all())
    assert named(frames, "workflow_finished")[0]["data"]["status"] == "failed"
    assert bool(named(frames, "error")) != dify.since("1.13.0")
    assert not named(frames, "message_end")


def test_unknown_reference_in_an_answer(dify):
    """an unknown reference in an answer: nothing on 1.8, its bare name later; the message stops before it"""
    app = dify.console.app(chatflow(dify.unique("ghost"), "[{{#ghost.text#}}]"))
    assert _ask(app, "x").ok()["answer"] == "["
    frames = list(app.stream({"inputs": {}, "query": "x"}, "/chat-messages").all())
    outputs = named(frames, "workflow_finished")[0]["data"]["outputs"]
    assert outputs["answer"] == ("[ghost.text]" if dify.since("1.12.0") else "[]")


def test_workflow_endpoint(dify):
    """a chatflow on the workflow path is not_workflow_app"""
    app = dify.console.app(chatflow(dify.unique("path"), "x"))
    answer = app.run({})
    assert (answer.status, answer.body["code"]) == (400, "not_workflow_app")


def test_conversation_id_that_is_no_uuid(dify):
    """a conversation variable whose id is no UUID imports, then every chat is an internal error"""
    app = dify.console.app(chatflow(dify.unique("uuid"), "x", conversation_variables=[{"id": "cv_1", "name": "a", "value": "", "value_type": "string"}]))
    assert _ask(app, "x").status == 500


def test_end_in_a_chatflow(dify):
    """an end node in a chatflow runs and gives outputs"""
    app = dify.console.app(dsl(dify.unique("end"), [start(text("q", False)), end(out=["sys", "query"])], chain("begin", "done"), mode="advanced-chat"))
    frames = list(app.stream({"inputs": {}, "query": "x"}, "/chat-messages").all())
    assert named(frames, "workflow_finished")[0]["data"]["outputs"] == {"out": "x"}


@pytest.mark.parametrize("path", ["/conversations", "/messages"])
def test_history(dify, path):
    """conversations and messages can be read back"""
    app = dify.console.app(chatflow(dify.unique("history"), "said {{#sys.query#}}"))
    first = _ask(app, "hello").ok()
    body = app.call("GET", f"{path}?user=contract&conversation_id={first['conversation_id']}").ok()
    row = body["data"][0]
    assert row["id"] == (first["conversation_id"] if path == "/conversations" else first["message_id"])
    if path == "/messages":
        assert (row["query"], row["answer"]) == ("hello", "said hello")
