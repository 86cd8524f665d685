"""Both serve loops over FastCGI: the protocol, waiting, writing, stopping."""
import json
import os
import time
from statistics import median

import pytest

from fastcgi import (ABORT, END, KEEP, PARAMS, STDIN, UNKNOWN_TYPE, Server,
                     begin, pairs, params_of, record, request_of)

GENERATE = "/api/workflows/generate-dsl"
LOOPS = {"models": "/api/models", "jobs": "/api/jobs"}
# AddressSanitizer keeps freed memory for a while.
SLACK = 100 if "ASAN_OPTIONS" in os.environ else 1
AT_ONCE = 0.1  # s; what is looked at by the clock is so once a second
both = pytest.mark.parametrize("name", LOOPS)


@pytest.fixture
def start(studio):
    servers = []

    def run(name):
        servers.append(Server(studio, name))
        return servers[-1]
    yield run
    for server in servers:
        assert server.child.poll() is None, server.log()
        assert server.stop()[0] == 0, server.log()
        assert '"level":"error"' not in server.log()


def queued(studio, n=1, kind="generate"):
    return studio.wait_for(
        "SELECT group_concat(id) AS ids FROM jobs WHERE kind = ? AND state ="
        " 'queued' GROUP BY kind HAVING count(*) >= ?", kind, n,
    )["ids"].split(",")


# ---- the protocol ----
@both
def test_one_request_after_the_other(start, name):
    server = start(name)
    for _ in range(20):
        answer = server.ask("GET", LOOPS[name])
        assert answer.status == 200 and answer.json["items"] == []


@both
def test_records_in_small_pieces(start, name):
    peer = start(name).peer()
    for byte in request_of("GET", LOOPS[name]):
        peer.send(bytes([byte]))
    assert peer.answer().status == 200
    assert peer.status == 0 and peer.closed()


@both
def test_padding_and_split_streams(start, name):
    text = pairs(params_of("GET", LOOPS[name]))
    peer = start(name).peer()
    peer.send(begin())
    for i in range(0, len(text), 7):
        peer.send(record(PARAMS, text[i:i + 7], padding=i % 8))
    peer.send(record(PARAMS) + record(STDIN, padding=255))
    assert peer.answer().status == 200


@both
def test_a_connection_that_is_kept(start, name):
    peer = start(name).peer()
    for i in range(1, 6):
        peer.send(request_of("GET", LOOPS[name], request=i, flags=KEEP))
        assert peer.answer().status == 200
    peer.send(request_of("GET", LOOPS[name], request=9))
    assert peer.answer().status == 200 and peer.closed()


@both
def test_a_second_request_on_a_busy_connection_is_refused(start, name):
    peer = start(name).peer()
    peer.send(begin(1) + begin(2))
    kind, request, content = next(peer.records())
    assert (kind, request, content[4]) == (END, 2, 1)


def test_other_roles_are_refused(start):
    peer = start("jobs").peer()
    kind, _, content = next(peer.send(begin(role=2)).records())
    assert kind == END and content[4] == 3


def test_management_records_are_answered(start):
    peer = start("jobs").peer()
    kind, request, content = next(peer.send(record(9, b"", 0)).records())
    assert (kind, request, content[0]) == (UNKNOWN_TYPE, 0, 9)


@pytest.mark.parametrize("data", [
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    begin() + record(PARAMS, b"\x05\x05ab") + record(PARAMS) + record(STDIN),
    begin() + record(PARAMS, b"\xff\xff\xff\xff") + record(PARAMS)
    + record(STDIN),
    record(1, b"\0\1"),
    begin() + record(ABORT),
], ids=["http", "short-pair", "cut-length", "short-begin", "abort"])
def test_what_is_no_request_costs_the_connection_alone(start, data):
    server = start("jobs")
    peer = server.peer()
    peer.send(data)
    assert peer.closed()
    assert server.ask("GET", "/api/jobs").status == 200


@both
def test_a_client_that_leaves_early(start, name):
    server = start(name)
    for data in (b"", begin(), request_of("GET", LOOPS[name])[:-8]):
        peer = server.peer()
        peer.send(data)
        peer.close()
    assert server.ask("GET", LOOPS[name]).status == 200


@pytest.mark.parametrize("name, path", [
    ("models", "/api/models"), ("workflow-create", "/api/workflows")])
def test_large_bodies(start, name, path):
    server = start(name)
    body = json.dumps({"name": "x" * (4 << 20), "dsl": 1}).encode()
    answer = server.ask("POST", path, body)
    assert (answer.status, answer.code) == (413, "body_too_large")
    fits = json.dumps({"dsl": {"a": "x" * (3 << 20)}}).encode()
    assert server.ask("POST", path, fits).status in (400, 409, 422)


