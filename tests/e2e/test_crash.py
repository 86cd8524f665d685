"""kill -9 of whatever does the work: every accepted job ends once, and Dify
holds one app for each deploy."""
import contextlib
import threading

import pytest
import requests

from lib import dsl as dsl_of
from lib import procs
from lib.client import JOB_ENDS
from lib.prompts import load, matches
from lib.servers import wait_for

ROW = next(r for r in load() if r["id"] == "score-grade")
VICTIMS = {"worker": "dify-studio-worker", "generate": "generate-dsl",
           "create": "workflow-create", "jobs": "jobs.fcgi",
           "start": "start.fcgi",
           "lighttpd": "lighttpd"}
TOUCH = (("DELETE", "/api/workflows/generate-dsl"),
         ("POST", "/api/workflows"), ("DELETE", "/api/jobs"),
         ("POST", "/api/models/0/test"))
IMPORT = "POST /console/api/apps/imports"
WRITES = "POST /console/api/apps/"  # of a deploy: import, publish, key ...
MANY = 50


def back(own):
    """Waits until the studio answers again."""
    wait_for(own.studio.client.healthy, 15, "the studio is back")


def kill(own, victim):
    """The web server starts an endpoint that was killed when it is asked for
    the next time, so each is asked first."""
    for method, path in TOUCH:
        wait_for(lambda m=method, p=path: own.api.call(m, p)
                 .status_code in (400, 404, 405, 415), 10, path)
    own.studio.kill(VICTIMS[victim])
    back(own)


def ended(own, job_id):
    """The job's one final state, seen twice."""
    def look():
        try:
            job = own.api.get(f"/api/jobs/{job_id}", want=None)
        except (requests.RequestException, ValueError):
            return None
        return job if job.get("state") in JOB_ENDS else None

    job = wait_for(look, 100, f"job {job_id} ends")
    again = own.api.get(f"/api/jobs/{job_id}")
    assert again["finished_at"] == job["finished_at"]
    assert again["state"] == job["state"]
    return job


def running(own, job_id):
    wait_for(lambda: own.api.get(f"/api/jobs/{job_id}")["state"] == "running",
             10, "the job runs")


@pytest.mark.parametrize("victim", VICTIMS)
def test_during_a_generation(own, victim):
    own.llm.heal()
    own.llm.fault(match=ROW["prompt"], kind="slow", value=0.01, times=0)
    job_id = own.api.generate(ROW["prompt"], 202, {
        "Prefer": "respond-async"}).headers["X-Job-Id"]
    running(own, job_id)
    kill(own, victim)
    own.llm.heal()
    job = ended(own, job_id)
    assert job["state"] == "succeeded", job["error"]
    assert dsl_of.inputs(job["result"]["dsl"]) == ROW["inputs"]


def writes_begun(own):
    """How many of the slowed calls of a deploy have reached Dify."""
    return MANY - own.dify.faults()[0]["times"]


@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("write", [1, 2, 3])
def test_during_a_deploy(own, victim, write):
    own.dify.heal()
    name = f"Killed {victim} at write {write}"
    made = own.api.create(dsl_of.small(name), deploy=False).json()
    own.dify.fault(match=WRITES, kind="slow", value=1, times=MANY)
    job_id = own.api.post(f"/api/workflows/{made['id']}/deploy", {},
                          202).headers["X-Job-Id"]
    wait_for(lambda: writes_begun(own) >= write, 15, f"write {write}")
    kill(own, victim)
    own.dify.heal()
    job = ended(own, job_id)
    assert job["state"] == "succeeded", job["error"]
    assert own.apps_named(name) == 1
    assert own.api.workflow(made["id"])["last_status"] == "deployed"
    assert own.api.run(made["id"], {"q": "x"})["outputs"] == {"out": "x"}


@pytest.mark.parametrize("victim", ["create", "worker", "lighttpd"])
def test_during_a_create(own, victim):
    """The caller who waits loses the connection or not; what was accepted
    is in Dify once."""
    own.dify.heal()
    name = f"Created under {victim}"
    own.dify.fault(match=IMPORT, kind="slow", value=2)
    answer = own.api.create(dsl_of.small(name), 202,
                            headers={"Prefer": "respond-async"})
    job_id = answer.headers["X-Job-Id"]
    running(own, job_id)
    kill(own, victim)
    assert ended(own, job_id)["state"] == "succeeded"
    assert own.apps_named(name) == 1


@pytest.mark.parametrize("victim", ["worker", "jobs", "lighttpd"])
def test_during_a_run(own, victim):
    """A run is started in Dify once, whatever dies."""
    own.dify.heal()
    made = own.api.create(dsl_of.small(f"Run under {victim}")).json()
    before = own.dify.state()["run_count"]
    own.dify.fault(match="POST /v1/workflows/run", kind="slow", value=2)
    answer = own.api.post(f"/api/workflows/{made['id']}/run",
                          {"inputs": {"q": "7"}}, 202)
    running(own, answer.headers["X-Job-Id"])
    kill(own, victim)
    ended(own, answer.headers["X-Job-Id"])
    run = own.api.get(f"/api/runs/{answer.json()['run_id']}")
    assert run["status"] == "succeeded", run["error"]
    assert matches({"out": "7"}, run["outputs"]) == []
    assert own.dify.state()["run_count"] == before + 1


@pytest.mark.parametrize("victim", ["start", "worker", "lighttpd"])
def test_during_a_run_that_is_waited_for(own, victim):
    """It is done where its caller waits; whoever dies, it is not begun again
    and somebody goes on with it."""
    own.dify.heal()
    made = own.api.create(dsl_of.small(f"Waited for under {victim}")).json()
    before = own.dify.state()["run_count"]
    own.dify.fault(match="POST /v1/workflows/run", kind="slow", value=2)

    def wait():
        with contextlib.suppress(requests.RequestException):
            requests.post(
                f"{own.api.url}/api/workflows/{made['id']}/run",
                json={"inputs": {"q": "7"}}, timeout=30,
                headers={**own.api.http.headers, "Prefer": "wait=20"})

    caller = threading.Thread(target=wait)
    caller.start()
    run = wait_for(lambda: own.api.get(
        f"/api/runs?workflow_id={made['id']}")["items"], 10, "a run")[0]
    running(own, run["job_id"])
    kill(own, victim)
    assert ended(own, run["job_id"])["state"] == "succeeded"
    caller.join(30)
    assert own.api.get(f"/api/runs/{run['id']}")["outputs"] == {"out": "7"}
    assert own.dify.state()["run_count"] == before + 1


def test_everything_killed_at_once_and_started_again(own):
    """The whole studio, -9, with five generations and three deploys open."""
    own.llm.heal()
    own.dify.heal()
    own.llm.fault(kind="slow", value=0.01, match=ROW["prompt"], times=0)
    jobs = [own.api.generate(ROW["prompt"], 202, {
        "Prefer": "respond-async"}).headers["X-Job-Id"] for _ in range(5)]
    own.dify.fault(match=IMPORT, kind="slow", value=1, times=3)
    for n in range(3):
        jobs.append(own.api.create(
            dsl_of.small(f"All killed {n}"), 202,
            headers={"Prefer": "respond-async"}).headers["X-Job-Id"])
    running(own, jobs[0])
    family = own.studio.processes()
    own.studio.child.kill()
    for p in family:
        p.kill()
    own.studio.child.wait()
    procs.bury(family)
    own.studio.start()
    own.llm.heal()
    for job_id in jobs:
        assert ended(own, job_id)["state"] == "succeeded"
    for n in range(3):
        assert own.apps_named(f"All killed {n}") == 1
