"""Who is next: users take turns, and a busy one starves nobody."""

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