def test_a_large_answer(start, studio):
    w = studio.workflow()
    big = json.dumps({"app": {"a": "ü" * 700000}})
    studio.version(w, big)
    answer = start("workflow").ask("GET", f"/api/workflows/{w}/dsl")
    assert answer.body.decode() == big


# ---- waiting ----
def test_forty_wait_while_others_are_served(start, studio):
    studio.model()
    server = start("generate-dsl")
    body = json.dumps({"prompt": "x"}).encode()
    peers = [server.peer().send(request_of("POST", GENERATE, body))
             for _ in range(40)]
    ids = queued(studio, 40)
    answer = server.ask("POST", GENERATE, b"{}")
    assert answer.status == 400
    for job in ids:
        studio.end_job(job, "succeeded", {"dsl": {"job": job}})
    got = {peer.answer().json["job"] for peer in peers}
    assert got == set(ids)


def test_the_answer_comes_at_once(start, studio):
    studio.model()
    server = start("generate-dsl")
    took = []
    for _ in range(5):
        peer = server.peer().send(
            request_of("POST", GENERATE, b'{"prompt":"x"}'))
        job, = queued(studio)
        time.sleep(0.2)
        begun = time.monotonic()
        studio.end_job(job, "succeeded", {"dsl": {}})
        assert peer.answer().status == 200
        took.append(time.monotonic() - begun)
    assert median(took) < AT_ONCE, took


def test_end_users_of_runs_are_used_again(start, studio):
    """One after the other needs one, two at once two."""
    server = start("start")
    w = studio.deployed()

    def run():
        answer = server.ask("POST", f"/api/workflows/{w}/run", b"{}")
        return answer.json["run_id"]

    def end(*runs):
        for run_id in runs:
            studio.sql("UPDATE runs SET status = 'succeeded', finished_at = 1,"
                       " dify_run_id = id WHERE id = ?", run_id)
    end(run())
    end(run())
    end(run(), run())
    users = [r["end_user"] for r in studio.sql(
        "SELECT end_user FROM runs ORDER BY rowid")]
    assert users[0] == users[1] == users[2] != users[3]


def test_one_user_parks_fifty(start, studio):
    studio.model()
    server = start("generate-dsl")
    peers = [server.peer().send(request_of("POST", GENERATE, b'{"prompt":"x"}'))
             for _ in range(50)]
    queued(studio, 50)
    time.sleep(0.2)
    answer = server.ask("POST", GENERATE, b'{"prompt":"x"}')
    assert (answer.status, answer.code) == (503, "too_many_waiting")
    assert int(answer.headers["Retry-After"]) > 0
    other = server.peer().send(request_of(
        "POST", GENERATE, b'{"prompt":"x"}', role="editor"))
    queued(studio, 52)
    for job in queued(studio, 52):
        studio.end_job(job, "succeeded", {"dsl": {}})
    assert all(p.answer().status == 200 for p in [*peers, other])


def test_those_who_leave_are_forgotten(start, studio):
    studio.model()
    server = start("generate-dsl")
    server.ask("POST", GENERATE, b"{}")
    time.sleep(0.3)
    before = server.descriptors()
    for _ in range(3):
        peers = [server.peer().send(
            request_of("POST", GENERATE, b'{"prompt":"x"}')) for _ in range(30)]
        time.sleep(0.2)
        for peer in peers:
            peer.close()
    end = time.monotonic() + 5
    while server.descriptors() > before and time.monotonic() < end:
        time.sleep(0.05)
    assert server.descriptors() == before


def test_memory_comes_back(start, studio):
    studio.model()
    server = start("generate-dsl")

    def wave():
        peers = [server.peer().send(request_of(
            "POST", GENERATE, b'{"prompt":"x"}', prefer="wait=1"))
            for _ in range(50)]
        assert all(p.answer().status == 202 for p in peers)
    wave()
    before = server.private_kb()
    for _ in range(3):
        wave()
    assert server.private_kb() - before < 512 * SLACK


# ---- writing ----
def test_the_lock_held_for_a_while_delays_the_write_alone(start, studio):
    studio.model()
    server = start("generate-dsl")
    with studio.locked():
        peer = server.peer().send(request_of(
            "POST", GENERATE, b'{"prompt":"x"}', prefer="respond-async"))
        took = []
        for _ in range(10):
            begun = time.monotonic()
            assert server.ask("POST", GENERATE, b"{}").status == 400
            took.append(time.monotonic() - begun)
            time.sleep(0.1)
        assert median(took) < AT_ONCE, took
    assert peer.answer().status == 202


def test_writes_that_wait_are_done_together(start, studio):
    studio.model()
    server = start("generate-dsl")
    with studio.locked():
        peers = [server.peer().send(request_of(
            "POST", GENERATE, b'{"prompt":"x"}', prefer="respond-async",
            idempotency_key=f"k{i % 10}")) for i in range(30)]
        time.sleep(0.5)
    jobs = {p.answer().json["job"]["id"] for p in peers}
    assert len(jobs) == 10
    assert len(studio.sql("SELECT 1 FROM jobs")) == 10


