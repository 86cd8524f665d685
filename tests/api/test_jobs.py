"""/api/jobs: listing, waiting for an end, calling off."""
import time

NOBODY = "0" * 20


def job_of(studio):
    m = studio.model()
    return studio("POST", f"/api/models/{m['id']}/test").json["job"]["id"]


def test_reading_does_not_wait(studio):
    job = job_of(studio)
    start = time.monotonic()
    answer = studio("GET", f"/api/jobs/{job}", role="viewer")
    assert time.monotonic() - start < 5
    assert answer.json["state"] == "queued"
    assert answer.json["request"] is not None
    assert studio("GET", f"/api/jobs/{NOBODY}").code == "job_not_found"
    assert studio("GET", f"/api/jobs/{NOBODY}",
                  headers={"Prefer": "wait=5"}).code == "job_not_found"


def test_waiting_for_the_end(studio):
    job = job_of(studio)
    child = studio.begin("GET", f"/api/jobs/{job}",
                         headers={"Prefer": "wait=20"})
    time.sleep(0.3)
    assert child.poll() is None
    start = time.monotonic()
    studio.end_job(job, "succeeded", {"ok": True})
    answer = studio.finish(child)
    assert time.monotonic() - start < 10
    assert answer.json["result"] == {"ok": True}
    assert answer.json["state"] == "succeeded"


def test_the_wait_has_an_end(studio):
    job = job_of(studio)
    start = time.monotonic()
    answer = studio("GET", f"/api/jobs/{job}", headers={"Prefer": "wait=1"})
    assert 0.9 < time.monotonic() - start < 10
    assert answer.status == 200 and answer.json["state"] == "queued"


def test_a_touch_that_gets_lost_costs_a_second(studio):
    job = job_of(studio)
    child = studio.begin("GET", f"/api/jobs/{job}",
                         headers={"Prefer": "wait=20"})
    time.sleep(0.2)
    studio.sql("UPDATE jobs SET state = 'failed', error ="
               " '{\"code\":\"x\",\"message\":\"y\"}'")
    start = time.monotonic()
    assert studio.finish(child).json["state"] == "failed"
    assert time.monotonic() - start < 10


def test_lists(studio):
    first = job_of(studio)
    m = studio("GET", "/api/models").json["items"][0]["id"]
    second = studio("POST", f"/api/models/{m}/test").json["job"]["id"]
    studio.end_job(first, "succeeded", {"big": 1})

    def ids(query=""):
        return [j["id"] for j in
                studio("GET", "/api/jobs" + query).json["items"]]

    assert ids() == [second, first]
    assert ids("?state=queued") == [second]
    assert ids("?kind=test_model&limit=1") == [second]
    assert ids("?kind=deploy") == []
    assert ids(f"?after={second}") == [first]
    page = studio("GET", "/api/jobs?limit=1").json
    assert page["next"] == second
    assert studio("GET", "/api/jobs").json["items"][1]["result"] is None
    assert studio("GET", "/api/jobs?state=done").pointers == [
        ("?state", "not_allowed")]


def test_calling_off(studio):
    job = job_of(studio)
    path = f"/api/jobs/{job}/cancel"
    assert studio("POST", path, role="editor").json["state"] == "cancelled"
    again = studio("POST", path)
    assert (again.status, again.code) == (409, "job_ended")
    assert studio("POST", f"/api/jobs/{NOBODY}/cancel").code == "job_not_found"


def test_calling_off_one_that_runs_asks_the_worker(studio):
    job = job_of(studio)
    studio.sql("UPDATE jobs SET state = 'running'")
    answer = studio("POST", f"/api/jobs/{job}/cancel")
    assert answer.json["state"] == "running" and answer.json["cancel"] is True


def test_calling_off_while_another_program_writes(studio):
    job = job_of(studio)
    with studio.locked():
        child = studio.begin("POST", f"/api/jobs/{job}/cancel")
        time.sleep(0.5)
        assert child.poll() is None
    assert studio.finish(child).json["state"] == "cancelled"
