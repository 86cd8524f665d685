"""Who is next: users take turns, a model is asked by so many at once and left
alone when it wants that, and a busy one starves nobody."""
import requests

MOST_TESTS_AT_ONCE = 8  # worker/test_model.c


def started_before(data, job):
    """How many jobs were started before this one."""
    at = data.row("jobs", job)["started_at"]
    return data.sql("SELECT count(*) AS n FROM jobs WHERE started_at < ?",
                    at)[0]["n"]


def test_one_job_does_not_wait_for_fifty_of_another_user(data, llm):
    model = data.model(llm, model="sandbox-slow")
    many = [data.job("test_model", {"model_id": model}, user_id="busy")
            for _ in range(50)]
    data.start()
    data.until(lambda: data.row("jobs", many[0])["state"] != "queued")
    one = data.job("test_model", {"model_id": model}, user_id="other")
    data.wait(one, 60)
    waiting = data.sql("SELECT count(*) AS n FROM jobs WHERE user_id = 'busy'"
                       " AND state = 'queued'")[0]["n"]
    assert waiting >= 50 - 3 * MOST_TESTS_AT_ONCE
    assert started_before(data, one) <= 2 * MOST_TESTS_AT_ONCE
    for job in many:
        assert data.wait(job, 120)["state"] == "succeeded"


def ask(data, model, prompt="Summarise a text"):
    return data.job("generate", {"prompt": prompt, "model_id": model})


def test_one_model_is_asked_by_so_many_at_once(data, llm):
    data.env["LLM_CONCURRENCY"] = "3"
    slow = data.model(llm, model="sandbox-slow", name="slow")
    fast = data.model(llm, name="fast")
    many = [ask(data, slow) for _ in range(10)]
    data.start()
    seen = []

    def look():
        seen.append(data.sql(
            "SELECT count(*) AS n FROM jobs WHERE state = 'running'"
            " AND lane = ?", slow)[0]["n"])
        return all(data.row("jobs", j)["finished_at"] for j in many)

    data.until(lambda: data.row("jobs", many[0])["state"] != "queued")
    other = ask(data, fast)
    assert data.wait(other)["state"] == "succeeded"
    assert data.row("jobs", many[-1])["state"] == "queued"
    data.until(look, 120)
    assert max(seen) == 3
    assert {data.wait(j)["state"] for j in many} == {"succeeded"}


def test_a_busy_model_pauses_its_jobs_and_no_others(data, llm):
    """The first is told to come again in a second; the others, in hand or
    queued, do not even ask before."""
    requests.post(llm + "/_sandbox/faults", timeout=5, json={
        "kind": "status", "value": 429, "model": "sandbox-strong",
        "times": 1}).raise_for_status()
    data.env["LLM_CONCURRENCY"] = "1"
    busy = data.model(llm, model="sandbox-strong", name="busy")
    fast = data.model(llm, name="fast")
    jobs = [ask(data, busy) for _ in range(3)]
    data.start()
    data.until(lambda: data.sql("SELECT 1 FROM lanes"))
    lane = data.sql("SELECT * FROM lanes")[0]
    assert "429" in lane["why"] and lane["model_id"] == busy
    assert data.wait(ask(data, fast))["state"] == "succeeded"
    for job in jobs:
        ended = data.wait(job, 60)
        assert ended["state"] == "succeeded", ended["error"]
        assert ended["finished_at"] > lane["paused_until"]
    told = {e["id"] for e in data.events("job")
            if "429" in (e["progress"] or {}).get("trouble", "")
            and e["progress"].get("again_at", 0) >= lane["paused_until"]}
    assert told == set(jobs)


def test_a_job_that_never_ends_is_given_up(data, llm):
    """One that ends its worker each time would go on for ever."""
    model = data.model(llm)
    last, over = (data.job("test_model", {"model_id": model}, attempts=n)
                  for n in (29, 30))
    data.start()
    assert data.wait(last)["state"] == "succeeded"
    ended = data.wait(over)
    assert ended["state"] == "failed"
    assert ended["error"]["code"] == "given_up"