def test_the_lock_that_never_comes(start, studio):
    studio.model()
    server = start("generate-dsl")
    with studio.locked():
        begun = time.monotonic()
        answer = server.ask("POST", GENERATE, b'{"prompt":"x"}')
    assert (answer.status, answer.code) == (503, "lock_timeout")
    assert 4.9 < time.monotonic() - begun < 10
    assert not studio.sql("SELECT 1 FROM jobs")


# ---- streams ----
def test_events_are_on_time_while_another_program_writes(start, studio):
    server = start("events")
    peer = server.peer().send(request_of("GET", "/api/events"))
    peer.read_until(b"retry: ")
    late = []
    for i in range(10):
        studio.sql("INSERT INTO events (kind, data, created_at)"
                   " VALUES ('job', ?, 1)", json.dumps({"i": i}))
        with studio.locked():
            begun = time.monotonic()
            studio.wake()
            peer.read_until(json.dumps({"i": i}).encode())
            late.append(time.monotonic() - begun)
    assert median(late) < AT_ONCE, late


def test_a_reader_that_does_not_read_costs_a_bounded_memory(start, studio):
    server = start("events")
    peer = server.peer().send(request_of("GET", "/api/events"))
    peer.read_until(b"retry: ")
    before = server.private_kb()
    for _ in range(60):
        studio.sql("INSERT INTO events (kind, data, created_at)"
                   " VALUES ('job', ?, 1)", json.dumps({"x": "y" * 100000}))
    studio.wake()
    time.sleep(2.5)
    assert server.private_kb() - before < (6 << 10) * SLACK
    last = studio.sql("SELECT max(id) AS id FROM events")[0]["id"]
    peer.read_until(f"id: {last}\n".encode())
    assert peer.out.count(b"event: job") == 60


# ---- stopping ----
@both
def test_sigterm_ends_an_idle_one(studio, name):
    server = Server(studio, name)
    server.ask("GET", LOOPS[name])
    status, seconds = server.stop()
    assert status == 0 and seconds < 1.5
    assert not os.path.exists(studio.data / "studio.db-wal")


def test_sigterm_answers_those_who_wait(studio):
    studio.model()
    server = Server(studio, "generate-dsl")
    peers = [server.peer().send(request_of("POST", GENERATE, b'{"prompt":"x"}'))
             for _ in range(5)]
    queued(studio, 5)
    time.sleep(0.2)
    status, seconds = server.stop()
    assert status == 0 and seconds < 2
    assert [p.answer().status for p in peers] == [202] * 5


def test_sigterm_lets_the_request_in_hand_finish(studio):
    server = Server(studio, "models")
    body = json.dumps({"name": "a", "base_url": "http://a",
                       "model": "m"}).encode()
    with studio.locked():
        peer = server.peer().send(request_of("POST", "/api/models", body))
        time.sleep(0.3)
        server.child.terminate()
        time.sleep(0.3)
        assert server.child.poll() is None
    assert peer.answer().status == 201
    assert server.child.wait(3) == 0


# ---- answers from memory ----
def test_an_answer_from_memory_is_never_old(start, studio):
    server = start("models")
    studio.model()

    def names(path="/api/models"):
        return [m["name"] for m in server.ask("GET", path).json["items"]]

    assert names() == names() == ["fast"]
    studio.model(name="of another process")
    assert names() == ["fast", "of another process"]
    mine = json.dumps({"name": "mine", "base_url": "http://a",
                       "model": "m"}).encode()
    made = server.ask("POST", "/api/models", mine).json
    assert names() == ["fast", "mine", "of another process"]
    path = f"/api/models/{made['id']}"
    assert server.ask("GET", path).json == server.ask("GET", path).json
    server.ask("DELETE", path)
    assert server.ask("GET", path).status == 404
    assert names() == ["fast", "of another process"]


def test_an_answer_from_memory_still_asks_who_is_calling(start, studio):
    server = start("models")
    first = server.ask("GET", "/api/models")
    assert server.ask("GET", "/api/models", role=None).status == 401
    again = server.ask("GET", "/api/models")
    assert again.body == first.body
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    head = server.ask("HEAD", "/api/models")
    assert head.body == b"" and head.status == 200


def test_answers_to_other_queries_are_others(start, studio):
    for i in range(12):
        studio.workflow(name=f"w{i}", tags=[f"t{i}"])
    server = start("workflows")
    for _ in range(2):
        for i in range(12):
            page = server.ask("GET", f"/api/workflows?tag=t{i}").json
            assert [w["name"] for w in page["items"]] == [f"w{i}"]
