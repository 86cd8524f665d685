"""Generations over Redis: workers on other hosts have Redis alone; all that
they are given ends, and nothing twice, whoever dies."""
import json
import time

import pytest
from conftest import PROMPTS
from remote import Redis, Remote

NAMES = ["score-grade", "sum-numbers", "translate-polish", "greeting-cards"]


@pytest.fixture
def server(tmp_path):
    with Redis(tmp_path / "redis") as it:
        yield it


@pytest.fixture
def beside(data, server):
    """The worker beside the database, which itself generates nothing."""
    data.env["STUDIO_QUEUE"] = server.url
    return data.start()


@pytest.fixture
def remote(tmp_path, beside, server):
    started = []

    def start(name="one", **env):
        one = Remote(tmp_path / name, server.url, beside.master.hex(), **env)
        started.append(one)
        return one

    yield start
    for one in started:
        one.stop()


def ask(data, model, name="score-grade", **more):
    return data.job("generate", dict(
        {"prompt": PROMPTS[name]["prompt"], "model_id": model}, **more))


def ended_once(data, jobs, seconds=90):
    for job in jobs:
        ended = data.wait(job, seconds)
        assert ended["state"] == "succeeded", ended["error"]
    for job in jobs:
        ends = [e for e in data.events("job") if e["id"] == job
                and e["state"] == "succeeded"]
        assert len(ends) == 1


def test_a_worker_elsewhere_does_it(beside, server, remote, llm, dify):
    c = beside.connection(dify.url, dify.admin_key)
    model = beside.model(llm, key="sk-secret-of-the-model")
    one = remote()
    job = beside.wait(ask(beside, model, connection_id=c))
    assert job["state"] == "succeeded", job["error"]
    graph = job["result"]["dsl"]["workflow"]["graph"]
    types = {n["data"]["type"] for n in graph["nodes"]}
    assert set(PROMPTS["score-grade"]["node_types"]) <= types
    assert one.brought() == 1
    assert beside.row("models", model)["last_ok"] == 1
    (row,) = beside.sql("SELECT * FROM generations")
    assert (row["job_id"], row["result"]) == (job["id"], "ok")
    beside.until(lambda: not server.db.keys("studio:*:job:*"))
    assert server.db.xlen(server.key(":jobs")) == 0


def test_live_phases_come_through(beside, remote, llm):
    remote()
    model = beside.model(llm, model="sandbox-slow")
    job = ask(beside, model, "mail-sorter")
    beside.wait(job, 60)
    events = [e for e in beside.events("generate") if e["job_id"] == job]
    phases = [e["phase"] for e in events]
    order = ["assemble", "ask", "extract", "repair", "validate", "build",
             "preview", "done"]
    assert [p for i, p in enumerate(phases) if p not in phases[:i]] == order
    grown = [len(e["nodes"]) for e in events]
    assert grown == sorted(grown)
    assert len({n for n, p in zip(grown, phases) if p == "ask"}) >= 3


def test_a_failure_comes_back_with_its_reason(beside, remote, llm):
    remote()
    job = beside.wait(ask(beside, beside.model(llm, model="sandbox-chatter")),
                      60)
    assert job["state"] == "failed"
    assert job["error"]["code"] == "generation_failed"
    assert job["error"]["reason"] and "answer" in job["result"]
    (row,) = beside.sql("SELECT * FROM generations")
    assert (row["job_id"], row["result"]) == (job["id"],
                                              job["error"]["reason"])


def test_what_keeps_a_job_waiting_is_told(beside, server, remote, llm):
    job = ask(beside, beside.model(llm))

    def told(words):
        return words in (beside.row("jobs", job)["progress"] or "")

    beside.until(lambda: told("no worker has taken it yet"))
    remote()
    assert beside.wait(job)["state"] == "succeeded"
    server.kill()
    job = ask(beside, beside.model(llm, name="other"))
    beside.until(lambda: told("Redis does not answer"))
    server.start()
    assert beside.wait(job, 60)["state"] == "succeeded"


@pytest.mark.parametrize("started", [True, False])
def test_cancel(beside, server, remote, llm, started):
    one = remote() if started else None
    job = ask(beside, beside.model(llm, model="sandbox-stall"))
    if started:
        beside.until(lambda: one.brought() == 1)
    else:
        beside.until(lambda: server.db.keys("studio:*:job:*"))
    beside.cancel(job)
    assert beside.wait(job, 5)["state"] == "cancelled"
    (row,) = beside.sql("SELECT * FROM generations")
    assert (row["job_id"], row["result"]) == (job, "cancelled")
    beside.until(lambda: server.db.xlen(server.key(":jobs")) == 0)
    if started:
        beside.until(lambda: '"state":"cancelled"' in one.log())


