"""Connections are watched, tested, and files go into their knowledge bases."""
import json
import time

import pytest
from data import new_id, now
from dify_server import Dify
from scripted_dify import Scripted
from tls_front import TlsFront

VERSIONS = ["1.8", "1.12", "1.13", "1.16"]


@pytest.fixture(scope="module", params=VERSIONS)
def any_dify(request, tmp_path_factory, llm):
    with Dify(tmp_path_factory.mktemp("dify"), request.param, llm) as server:
        yield server


def wait_for_state(data, connection, state, seconds=10):
    end = time.monotonic() + seconds
    while data.row("connections", connection)["state"] != state:
        assert time.monotonic() < end, data.row("connections", connection)
        time.sleep(0.05)
    return data.row("connections", connection)


def resources(data, connection, kind):
    return [dict(r) for r in data.sql(
        "SELECT * FROM resources WHERE connection_id = ? AND kind = ?"
        " ORDER BY position", connection, kind)]


def test_a_new_connection_is_looked_at(worker, any_dify):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    row = wait_for_state(worker, c, "up")
    assert row["version"].startswith(any_dify.version)
    assert row["error"] is None and row["error_code"] is None
    assert row["seen_at"] and row["failures"] == 0
    end = time.monotonic() + 5
    while not resources(worker, c, "dataset"):
        assert time.monotonic() < end
        time.sleep(0.05)
    models = resources(worker, c, "model")
    for model in models:
        needs = json.loads(model["extra"])["dependency"]
        assert needs["type"] == "package"
        assert needs["value"]["plugin_unique_identifier"].startswith(
            model["provider"].rsplit("/", 1)[0] + ":")
    assert models[0]["dify_id"].startswith("sandbox-")
    assert models[0]["mode"] == "chat" and "/" in models[0]["provider"]
    handles = [m["handle"] for m in models]
    assert len(set(handles)) == len(handles)


def test_what_is_wrong_is_said(worker, dify):
    nobody = worker.connection("http://127.0.0.1:1", "k", name="a")
    wrong = worker.connection(dify.url, "wrong-key", name="b")
    row = wait_for_state(worker, wrong, "refused")
    assert row["error"] and row["version"].startswith("1.16")
    assert row["error_code"] == "dify_auth"
    end = time.monotonic() + 10
    while worker.row("connections", nobody)["failures"] < 3:
        assert time.monotonic() < end
        time.sleep(0.1)
    row = worker.row("connections", nobody)
    assert row["state"] == "unknown" and "cannot be reached" in row["error"]
    assert row["seen_at"] is None and row["error_code"] == "dify_away"
    assert 2000 <= row["next_check_at"] - row["checked_at"] <= 6000


def test_it_comes_back_by_itself(worker, tmp_path_factory, llm):
    with Dify(tmp_path_factory.mktemp("dify"), "1.16", llm) as server:
        c = worker.connection(server.url, server.admin_key)
        seen = wait_for_state(worker, c, "up")["seen_at"]
        server.stop()
        worker.sql("UPDATE connections SET next_check_at = 0")
        row = wait_for_state(worker, c, "unknown")
        assert row["seen_at"] == seen and row["version"]
        server.start()
        wait_for_state(worker, c, "up", 10)
        states = [e["state"] for e in worker.events("connection")]
        assert states == ["up", "unknown", "up"]


@pytest.mark.parametrize("asked, low, high", [
    ("120", 119, 121), ("86400", 299, 301)])
def test_a_wait_that_it_asks_for_is_kept_up_to_five_minutes(
        worker, asked, low, high):
    with Scripted(lambda _, path: (503, b"", {"Retry-After": asked})
                  if "/apps?" in path else None) as server:
        c = worker.connection(server.url, "k")
        worker.until(lambda: worker.row("connections", c)["error_code"])
        row = worker.row("connections", c)
        assert row["state"] == "unknown"
        wait = row["next_check_at"] - row["checked_at"]
        assert low * 1000 <= wait <= high * 1000


