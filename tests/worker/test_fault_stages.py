"""Runs and uploads while Dify is in trouble: nothing is lost or done twice,
and what stands in the way is told while it lasts."""
import json
import time

import pytest
from data import now
from flows import slow, upper
from test_connections import dataset_of, upload
from test_faults import FAULTS, lost_on_the_way, minute_over

RUN_STAGES = {"check": "GET /v1/parameters", "start": "POST /v1/workflows/run",
              "follow": "GET /v1/workflows/run"}
# Dify refused to begin: there is no run that a second try could find.
RUN_FINAL = {("start", "500"): "run_refused",
             ("check", "expired"): "dify_auth", ("start", "expired"): "dify_auth"}


@pytest.fixture
def signed_in(worker, dify):
    """A connection whose session can expire; the poller leaves it alone."""
    c = worker.connection(dify.url, dify.password, auth="password",
                          email=dify.email, next_check_at=now() + 600_000)
    return worker, c


# All where a run could be begun twice; elsewhere one of each sort.
SOME = ("500", "502", "429", "half", "cut", "expired")


@pytest.mark.parametrize("stage, fault", [
    (stage, fault) for stage in RUN_STAGES
    for fault in (FAULTS if stage == "start" else SOME)])
def test_a_run_in_trouble(signed_in, dify, stage, fault):
    """One run in Dify, or none where it refused to begin. A lost run is looked
    for during half a minute, which passes at once but for one fault."""
    data, c = signed_in
    w = data.workflow(upper(f"Run fault {stage} {fault}"))
    job = data.wait(data.job("deploy", {"connection_id": c}, w))
    assert job["state"] == "succeeded", job["error"]
    before = dify.state()["run_count"]
    if stage == "follow":
        dify.fault("POST /v1/workflows/run", "cut", 1)
    dify.fault(RUN_STAGES[stage], *FAULTS[fault])
    run, job = data.run(w, {"q": "abc"})
    shorten = fault != "502" and lost_on_the_way(data, job)
    ended = minute_over(data, job) if shorten else data.wait(job, 60)
    if (stage, fault) == ("follow", "expired"):
        assert ended["error"]["code"] == "dify_auth"
        assert data.row("runs", run)["status"] == "unknown"
        return
    want = RUN_FINAL.get((stage, fault))
    if want is None:
        assert ended["state"] == "succeeded", ended["error"]
        assert data.row("runs", run)["status"] == "succeeded"
        assert dify.state()["run_count"] == before + 1
    else:
        assert ended["error"]["code"] == want and ended["error"]["message"]
        assert data.row("runs", run)["status"] == "failed"
        assert dify.state()["run_count"] == before


UPLOAD_STAGES = {"send": "POST /v1/datasets/", "index": "GET /v1/datasets/"}
UPLOAD_FINAL = {("send", "500"): "upload_refused",
                ("send", "expired"): "dify_auth"}


@pytest.mark.parametrize("fault", SOME)
@pytest.mark.parametrize("stage", UPLOAD_STAGES)
def test_an_upload_in_trouble(signed_in, dify, stage, fault):
    data, c = signed_in
    before = dify.state()["documents"]
    dify.fault(UPLOAD_STAGES[stage], *FAULTS[fault])
    uid, job = upload(data, c, dataset_of(dify), f"{stage}-{fault}.txt",
                      b"some text\n" * 50)
    ended = data.wait(job, 60)
    want = UPLOAD_FINAL.get((stage, fault))
    if want is None:
        assert ended["state"] == "succeeded", ended["error"]
        assert data.row("uploads", uid)["state"] == "completed"
        assert dify.state()["documents"] == before + 1
    else:
        assert ended["error"]["code"] == want and ended["error"]["message"]
        assert dify.state()["documents"] == before


CODES = {"502": "dify_gateway", "503": "dify_busy", "429": "dify_busy",
         "html": "dify_garbled", "half": "dify_garbled", "cut": "dify_cut"}