def test_a_killed_worker_is_made_up_for(beside, remote, llm):
    model = beside.model(llm, model="sandbox-slow")
    one, two = remote("one"), remote("two")
    jobs = [ask(beside, model, name) for name in NAMES * 3]
    beside.until(lambda: one.brought() and two.brought())
    one.kill()
    ended_once(beside, jobs)


def test_a_stopped_worker_gives_its_jobs_back_at_once(beside, remote, llm):
    model = beside.model(llm, model="sandbox-slow")
    one = remote("one")
    jobs = [ask(beside, model, name) for name in NAMES]
    beside.until(lambda: one.brought() == len(jobs))
    one.stop()
    two = remote("two")
    ended_once(beside, jobs)
    assert two.brought() == len(jobs)


def test_a_killed_worker_beside_the_database(beside, remote, llm):
    model = beside.model(llm, model="sandbox-slow")
    one = remote()
    jobs = [ask(beside, model, name) for name in NAMES]
    beside.until(lambda: one.brought() == len(jobs))
    beside.kill()
    time.sleep(1)
    beside.start()
    ended_once(beside, jobs)
    assert one.brought() == len(jobs)


@pytest.mark.parametrize("keep", [True, False])
def test_redis_dies_for_ten_seconds(tmp_path, data, llm, keep):
    """Also when it comes back without anything that it had."""
    with Redis(tmp_path / "redis", keep) as server:
        data.env["STUDIO_QUEUE"] = server.url
        data.start()
        one = Remote(tmp_path / "one", server.url, data.master.hex())
        two = Remote(tmp_path / "two", server.url, data.master.hex())
        model = data.model(llm, model="sandbox-slow")
        jobs = [ask(data, model, name) for name in NAMES * 3]
        data.until(lambda: one.brought() + two.brought() >= 4)
        server.kill()
        more = [ask(data, model, name) for name in NAMES]
        time.sleep(10)
        server.start()
        ended_once(data, jobs + more)
        one.stop()
        two.stop()


def test_a_message_that_was_changed_is_refused(beside, server, remote, llm):
    """The job is sent anew, and done."""
    job = ask(beside, beside.model(llm))
    beside.until(lambda: server.db.keys("studio:*:job:*"))
    stream = server.key(":jobs")
    (entry, fields), = server.db.xrange(stream)
    sealed = bytearray(fields[b"sealed"])
    sealed[len(sealed) // 2] ^= 1
    server.db.xdel(stream, entry)
    server.db.xadd(stream, {**fields, b"sealed": bytes(sealed)})
    one = remote()
    assert beside.wait(job, 30)["state"] == "succeeded"
    assert '"message_refused"' in one.log()


def test_a_message_of_another_job_is_refused(beside, server, remote, llm):
    model = beside.model(llm)
    first, second = ask(beside, model), ask(beside, model, "sum-numbers")
    beside.until(lambda: len(server.db.keys("studio:*:job:*")) == 2)
    stream = server.key(":jobs")
    (e1, one), (e2, two) = server.db.xrange(stream)
    server.db.xdel(stream, e1, e2)
    server.db.xadd(stream, {**one, b"sealed": two[b"sealed"]})
    server.db.xadd(stream, {**two, b"sealed": one[b"sealed"]})
    worker = remote()
    ended_once(beside, [first, second])
    assert worker.log().count('"message_refused"') == 2


def test_what_nobody_sent_is_not_believed(beside, server, llm):
    job = ask(beside, beside.model(llm))
    beside.until(lambda: server.db.keys("studio:*:job:*"))
    back = server.key(":jobs").decode().replace(":jobs", ":back")
    end = json.dumps({"job": job, "attempt": 1, "end": {"result": "{}"}})
    server.db.xadd(back, {"job": job, "attempt": 1, "sealed": end})
    beside.until(lambda: '"message_refused"' in beside.log())
    assert beside.row("jobs", job)["state"] == "running"


def test_nothing_in_redis_can_be_read(beside, server, llm):
    secret = "sk-secret-of-the-model"
    model = beside.model(llm, key=secret)
    ask(beside, model)
    beside.until(lambda: server.db.keys("studio:*:job:*"))
    (_, fields), = server.db.xrange(server.key(":jobs"))
    for text in (secret, PROMPTS["score-grade"]["prompt"][:12], llm):
        assert text.encode() not in fields[b"sealed"]


def test_another_key_meets_nobody(beside, server, tmp_path, llm):
    stranger = Remote(tmp_path / "stranger", server.url, "00" * 32)
    job = ask(beside, beside.model(llm))
    beside.until(lambda: server.db.keys("studio:*:job:*"))
    time.sleep(2)
    assert stranger.brought() == 0
    assert beside.row("jobs", job)["state"] == "running"
    stranger.stop()


@pytest.mark.parametrize("url", ["http://127.0.0.1", "redis://", ""])
def test_a_wrong_address_is_told(tmp_path, url):
    one = Remote(tmp_path / "one", url, "00" * 32)
    assert one.child.wait(10) == 1
    assert "STUDIO_QUEUE" in one.log()
