"""A run is heard, followed, found again and stopped."""
import json
import threading
import time

import pytest
import requests
from data import new_id
from dify_server import Dify
from flows import chat, echo, longer, rounds, slow, upper

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


def nodes(data, run):
    return [dict(n) for n in data.sql(
        "SELECT * FROM run_nodes WHERE run_id = ? ORDER BY rowid", run)]


def wait_for_status(data, run, status, seconds=10):
    end = time.monotonic() + seconds
    while data.row("runs", run)["status"] != status:
        assert time.monotonic() < end, data.row("runs", run)
        time.sleep(0.02)


def test_outputs_nodes_and_events(worker, any_dify):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    w = deployed(worker, c, upper(f"Run {any_dify.version}"))
    run, job = worker.run(w, {"q": "abc"})
    ended = worker.wait(job)
    assert ended["state"] == "succeeded", ended["error"]
    assert ended["result"]["outputs"] == {"out": "ABC"}
    row = worker.row("runs", run)
    assert row["status"] == "succeeded" and row["error"] is None
    assert json.loads(row["outputs"]) == {"out": "ABC"}
    assert row["dify_run_id"] and row["dify_task_id"]
    assert row["elapsed_ms"] >= 0 and row["total_steps"] == 3
    assert row["started_at"] <= row["finished_at"]
    seen = nodes(worker, run)
    assert [n["type"] for n in seen] == ["start", "code", "end"]
    assert {n["status"] for n in seen} == {"succeeded"}
    assert json.loads(seen[1]["outputs"]) == {"r": "ABC"}
    assert worker.row("workflows", w)["last_status"] == "succeeded"
    told = [e["status"] for e in worker.events("run") if e["id"] == run]
    # A quick run is over before its beginning was written.
    assert told[-1] == "succeeded" and set(told[:-1]) <= {"running"}
    assert {e["node_id"] for e in worker.events("node")} == {
        "1001", "1002", "1003"}


def test_every_round_of_an_iteration_and_a_loop_is_kept(worker, any_dify):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    w = deployed(worker, c, rounds(f"Rounds {any_dify.version}"))
    run, job = worker.run(w, {"q": "abc"})
    ended = worker.wait(job)
    assert ended["result"]["outputs"] == {"all": ["A", "B", "C"], "n": 3}
    seen = nodes(worker, run)
    places = [(n["node_id"], n["parent"], n["round"]) for n in seen
              if n["parent"]]
    assert [p for p in places if p[1] == "3001"] == [
        ("3002", "3001", i) for i in range(3)]
    assert [p for p in places if p[1] == "4001"] == [
        (node, "4001", i) for i in range(3) for node in ("4002", "4003")]
    assert [json.loads(n["outputs"])["output"] for n in seen
            if n["node_id"] == "3002"] == ["A", "B", "C"]
    for container in ("3001", "4001"):
        once = [n for n in seen if n["node_id"] == container]
        assert len(once) == 1 and once[0]["status"] == "succeeded"
        assert once[0]["parent"] is None and once[0]["round"] is None
    told = [e for e in worker.events("node") if e["node_id"] == "4002"]
    assert {e["round"] for e in told} == {0, 1, 2}


def test_rounds_out_of_the_list_of_a_run_that_broke(connected, dify):
    """The stream breaks in mid-run; what Dify keeps of it says the rounds."""
    data, c = connected
    w = deployed(data, c, rounds("Broken rounds"))
    dify.fault("POST /v1/workflows/run", "cut", 900)
    run, job = data.run(w, {"q": "ab"})
    assert data.wait(job, 30)["result"]["outputs"]["n"] == 3
    seen = nodes(data, run)
    assert [(n["round"], n["node_id"]) for n in seen
            if n["parent"] == "3001"] == [(0, "3002"), (1, "3002")]
    assert sorted((n["round"], n["node_id"]) for n in seen
                  if n["parent"] == "4001") == [
        (i, node) for i in range(3) for node in ("4002", "4003")]
    assert len([n for n in seen if n["node_id"] == "3001"]) == 1


def test_a_run_that_fails_says_why(worker, any_dify):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    w = deployed(worker, c, upper(
        f"Failing {any_dify.version}",
        "def main(q: str) -> dict:\n    raise ValueError('no good')"))
    run, job = worker.run(w, {"q": "abc"})
    ended = worker.wait(job)
    assert ended["error"]["code"] == "run_failed"
    assert "no good" in ended["error"]["message"]
    row = worker.row("runs", run)
    assert row["status"] == "failed" and "no good" in row["error"]
    assert [n["status"] for n in nodes(worker, run)][:2] == [
        "succeeded", "failed"]
    assert worker.row("workflows", w)["last_status"] == "failed"


@pytest.mark.parametrize("inputs, words", [
    ({}, "q is missing"), ({"q": ""}, "q is missing"),
    ({"q": "x" * 60}, "longer than 48"), ({"q": 5}, "must be a text")])
