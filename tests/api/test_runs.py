"""/api/runs: what ran and what each node did."""
import json

NOBODY = "0" * 20


def run_of(studio):
    w = studio.deployed()
    answer = studio("POST", f"/api/workflows/{w}/run", {"inputs": {"a": 1}})
    return w, answer.json["run_id"], answer.json["job"]["id"]


def test_reading_a_run_with_its_nodes(studio):
    w, run, _ = run_of(studio)
    studio.sql("UPDATE runs SET status = 'failed', error = 'boom', outputs ="
               " '{\"x\":[1]}', elapsed_ms = 12, total_tokens = 0,"
               " total_steps = 2, dify_run_id = 'r', started_at = 3,"
               " finished_at = 4")
    for i, status in enumerate(("succeeded", "failed")):
        studio.sql("INSERT INTO run_nodes VALUES (?, ?, ?, 'T', 'llm', ?,"
                   " '{\"q\":1}', NULL, NULL, 5, 6, 'loop', ?, 7)", run,
                   f"e{i}", f"n{i}", status, i)
    got = studio("GET", f"/api/runs/{run}", role="viewer").json
    assert got["inputs"] == {"a": 1} and got["outputs"] == {"x": [1]}
    assert (got["status"], got["error"]) == ("failed", "boom")
    assert (got["total_tokens"], got["total_steps"]) == (0, 2)
    assert [n["node_id"] for n in got["nodes"]] == ["n0", "n1"]
    assert got["nodes"][0]["inputs"] == {"q": 1}
    assert got["nodes"][0]["outputs"] is None
    assert [(n["parent"], n["round"], n["tokens"]) for n in got["nodes"]] == [
        ("loop", 0, 7), ("loop", 1, 7)]
    assert studio("GET", f"/api/runs/{NOBODY}").code == "run_not_found"


def test_lists(studio):
    w, run, _ = run_of(studio)
    second = studio("POST", f"/api/workflows/{w}/run").json["run_id"]
    page = studio("GET", f"/api/runs?workflow_id={w}&limit=1").json
    assert [r["id"] for r in page["items"]] == [second]
    assert "nodes" not in page["items"][0]
    rest = studio("GET", f"/api/runs?after={page['next']}").json
    assert [r["id"] for r in rest["items"]] == [run] and rest["next"] is None
    assert studio("GET", f"/api/runs?workflow_id={NOBODY}").json["items"] == []


def test_stopping_one_that_has_not_begun(studio):
    w, run, job = run_of(studio)
    answer = studio("POST", f"/api/runs/{run}/stop", role="editor")
    assert answer.status == 202 and answer.json["job"]["state"] == "cancelled"
    assert studio("GET", f"/api/runs/{run}").json["status"] == "stopped"
    assert studio("GET", f"/api/workflows/{w}").json["last_status"] == "stopped"
    again = studio("POST", f"/api/runs/{run}/stop")
    assert (again.status, again.code) == (409, "run_ended")
    assert studio("POST", f"/api/runs/{NOBODY}/stop").code == "run_not_found"


def test_stopping_one_that_runs_asks_the_worker(studio):
    _, run, job = run_of(studio)
    studio.sql("UPDATE jobs SET state = 'running'")
    answer = studio("POST", f"/api/runs/{run}/stop")
    assert answer.status == 202 and answer.json["job"]["cancel"] is True
    assert studio.sql("SELECT cancel FROM jobs WHERE id = ?",
                      job)[0]["cancel"] == 1


def test_a_run_that_is_called_off_tells_those_who_watch(studio):
    _, run, job = run_of(studio)
    studio("POST", f"/api/jobs/{job}/cancel")
    events = [json.loads(r["data"]) for r in studio.sql(
        "SELECT data FROM events WHERE kind = 'run'")]
    assert events[-1]["id"] == run and events[-1]["status"] == "stopped"
