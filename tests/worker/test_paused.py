"""A run that waits for a person is followed until it goes on."""
import json
import time

import pytest
import requests
from dify_server import Dify
from flows import approval, twice


@pytest.fixture(scope="module", params=["1.13", "1.16"])
def any_dify(request, tmp_path_factory, llm):
    with Dify(tmp_path_factory.mktemp("dify"), request.param, llm) as server:
        yield server


def paused(data, c, dify, name, dsl=None):
    w = data.workflow(dsl or approval(name))
    job = data.wait(data.job("deploy", {"connection_id": c}, w))
    assert job["state"] == "succeeded", job["error"]
    run, job = data.run(w, {"q": "it"})
    ended = data.wait(job)
    assert ended["state"] == "succeeded", ended["error"]
    assert ended["result"]["status"] == "paused"
    row = data.row("runs", run)
    assert row["status"] == "paused" and row["finished_at"] is None
    assert [n["status"] for n in data.sql(
        "SELECT status FROM run_nodes WHERE run_id = ? AND node_id = '2001'",
        run)] == ["paused"]
    return w, run, row


def submit(dify, row):
    form = json.loads(row["forms"])[0]
    token = form["url"].rsplit("/", 1)[1]
    requests.post(f"{dify.url}/api/form/human_input/{token}", timeout=10, json={
        "inputs": {"note": "fine"}, "action": "yes"}).raise_for_status()


def wait_for(data, run, status, seconds=20):
    end = time.monotonic() + seconds
    while data.row("runs", run)["status"] != status:
        assert time.monotonic() < end, data.row("runs", run)
        time.sleep(0.05)


def test_it_goes_on_when_the_person_has_answered(worker, any_dify):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    w, run, row = paused(worker, c, any_dify, f"Ask {any_dify.version}")
    form = json.loads(row["forms"])[0]
    assert form["title"] == "Ask" and form["content"].startswith("Ship it?")
    assert form["url"].startswith(any_dify.url + "/form/")
    assert form["expires_at"] > time.time() * 1000
    assert worker.row("workflows", w)["last_status"] == "paused"
    submit(any_dify, row)
    # 1.16 ends every run that was resumed as stopped
    wait_for(worker, run,
             "succeeded" if any_dify.version == "1.13" else "stopped")
    row = worker.row("runs", run)
    assert row["forms"] is None and row["finished_at"]
    if any_dify.version == "1.13":
        assert json.loads(row["outputs"]) == {"note": "fine"}
        assert {n["status"] for n in worker.sql(
            "SELECT status FROM run_nodes WHERE run_id = ?", run)} == {
                "succeeded"}


def test_the_second_pause_has_its_form_too(worker, any_dify):
    """Nobody listens then: the stream ended with the first one."""
    c = worker.connection(any_dify.url, any_dify.admin_key)
    name = f"Twice {any_dify.version}"
    _, run, row = paused(worker, c, any_dify, name, twice(name))
    first = json.loads(row["forms"])
    assert [f["title"] for f in first] == ["Ask"]
    if any_dify.version == "1.16":
        return  # it ends there, as a run that was resumed does
    submit(any_dify, row)
    end = time.monotonic() + 30
    while worker.row("runs", run)["forms"] in (None, row["forms"]) or \
            worker.row("runs", run)["status"] != "paused":
        assert time.monotonic() < end, worker.row("runs", run)
        time.sleep(0.05)
    row = worker.row("runs", run)
    form, = json.loads(row["forms"])
    assert (form["node_id"], form["title"]) == ("2002", "Ask again")
    assert form["content"] == "Really?"
    assert form["url"].startswith(any_dify.url + "/form/")
    assert form["expires_at"] > time.time() * 1000
    submit(any_dify, row)
    wait_for(worker, run, "succeeded")


def test_answered_while_the_worker_was_away(data, any_dify):
    worker = data.start()
    c = worker.connection(any_dify.url, any_dify.admin_key)
    w, run, row = paused(worker, c, any_dify, f"Away {any_dify.version}")
    data.kill()
    submit(any_dify, row)
    data.start()
    wait_for(data, run,
             "succeeded" if any_dify.version == "1.13" else "stopped")
    assert len(data.sql("SELECT * FROM jobs WHERE kind = 'run'")) == 2