@pytest.mark.parametrize("fault", CODES)
def test_trouble_has_a_code(signed_in, dify, fault):
    data, c = signed_in
    w = data.workflow(upper(f"Code {fault}"))
    assert data.wait(data.job("deploy", {"connection_id": c}, w))["result"]
    dify.fault("GET /v1/parameters", *FAULTS[fault], times=2)
    _, job = data.run(w, {"q": "abc"})
    told = set()
    while data.row("jobs", job)["state"] in ("queued", "running"):
        progress = json.loads(data.row("jobs", job)["progress"] or "{}")
        told |= {progress.get("trouble_code")} - {None}
        time.sleep(0.02)
    assert told == {CODES[fault]}
    assert data.row("jobs", job)["state"] == "succeeded"


def progress_of(data, job):
    return json.loads(data.row("jobs", job)["progress"] or "{}")


def test_a_start_in_doubt_is_told(signed_in, dify):
    data, c = signed_in
    w = data.workflow(upper("In doubt"))
    assert data.wait(data.job("deploy", {"connection_id": c}, w))["result"]
    dify.fault("POST /v1/workflows/run", *FAULTS["html"])
    _, job = data.run(w, {"q": "abc"})
    data.until(lambda: "trouble_code" in progress_of(data, job), 10)
    told = progress_of(data, job)
    assert (told["phase"], told["trouble_code"]) == ("find", "dify_garbled")
    assert now() + 20_000 < told["again_at"] < now() + 31_000
    assert minute_over(data, job)["state"] == "succeeded"


@pytest.mark.parametrize("fault", ["POST /v1/workflows/run",
                                   "GET /v1/workflows/run"])
def test_trouble_that_is_over_is_not_told(signed_in, dify, fault):
    """Of a start, while the run goes on; of a run that is followed."""
    data, c = signed_in
    w = data.workflow(slow(4, f"Over {fault}"))
    assert data.wait(data.job("deploy", {"connection_id": c}, w))["result"]
    if fault.startswith("GET"):
        dify.fault("POST /v1/workflows/run", "cut", 1)
    dify.fault(fault, "status", 429)
    run, job = data.run(w, {"q": "abc"})
    data.until(lambda: "trouble_code" in progress_of(data, job), 10)
    data.until(lambda: "trouble_code" not in progress_of(data, job), 5)
    assert data.row("runs", run)["status"] == "running"
    assert data.wait(job, 30)["state"] == "succeeded"


def test_not_found_by_a_web_server_is_no_lost_run(signed_in, dify):
    data, c = signed_in
    w = data.workflow(slow(2, "Not found"))
    assert data.wait(data.job("deploy", {"connection_id": c}, w))["result"]
    dify.fault("POST /v1/workflows/run", "cut", 1)
    _, job = data.run(w, {"q": "abc"})
    data.until(lambda: progress_of(data, job).get("phase") == "follow", 20)
    dify.fault("GET /v1/workflows/run", "status", 404, 2)
    assert minute_over(data, job)["state"] == "succeeded"


@pytest.mark.parametrize("ran", [False, True], ids=["first", "again"])
def test_runs_and_uploads_while_dify_is_stopped(worker, dify_alone, ran):
    """They wait for it, tell so, and go on when it is back; a run of an app
    whose form is known is sent at once, each time anew."""
    data, server = worker, dify_alone
    c = data.connection(server.url, server.admin_key)
    dataset = dataset_of(server)
    w = data.workflow(upper("While stopped"))
    assert data.wait(data.job("deploy", {"connection_id": c}, w))["result"]
    if ran:
        assert data.wait(data.run(w, {"q": "abc"})[1])["result"]
    server.stop()
    run, run_job = data.run(w, {"q": "abc"})
    uid, upload_job = upload(data, c, dataset, "stopped.txt", b"text " * 99)
    for job in (run_job, upload_job):
        data.until(lambda j=job: "trouble_code" in (
            data.row("jobs", j)["progress"] or ""), 20)
        progress = json.loads(data.row("jobs", job)["progress"])
        assert progress["trouble_code"] == "dify_away"
        assert progress["again_at"] > now() - 60_000
    data.until(lambda: json.loads(
        data.row("jobs", run_job)["memo"] or "{}").get("tries", 0) > 3, 30)
    server.start()
    assert data.wait(run_job, 60)["result"]["outputs"] == {"out": "ABC"}
    assert data.wait(upload_job, 60)["state"] == "succeeded"
    assert data.row("uploads", uid)["state"] == "completed"
