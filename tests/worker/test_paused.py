"""A run that waits for a person is followed until it goes on."""
import json
import time

import pytest
import requests
from data import new_id, now, seal
from dify_server import Dify
from flows import approval, echo, twice
from scripted_dify import Scripted, given


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


def waiting(data, url, runs):
    """Runs that wait in a Dify that is none, as one knows them."""
    c = data.connection(url, "k")
    w = data.workflow(echo("Wait"), connection=c)
    data.sql("UPDATE workflows SET dify_app_id = 'a', dify_key = ?"
             " WHERE id = ?", seal(data.master, "app_key", "app-x"), w)
    data.sql_many("INSERT INTO runs (id, workflow_id, job_id, inputs, status,"
                  " dify_run_id, total_steps, created_at)"
                  " VALUES (?, ?, ?, '{}', 'paused', ?, 0, ?)",
                  [(new_id(), w, new_id(), f"run-{i:03d}", now() + i)
                   for i in range(runs)])


def test_many_that_wait_are_asked_for_in_turn(data):
    """Each of them, and no more a second than DIFY_POLL_RATE."""
    data.env["DIFY_POLL_RATE"] = "10"
    with Scripted(lambda _, path: given({
            "id": "x", "status": "paused", "total_steps": 0})
            if "/workflows/run/" in path else None) as dify:
        waiting(data, dify.url, 110)
        data.start()
        data.until(lambda: len({
            s[2] for s in dify.asked("/workflows/run/")}) == 110, 40)
        times = [s[0] for s in dify.asked("/workflows/run/")]
        assert max(sum(t <= x < t + 1 for x in times) for t in times) <= 12


def test_a_dify_that_is_away_is_not_asked_for_them(data):
    with Scripted(lambda _, path: (503, b"") if "/apps?" in path
                  else None) as dify:
        waiting(data, dify.url, 3)
        data.start()
        data.until(lambda: dify.asked("/apps?"))
        time.sleep(4)
        assert not dify.asked("/workflows/run/")
