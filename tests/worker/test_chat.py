"""Messages of a conversation: kept together, heard as they come, stopped."""
import json
import time

import pytest
from dify_server import Dify
from flows import counting_chat, longer, slow_chat

VERSIONS = ["1.8", "1.12", "1.13", "1.16"]


@pytest.fixture(scope="module", params=VERSIONS)
def any_dify(request, tmp_path_factory, llm):
    with Dify(tmp_path_factory.mktemp("dify"), request.param, llm) as server:
        yield server


def deployed(data, connection, dsl):
    w = data.workflow(dsl)
    job = data.wait(data.job("deploy", {"connection_id": connection}, w))
    assert job["state"] == "succeeded", job["error"]
    return w


def say(data, w, conversation, words):
    run, job = data.run(w, {}, words, conversation)
    ended = data.wait(job)
    assert ended["state"] == "succeeded", ended["error"]
    return data.row("runs", run)


def count(text):
    return int(text.partition(":")[0].split()[-1])


def test_messages_of_a_conversation(worker, any_dify):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    w = deployed(worker, c, counting_chat(f"Counting {any_dify.version}"))
    first, second = worker.conversation(w), worker.conversation(w)
    one = say(worker, w, first, "hello")
    two = say(worker, w, first, "and again")
    other = say(worker, w, second, "somebody else")
    assert count(two["answer"]) > count(one["answer"])
    assert count(other["answer"]) == count(one["answer"])
    assert two["answer"].endswith(": and again")
    assert json.loads(two["outputs"])["answer"] == two["answer"]
    names = {worker.row("conversations", i)["dify_id"]
             for i in (first, second)}
    assert len(names) == 2 and None not in names
    assert two["dify_run_id"] != one["dify_run_id"]


def wait_for(data, run, what, seconds=15):
    end = time.monotonic() + seconds
    while not what(data.row("runs", run)):
        assert time.monotonic() < end, data.row("runs", run)
        time.sleep(0.03)


def test_an_answer_is_told_as_it_comes(connected, dify):
    data, c = connected
    w = deployed(data, c, slow_chat(2.5, "Told"))
    run, job = data.run(w, {}, "go", data.conversation(w))
    wait_for(data, run, lambda r: r["answer"])
    row = data.row("runs", run)
    assert (row["status"], row["answer"]) == ("running", "Let me think. ")
    assert data.wait(job)["state"] == "succeeded"
    assert data.row("runs", run)["answer"] == "Let me think. Done."


def test_a_stopped_answer_keeps_what_was_said(connected, dify):
    data, c = connected
    w = deployed(data, c, longer(slow_chat(2, "Stopped"), 3))
    conversation = data.conversation(w)
    run, job = data.run(w, {}, "go", conversation)
    wait_for(data, run, lambda r: r["answer"])
    data.cancel(job)
    assert data.wait(job)["state"] == "cancelled"
    row = data.row("runs", run)
    assert (row["status"], row["answer"]) == ("stopped", "Let me think. ")
    assert dify.log("POST", "/v1/chat-messages/")[-1]["path"].endswith("/stop")
    assert say(data, w, conversation, "on")["answer"].endswith("Done.")


def test_killed_in_the_middle_of_an_answer(connected, dify):
    data, c = connected
    w = deployed(data, c, slow_chat(3, "Killed"))
    before = dify.state()["run_count"]
    conversation = data.conversation(w)
    run, job = data.run(w, {}, "go", conversation)
    wait_for(data, run, lambda r: r["answer"])
    data.kill()
    data.start()
    data.forget_leases()
    assert data.wait(job, 30)["state"] == "succeeded"
    row = data.row("runs", run)
    assert row["answer"] == "Let me think. Done."
    assert data.row("conversations", conversation)["dify_id"]
    assert dify.state()["run_count"] == before + 1


@pytest.mark.parametrize("version", ["1.12", "1.13", "1.16"])
def test_a_stream_that_broke_before_it_named_the_run(
        worker, tmp_path_factory, llm, version):
    """The message is looked for and not said again; the next one goes on in
    the same conversation."""
    with Dify(tmp_path_factory.mktemp("dify"), version, llm) as dify:
        c = worker.connection(dify.url, dify.admin_key)
        w = deployed(worker, c, counting_chat(f"Broken {version}"))
        conversation = worker.conversation(w)
        say(worker, w, worker.conversation(w), "somebody else")
        before = dify.state()["run_count"]
        dify.fault("POST /v1/chat-messages", "cut", 3, times=2)
        first = say(worker, w, conversation, "hello")
        assert first["answer"].endswith(": hello")
        assert worker.row("conversations", conversation)["dify_id"]
        second = say(worker, w, conversation, "again")
        assert count(second["answer"]) > count(first["answer"])
        assert second["dify_run_id"] != first["dify_run_id"]
        third = say(worker, w, conversation, "and again")
        assert count(third["answer"]) > count(second["answer"])
        assert dify.state()["run_count"] == before + 3


def test_a_conversation_that_dify_forgot(connected, dify):
    data, c = connected
    w = deployed(data, c, counting_chat("Forgotten"))
    conversation = data.conversation(w)
    data.sql("UPDATE conversations SET dify_id = ? WHERE id = ?",
             "00000000-0000-4000-8000-000000000000", conversation)
    run, job = data.run(w, {}, "hello", conversation)
    error = data.wait(job)["error"]
    assert error["code"] == "run_refused"
    assert "Conversation Not Exists" in error["message"]