def test_wrong_inputs_never_reach_dify(worker, any_dify, inputs, words):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    w = deployed(worker, c, echo(f"Inputs {any_dify.version}"))
    any_dify.forget_faults()
    run, job = worker.run(w, inputs)
    ended = worker.wait(job, 5)
    assert ended["error"]["code"] == "input_invalid"
    assert words in ended["error"]["message"]
    assert any_dify.log("POST", "/v1/workflows/run") == []
    row = worker.row("runs", run)
    assert (row["status"], row["error_code"]) == ("failed", "input_invalid")


def test_a_graph_that_cannot_be_built(worker, any_dify):
    """1.13 leaves such a stream open: the error is taken at once."""
    dsl = echo(f"Dangling {any_dify.version}")
    dsl["workflow"]["graph"]["edges"][0]["target"] = "9999"
    c = worker.connection(any_dify.url, any_dify.admin_key)
    w = deployed(worker, c, dsl)
    run, job = worker.run(w, {"q": "x"})
    begun = time.monotonic()
    ended = worker.wait(job, 15)
    assert time.monotonic() - begun < 10
    assert ended["state"] == "failed"
    assert ended["error"]["code"] in ("run_refused", "run_failed")
    assert worker.row("runs", run)["status"] == "failed"


def test_chat(worker, any_dify):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    w = deployed(worker, c, chat(f"Chat {any_dify.version}"))
    run, job = worker.run(w, {}, "hello there")
    ended = worker.wait(job)
    assert ended["state"] == "succeeded", ended["error"]
    assert ended["result"]["outputs"]["answer"] == "You said: hello there"
    assert any(n["type"] == "answer" for n in nodes(worker, run))


def test_stop(worker, any_dify):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    w = deployed(worker, c, longer(slow(2, f"Stop {any_dify.version}")))
    run, job = worker.run(w, {"q": "x"})
    wait_for_status(worker, run, "running")
    worker.cancel(job)
    assert worker.wait(job, 10)["state"] == "cancelled"
    assert worker.row("runs", run)["status"] == "stopped"
    assert worker.row("workflows", w)["last_status"] == "stopped"
    assert any_dify.log("POST", "/v1/workflows/tasks/")


def test_not_deployed(worker):
    w = worker.workflow(echo())
    run, job = worker.run(w, {"q": "x"})
    assert worker.wait(job)["error"]["code"] == "not_deployed"
    row = worker.row("runs", run)
    assert (row["status"], row["error_code"]) == ("failed", "not_deployed")


@pytest.mark.parametrize("fault", [("cut", 300), ("cut", 900)])
def test_a_stream_that_breaks_is_followed(connected, dify, fault):
    data, c = connected
    w = deployed(data, c, slow(1, f"Broken {fault}"))
    dify.fault("POST /v1/workflows/run", *fault)
    run, job = data.run(w, {"q": "abc"})
    ended = data.wait(job, 30)
    assert ended["state"] == "succeeded", ended["error"]
    assert ended["result"]["outputs"] == {"out": "ABC"}
    assert [n["type"] for n in nodes(data, run)] == ["start", "code", "end"]
    assert len(dify.log("POST", "/v1/workflows/run")) == 1


def test_killed_while_it_runs(connected, dify):
    data, c = connected
    w = deployed(data, c, slow(2, "Killed"))
    before = dify.state()["run_count"]
    run, job = data.run(w, {"q": "abc"})
    wait_for_status(data, run, "running")
    data.kill()
    data.start()
    data.forget_leases()
    ended = data.wait(job, 30)
    assert ended["state"] == "succeeded", ended["error"]
    assert ended["result"]["outputs"] == {"out": "ABC"}
    assert dify.state()["run_count"] == before + 1
    assert {n["status"] for n in nodes(data, run)} == {"succeeded"}


def killed_before_its_id_was_known(data, dify, w, user):
    """-> the row of the run, which ended well all the same."""
    before = dify.state()["run_count"]
    dify.fault("POST /v1/workflows/run", "slow", 1)
    run, job = data.run(w, {"q": "abc"}, end_user=user)
    while data.row("jobs", job)["memo"] is None or "sent_at" not in data.row(
            "jobs", job)["memo"]:
        time.sleep(0.02)
    time.sleep(0.3)
    data.kill()
    data.start()
    data.forget_leases()
    ended = data.wait(job, 60)
    assert ended["state"] == "succeeded", ended["error"]
    assert ended["result"]["outputs"] == {"out": "ABC"}
    assert dify.state()["run_count"] == before + 1
    return data.row("runs", run)


def user_of(data, dify, run):
    """The end user that Dify has of a run."""
    row = data.row("runs", run)
    app = data.row("workflows", row["workflow_id"])["dify_app_id"]
    there = dify.console(
        "GET", f"/apps/{app}/workflow-runs/{row['dify_run_id']}")
    return there["created_by_end_user"]["session_id"]


