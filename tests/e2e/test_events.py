"""Server-Sent Events: what a page sees while work is done."""
import requests

from lib import dsl as dsl_of
from lib.prompts import load
from lib.servers import wait_for
from lib.watch import Watch

ROW = next(r for r in load() if r["id"] == "mail-sorter")


def generate_events(watch, job_id):
    return [e for e in watch.of("generate") if e["job_id"] == job_id]


def test_a_generation_is_seen_phase_by_phase(healed):
    healed.llm.fault(match=ROW["prompt"], kind="slow", value=0.005)
    with Watch(healed.api) as watch:
        answer = healed.api.generate(ROW["prompt"])
        job_id = answer.headers["X-Job-Id"]
        wait_for(lambda: any(e["phase"] == "done" for e in
                             generate_events(watch, job_id)), 5, "done")
        seen = generate_events(watch, job_id)
    phases = list(dict.fromkeys(e["phase"] for e in seen))
    known = ["assemble", "ask", "extract", "repair", "validate", "build",
             "preview", "done"]
    assert "ask" in phases and phases[-1] == "done"
    assert phases == [p for p in known if p in phases]
    counts = [len(e["nodes"]) for e in seen if e["phase"] == "ask"]
    assert counts == sorted(counts)
    assert len(set(counts)) >= 3, "steps show while the answer streams"


def test_two_pages_see_the_same(healed):
    with Watch(healed.api) as one, Watch(healed.api) as two:
        job_id = healed.api.generate(ROW["prompt"]).headers["X-Job-Id"]
        for watch in (one, two):
            wait_for(lambda w=watch: any(
                e.get("id") == job_id and e["state"] == "succeeded"
                for e in w.of("job")), 5, "the end of the job")
        ids = [[i for _, i, _, data in w.events
                if job_id in (data.get("job_id"), data.get("id"))]
               for w in (one, two)]
    assert ids[0] == ids[1]


def test_nothing_is_missed_after_a_break(healed):
    with Watch(healed.api) as watch:
        healed.api.create(dsl_of.small("Before the break"))
        wait_for(lambda: watch.events, 5, "an event")
        last = watch.events[-1][1]
    made = healed.api.create(dsl_of.small("During the break")).json()
    with Watch(healed.api, last) as watch:
        wait_for(lambda: any(e.get("workflow_id") == made["id"] or
                             e.get("id") == made["id"]
                             for _, _, _, e in watch.events), 5,
                 "the event of the time between")
        assert all(int(i) > int(last) for _, i, _, _ in watch.events if i)


def test_a_run_is_seen_node_by_node(healed):
    made = healed.api.create(dsl_of.small("Watched")).json()
    with Watch(healed.api) as watch:
        run = healed.api.run(made["id"], {"q": "1"})
        wait_for(lambda: any(e.get("status") == "succeeded" and
                             run["id"] in e.values()
                             for e in watch.of("run")), 5, "end of the run")
        nodes = [e for e in watch.of("node") if e["run_id"] == run["id"]]
    assert {n["node_id"] for n in nodes} == {
        n["node_id"] for n in run["nodes"]}


def test_nobody_listens_without_signing_in(healed):
    answer = requests.get(healed.studio.url + "/api/events", timeout=5)
    assert answer.status_code == 401
