"""Files among the inputs of a run go into Dify first, and nowhere else."""
import json
import os
import time

import pytest
from dify_server import Dify
from flows import files, reading_chat

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


def spooled(data):
    return sorted(p.name for p in (data.path / "spool").iterdir())


def test_a_file_and_a_list_of_files(worker, any_dify):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    w = deployed(worker, c, files(f"Files {any_dify.version}"))
    any_dify.forget_faults()
    run, job = worker.run(w, {
        "doc": worker.input_file("a note.txt", b"one", c),
        "all": [worker.input_file(n, b"x" * 200000, c)
                for n in ("b.md", "q?c.pdf")]})
    ended = worker.wait(job)
    assert ended["state"] == "succeeded", ended["error"]
    out = ended["result"]["outputs"]
    assert out["doc"]["filename"] == "a note.txt" and out["doc"]["size"] == 3
    assert [f["filename"] for f in out["all"]] == ["b.md", "q_c.pdf"]
    assert len(any_dify.log("POST", "/v1/files/upload")) == 3
    assert worker.sql("SELECT * FROM uploads") == [] and spooled(worker) == []
    kept = json.loads(worker.row("runs", run)["inputs"])
    assert "upload_id" not in kept["doc"] and kept["doc"]["upload_file_id"]
    assert [f["name"] for f in kept["all"]] == ["b.md", "q?c.pdf"]
    again, job = worker.run(w, kept)
    ended = worker.wait(job)
    assert ended["result"]["outputs"]["doc"]["filename"] == "a note.txt"
    assert len(any_dify.log("POST", "/v1/files/upload")) == 3


def test_files_of_a_message(worker, any_dify):
    """They are of the message, not of an input: each has its own."""
    c = worker.connection(any_dify.url, any_dify.admin_key)
    w = deployed(worker, c, reading_chat(f"Reading {any_dify.version}"))
    any_dify.forget_faults()
    conversation = worker.conversation(w)

    def say(words, inputs):
        run, job = worker.run(w, inputs, words, conversation)
        ended = worker.wait(job)
        assert ended["state"] == "succeeded", ended["error"]
        row = worker.row("runs", run)
        return row["answer"], json.loads(row["inputs"])
    answer, kept = say("first", {"sys.files": [
        worker.input_file(n, b"one", c) for n in ("a.txt", "b.md")]})
    assert answer.startswith("first: ")
    assert "a.txt" in answer and "b.md" in answer
    assert all(f["upload_file_id"] for f in kept["sys.files"])
    assert "a.txt" not in say("second", {})[0]
    assert "a.txt" in say("again", kept)[0]
    assert len(any_dify.log("POST", "/v1/files/upload")) == 2
    assert spooled(worker) == []


@pytest.mark.parametrize("name, words", [
    ("a.exe", "takes no files such as a.exe"),
    ("a.png", "takes no files such as a.png")])
def test_what_the_form_does_not_take_is_never_sent(connected, dify, name,
                                                   words):
    data, c = connected
    w = deployed(data, c, files("Wrong files"))
    run, job = data.run(w, {"doc": data.input_file(name, b"x", c)})
    ended = data.wait(job)
    assert ended["error"]["code"] == "input_invalid"
    assert words in ended["error"]["message"]
    assert dify.log("POST", "/v1/files/upload") == []
    assert spooled(data) != []


def test_more_files_than_the_form_takes(connected, dify):
    data, c = connected
    w = deployed(data, c, files("Many files"))
    run, job = data.run(w, {"all": [
        data.input_file(f"{i}.txt", b"x", c) for i in range(3)]})
    assert "at most 2 files" in data.wait(job)["error"]["message"]


def test_a_file_that_dify_refuses(connected, dify):
    data, c = connected
    w = deployed(data, c, files("Large file"))
    run, job = data.run(w, {
        "doc": data.input_file("large.txt", b"x" * (16 << 20), c)})
    ended = data.wait(job)
    assert ended["error"]["code"] == "file_refused"
    assert "large.txt" in ended["error"]["message"]
    assert data.row("runs", run)["status"] == "failed"


def test_a_file_that_is_gone(connected, dify):
    data, c = connected
    w = deployed(data, c, files("Gone file"))
    file = data.input_file("a.txt", b"x", c)
    (data.path / "spool" / file["upload_id"]).unlink()
    run, job = data.run(w, {"doc": file})
    assert data.wait(job)["error"]["code"] == "upload_not_found"


def test_killed_between_two_files(connected, dify):
    """Another worker sends what is left, once."""
    data, c = connected
    w = deployed(data, c, files("Killed files"))
    dify.fault("POST /v1/files/upload", "slow", 1.5, times=2)
    run, job = data.run(w, {"all": [
        data.input_file(f"{i}.txt", b"x" * 9, c) for i in range(2)]})
    end = time.monotonic() + 15
    while len(spooled(data)) != 1:
        assert time.monotonic() < end
        time.sleep(0.02)
    data.kill()
    data.start()
    data.forget_leases()
    ended = data.wait(job, 30)
    assert ended["state"] == "succeeded", ended["error"]
    assert [f["filename"] for f in ended["result"]["outputs"]["all"]] == [
        "0.txt", "1.txt"]
    sent = [e for e in dify.log("POST", "/v1/files/upload")]
    assert 2 <= len(sent) <= 3
    assert spooled(data) == [] and data.sql("SELECT * FROM uploads") == []


def test_what_nobody_used_goes_after_a_day(data, dify):
    c = data.connection(dify.url, dify.admin_key)
    old = data.input_file("old.txt", b"x", c)["upload_id"]
    fresh = data.input_file("fresh.txt", b"x", c)["upload_id"]
    data.sql("UPDATE uploads SET updated_at = 1 WHERE id = ?", old)
    two_hours_ago = time.time() - 7200
    os.utime(data.path / "spool" / old, (two_hours_ago, two_hours_ago))
    os.utime(data.path / "spool" / fresh, (two_hours_ago, two_hours_ago))
    data.start()
    end = time.monotonic() + 30
    while spooled(data) != [fresh]:
        assert time.monotonic() < end, spooled(data)
        time.sleep(0.1)
    assert data.row("uploads", old) is None and data.row("uploads", fresh)
