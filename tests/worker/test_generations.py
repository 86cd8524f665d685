"""Each generation leaves a row and is counted, however it ended."""
import json
import time

from conftest import PROMPTS


def generate(data, llm, prompt="Summarise a text", **model):
    model.setdefault("name", f"planner {time.monotonic()}")
    planner = data.model(llm, **model)
    job = data.job("generate", {"prompt": prompt, "model_id": planner})
    return job, data.wait(job, 60)


def row_of(data, job):
    rows = data.sql("SELECT * FROM generations WHERE job_id = ?", job)
    assert len(rows) == 1
    row = dict(rows[0])
    for name in ("phases", "fixes", "findings"):
        row[name] = json.loads(row[name])
    return row


def metrics(data):
    """The names that the worker has counted under."""
    return (data.path / "metrics-3.shm").read_bytes()


def test_a_good_one(worker, llm):
    job, ended = generate(worker, llm, PROMPTS["ticket-hook"]["prompt"],
                          name="priced", price_in=2, price_out=4,
                          currency="CNY")
    assert ended["state"] == "succeeded", ended["error"]
    result, row = ended["result"], row_of(worker, job)
    assert (row["engine"], row["model"], row["result"], row["stage"]) == (
        "studio", "priced", "ok", "done")
    assert row["request"] == PROMPTS["ticket-hook"]["prompt"]
    assert row["prompt_version"] == result["prompt_version"]
    assert len(row["prompt_hash"]) == 16
    assert row["prompt_tokens"] == result["tokens"]["prompt"] > 0
    cost = (2 * row["prompt_tokens"] + 4 * row["completion_tokens"]) / 1e6
    assert abs(row["cost"] - cost) < 1e-9 and row["currency"] == "CNY"
    assert result["cost"] == {"amount": row["cost"], "currency": "CNY"}
    assert sum(row["fixes"].values()) == len(result["fixes"])
    assert sum(row["findings"].values()) == len(result["findings"])
    assert {p["phase"] for p in row["phases"]} >= {"ask", "repair", "build"}
    assert row["answer"] == result["answer"] and row["rounds"] == 1
    assert row["finished_at"] >= row["started_at"] > 0
    for label in (b'engine="studio",model="priced",stage="done",result="ok"',
                  b'model="priced",direction="prompt"', b'model="priced"'):
        assert label in metrics(worker)


def test_fixes_are_counted_once_and_findings_when_left_open(worker, llm):
    names = [n for n in PROMPTS if (n in ("leave-approval", "faq-chat",
                                          "ticket-hook", "policy-desk"))]
    rows = [row_of(worker, generate(worker, llm, PROMPTS[n]["prompt"])[0])
            for n in names]
    fixed = {code for r in rows for code in r["fixes"]}
    assert fixed
    for code in fixed:
        assert f'code="{code}"'.encode() in metrics(worker)


def test_a_failed_one(worker, llm):
    job, _ = generate(worker, llm, model="sandbox-401", name="locked")
    row = row_of(worker, job)
    assert (row["result"], row["stage"], row["cost"]) == (
        "model_key", "ask", None)
    assert (b'model="locked",stage="ask",result="model_key"'
            in metrics(worker))


def test_a_cancelled_one_and_one_without_a_model(worker, llm):
    planner = worker.model(llm, model="sandbox-stall")
    job = worker.job("generate", {"prompt": "x", "model_id": planner})
    while "ask" not in (worker.row("jobs", job)["memo"] or ""):
        time.sleep(0.02)
    worker.cancel(job)
    worker.wait(job, 5)
    assert row_of(worker, job)["result"] == "cancelled"
    job = worker.job("generate", {"prompt": "x", "model_id": "none"})
    worker.wait(job, 5)
    row = row_of(worker, job)
    assert (row["result"], row["model"], row["answer"]) == (
        "model_not_found", "", "")


def test_a_long_answer_is_cut(worker, llm):
    job, _ = generate(worker, llm, model="sandbox-repeat")
    row = row_of(worker, job)
    assert row["result"] == "answer_too_long"
    assert len(row["answer"]) == 65536