def test_killed_before_its_id_was_known(connected, dify):
    data, c = connected
    w = deployed(data, c, slow(2, "Killed early"))
    killed_before_its_id_was_known(data, dify, w, None)


def test_its_end_user_may_have_run_before(connected, dify):
    data, c = connected
    w = deployed(data, c, slow(2, "Killed, used again"))
    user = "studio-" + new_id()
    run, job = data.run(w, {"q": "xyz"}, end_user=user)
    assert data.wait(job)["result"]["outputs"] == {"out": "XYZ"}
    first = data.row("runs", run)["dify_run_id"]
    second = killed_before_its_id_was_known(data, dify, w, user)
    assert second["dify_run_id"] not in (None, first)
    assert user_of(data, dify, run) == user
    assert user_of(data, dify, second["id"]) == user


def test_who_is_sent_twice_has_an_end_user_of_its_own(connected, dify):
    """What was sent first may show later; it is no run of somebody else."""
    data, c = connected
    w = deployed(data, c, upper("Sent twice"))
    user = "studio-" + new_id()
    dify.fault("POST /v1/workflows/run", "cut")
    run, job = data.run(w, {"q": "abc"}, end_user=user)
    assert data.wait(job, 60)["result"]["outputs"] == {"out": "ABC"}
    assert len(dify.log("POST", "/v1/workflows/run")) == 2
    assert user_of(data, dify, run) == f"studio-{job}"
    assert data.row("runs", run)["end_user"] is None


def test_a_run_that_dify_begins_late_is_found(connected, dify):
    """After the 30 s in which a stream has to say something."""
    data, c = connected
    w = deployed(data, c, slow(1, "Late"))
    before = dify.state()["run_count"]
    dify.fault("POST /v1/workflows/run", "slow", 33)
    run, job = data.run(w, {"q": "abc"})
    ended = data.wait(job, 80)
    assert ended["state"] == "succeeded", ended["error"]
    assert ended["result"]["outputs"] == {"out": "ABC"}
    assert dify.state()["run_count"] == before + 1
    told = [e["progress"] or {} for e in data.events("job") if e["id"] == job]
    assert "dify_slow" in {p.get("trouble_code") for p in told}


def test_after_a_loss_of_power_a_run_is_looked_for_first(connected, dify):
    data, c = connected
    w = deployed(data, c, slow(2, "Power"))
    app = data.row("workflows", w)["dify_app_id"]
    key = dify.console("GET", f"/apps/{app}/api-keys")["data"][0]["token"]
    before = dify.state()["run_count"]
    data.kill()
    sent, sent_job = data.run(w, {"q": "abc"})
    fresh, fresh_job = data.run(w, {"q": "xyz"})
    begun = threading.Thread(target=requests.post, kwargs={
        "url": dify.url + "/v1/workflows/run", "timeout": 30,
        "headers": {"Authorization": "Bearer " + key},
        "json": {"inputs": {"q": "abc"}, "user": f"studio-{sent_job}",
                 "response_mode": "streaming"}})
    begun.start()
    data.until(lambda: dify.state()["run_count"] == before + 1)
    # A later run of its end user, whose row is lost.
    requests.post(dify.url + "/v1/workflows/run", timeout=30, headers={
        "Authorization": "Bearer " + key}, json={
            "inputs": {"q": "lost"}, "user": f"studio-{sent_job}",
            "response_mode": "blocking"}).raise_for_status()
    data.sql("UPDATE facts SET value = 'another' WHERE key = 'boot'")
    data.start()
    for job, out in ((sent_job, "ABC"), (fresh_job, "XYZ")):
        ended = data.wait(job, 60)
        assert ended["state"] == "succeeded", ended["error"]
        assert ended["result"]["outputs"] == {"out": out}
    begun.join()
    assert dify.state()["run_count"] == before + 3
    assert data.row("runs", sent)["dify_run_id"]
    data.kill()
    dify.forget_faults()
    data.run(w, {"q": "abc"})
    data.start()
    data.until(lambda: dify.log("POST", "/v1/workflows/run"))
    assert not dify.log("GET", "/v1/workflows/logs")  # the boot is the same


def test_many_at_once(connected, dify):
    data, c = connected
    w = deployed(data, c, upper("Many runs"))
    runs = [data.run(w, {"q": f"x{i}"}) for i in range(60)]
    for i, (run, job) in enumerate(runs):
        assert data.wait(job, 60)["result"]["outputs"] == {"out": f"X{i}"}
        assert len(nodes(data, run)) == 3


def test_the_app_key_is_nowhere_in_clear(connected, dify):
    data, c = connected
    w = deployed(data, c, echo("Secret"))
    run, job = data.run(w, {"q": "x"})
    data.wait(job)
    app = data.row("workflows", w)["dify_app_id"]
    token = dify.console("GET", f"/apps/{app}/api-keys")["data"][0]["token"]
    everything = b"".join(p.read_bytes() for p in data.path.iterdir()
                          if p.is_file())
    assert token.encode() not in everything