def steps_of(job):
    return {s["step"]: s for s in job["result"]["steps"]}


@pytest.mark.parametrize("auth", ["admin_key", "password"])
def test_the_test_says_step_by_step(worker, any_dify, auth):
    secret = (any_dify.admin_key if auth == "admin_key"
              else any_dify.password)
    c = worker.connection(any_dify.url, secret, auth=auth,
                          email=any_dify.email)
    job = worker.wait(worker.job("test_connection", {"connection_id": c}))
    assert job["result"]["ok"], job["result"]
    assert job["result"]["version"].startswith(any_dify.version)
    assert list(steps_of(job)) == ["reach", "version", "sign_in", "workspace",
                                   "import_right", "run_right", "models"]
    models = steps_of(job)["models"]
    assert models["code"] == "models"
    assert models["n"] == len(resources(worker, c, "model")) > 0


@pytest.mark.parametrize("secret, auth, step, advice", [
    ("wrong", "admin_key", "sign_in", "ADMIN_API_KEY"),
    ("wrong", "password", "sign_in", "locks the account")])
def test_the_test_says_what_to_do(worker, dify, secret, auth, step, advice):
    c = worker.connection(dify.url, secret, auth=auth, email=dify.email)
    job = worker.wait(worker.job("test_connection", {"connection_id": c}))
    assert job["state"] == "succeeded" and not job["result"]["ok"]
    assert advice in steps_of(job)[step]["advice"]
    assert steps_of(job)["reach"]["ok"]


@pytest.mark.parametrize("kind, value, code", [
    ("garbage", "<html>hotel</html>", "dify_garbled"),
    ("status", 504, "dify_gateway"), ("status", 429, "dify_busy"),
    ("status", 500, "dify_error"), ("cut", 10, "dify_cut")])
def test_a_trouble_of_dify_is_no_wrong_sign_in(worker, dify, kind, value, code):
    c = worker.connection(dify.url, dify.admin_key)
    wait_for_state(worker, c, "up")
    dify.fault("GET /console/api/apps", kind, value, 9)
    job = worker.wait(worker.job("test_connection", {"connection_id": c}))
    step = job["result"]["steps"][-1]
    assert not step["ok"] and step["code"] == code
    assert "again" in step["advice"] and "ADMIN" not in step["advice"]
    assert worker.row("connections", c)["error_code"] == code


def test_an_address_with_too_much_behind_it(worker, dify):
    c = worker.connection(dify.url, dify.admin_key)
    wait_for_state(worker, c, "up")
    dify.fault("GET /console/api/apps", "status", 404, 9)
    job = worker.wait(worker.job("test_connection", {"connection_id": c}))
    step = steps_of(job)["reach"]
    assert not step["ok"] and "/apps" in step["advice"]
    assert len(steps_of(job)) == 1


def test_the_api_of_apps_must_be_there_as_well(worker, dify):
    dify.fault("GET /v1/parameters", "status", 404)
    c = worker.connection(dify.url, dify.admin_key)
    job = worker.wait(worker.job("test_connection", {"connection_id": c}))
    assert not job["result"]["ok"]
    step = steps_of(job)["run_right"]
    assert not step["ok"] and "/v1" in step["advice"] and step["detail"]


def test_what_is_no_dify(worker, llm):
    c = worker.connection(llm, "k")
    job = worker.wait(worker.job("test_connection", {"connection_id": c}))
    assert not steps_of(job)["version"]["ok"]
    assert "no Dify" in steps_of(job)["version"]["detail"]


# ---- the way there ----

def result_of_test(worker, connection, **way):
    for column, value in way.items():
        worker.sql(f"UPDATE connections SET {column} = ?,"
                   " updated_at = updated_at + 1 WHERE id = ?",
                   value, connection)
    job = worker.wait(worker.job("test_connection",
                                 {"connection_id": connection}))
    return job["result"]["ok"], steps_of(job)


