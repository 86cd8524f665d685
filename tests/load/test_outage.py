"""Dify is stopped for a minute while work comes in: it waits, says so, and is
done when Dify is back, by itself."""
import time

from lib import dsl
from lib.servers import wait_for
from lib.world import world

SECONDS = 60


def connection_state(made):
    (connection,) = made.api.get("/api/connections")["items"]
    return connection["state"]


def test_a_minute_without_dify():
    with world() as made:
        kept = made.api.create(dsl.small("Kept")).json()["id"]
        drafts = [made.api.create(dsl.small(f"Outage {n}"),
                                  deploy=False).json()["id"]
                  for n in range(4)]
        made.stop_dify()
        began = time.monotonic()
        runs = [made.api.post(f"/api/workflows/{kept}/run",
                              {"inputs": {"q": f"run {n}"}}, 202).json()
                for n in range(4)]
        deploys = [made.api.post(f"/api/workflows/{w}/deploy", {}, 202).json()
                   for w in drafts]
        jobs = [r["job"]["id"] for r in runs] + [
            d["job"]["id"] for d in deploys]
        wait_for(lambda: connection_state(made) == "unknown", 40,
                 "the connection shows it")
        for job in jobs:
            told = wait_for(lambda j=job: made.api.get(f"/api/jobs/{j}")[
                "progress"].get("trouble_code"), 30, "the trouble is told")
            assert told == "dify_away"
        time.sleep(max(0, SECONDS - (time.monotonic() - began)))
        for job in jobs:
            told = made.api.get(f"/api/jobs/{job}")
            assert told["state"] == "running"
            assert told["progress"]["trouble_code"] == "dify_away"
        made.start_dify()
        for job in jobs:
            assert made.api.job(job, 150)["state"] == "succeeded"
        wait_for(lambda: connection_state(made) == "up", 120, "it is up again")
        for n in range(4):
            assert made.apps_named(f"Outage {n}") == 1
        listed = made.api.get(f"/api/runs?workflow_id={kept}")["items"]
        assert [r["status"] for r in listed] == ["succeeded"] * 4