def test_a_certificate_must_be_trusted(worker, dify, tmp_path):
    port = int(dify.url.rsplit(":", 1)[1])
    with TlsFront(tmp_path, port) as front:
        c = worker.connection(front.url, dify.admin_key)
        ok, steps = result_of_test(worker, c)
        assert not ok and list(steps) == ["tls"]
        assert "certificate" in steps["tls"]["detail"]
        ok, steps = result_of_test(worker, c, ca=front.certificate)
        assert ok and steps["sign_in"]["ok"]
        ok, steps = result_of_test(worker, c, ca=None)
        assert not ok and list(steps) == ["tls"]
        assert result_of_test(worker, c, insecure=1)[0]


def test_a_proxy_leads_there(worker, dify):
    """It is asked in place of the server."""
    c = worker.connection(dify.url, dify.admin_key)
    assert result_of_test(worker, c)[0]
    ok, steps = result_of_test(worker, c, proxy="http://127.0.0.1:1")
    assert not ok and list(steps) == ["reach"]


# ---- uploads ----

def upload(data, connection, dataset, name, content):
    uid = new_id()
    (data.path / "spool" / uid).write_bytes(content)
    data.insert("uploads", id=uid, connection_id=connection,
                dataset_id=dataset, filename=name, size=len(content),
                received=len(content), state="queued", created_at=now(),
                updated_at=now())
    return uid, data.job("forward", {"upload_id": uid})


def dataset_of(dify):
    return next(iter(dify.state()["datasets"].values()))


def test_a_file_is_forwarded_and_indexed(worker, any_dify):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    before = any_dify.state()["documents"]
    uid, job = upload(worker, c, dataset_of(any_dify), "Regeln für 2027.txt",
                      "Holiday: 30 days.\n".encode() * 5000)
    ended = worker.wait(job)
    assert ended["state"] == "succeeded", ended["error"]
    row = worker.row("uploads", uid)
    assert row["state"] == "completed" and row["document_id"]
    assert row["segments"] == row["total_segments"] > 0
    assert not (worker.path / "spool" / uid).exists()
    assert any_dify.state()["documents"] == before + 1
    states = [e["state"] for e in worker.events("upload")]
    assert states[0] == "forwarding" and states[-1] == "completed"
    assert worker.row("connections", c)["dataset_key"]


def test_the_key_is_made_once(connected, dify):
    data, c = connected
    keys = dify.state()["keys"]
    for i in range(3):
        _, job = upload(data, c, dataset_of(dify), f"k{i}.txt", b"text")
        assert data.wait(job)["state"] == "succeeded"
    assert dify.state()["keys"] <= keys + 1


@pytest.mark.parametrize("name, dataset", [
    ("picture.exe", None), ("a.txt", "00000000-0000-0000-0000-000000000000")])
def test_what_dify_does_not_take(connected, dify, name, dataset):
    data, c = connected
    uid, job = upload(data, c, dataset or dataset_of(dify), name, b"x" * 100)
    ended = data.wait(job)
    assert ended["error"]["code"] == "upload_refused"
    row = data.row("uploads", uid)
    assert row["state"] == "failed" and row["error"]
    assert (data.path / "spool" / uid).exists()


def test_a_killed_worker_sends_the_file_once(connected, dify):
    data, c = connected
    before = dify.state()["documents"]
    dify.fault("POST /v1/datasets/", "slow", 1)
    uid, job = upload(data, c, dataset_of(dify), "killed.txt", b"text " * 999)
    end = time.monotonic() + 5
    while data.row("uploads", uid)["state"] != "forwarding":
        assert time.monotonic() < end
        time.sleep(0.02)
    time.sleep(0.2)
    data.kill()
    data.start()
    data.forget_leases()
    assert data.wait(job, 30)["state"] == "succeeded"
    assert dify.state()["documents"] == before + 1


def test_the_worker_gives_signs_of_life(worker):
    end = time.monotonic() + 5
    while not worker.sql("SELECT 1 FROM facts WHERE key = 'worker_beat_at'"):
        assert time.monotonic() < end
        time.sleep(0.05)
