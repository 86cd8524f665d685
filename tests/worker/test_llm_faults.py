"""A language model in trouble: each kind has its code, within the time limit;
the prompt and the best plan are kept, the worker stays small, and other jobs
go on."""
import json
import time
from email.utils import formatdate

import pytest
import requests
from conftest import PROMPTS

MB = 1024 * 1024
SHORT = 2  # seconds of silence that are borne


@pytest.fixture
def fault(llm):
    """Sets a rule of the sandbox; all are forgotten at the end."""
    def add(**rule):
        requests.post(llm + "/_sandbox/faults", json=rule,
                      timeout=5).raise_for_status()
    yield add
    requests.delete(llm + "/_sandbox/faults", timeout=5)


def start(data, llm, prompt="Summarise a text", **model):
    model.setdefault("name", f"planner {time.monotonic()}")
    planner = data.model(llm, **model)
    return data.job("generate", {"prompt": prompt, "model_id": planner})


def ask(data, llm, prompt="Summarise a text", seconds=30, **model):
    return data.wait(start(data, llm, prompt, **model), seconds)


def calls(llm):
    log = requests.get(llm + "/_sandbox/log", timeout=5).json()
    return log["calls"]


KINDS = {
    "silence before the answer": ("sandbox-wait", "model_timeout", "2 seconds"),
    "silence in the middle": ("sandbox-stall", "model_timeout", "2 seconds"),
    "cut in mid-token": ("sandbox-cut", "model_broken", "broke off"),
    "no completion": ("sandbox-garbage", "model_broken", "no chat completion"),
    "429": ("sandbox-429", "model_busy", "429"),
    "503": ("sandbox-503", "model_busy", "503"),
    "500": ("sandbox-500", "model_trouble", "500"),
    "502 with a page": ("sandbox-502", "model_trouble", "502"),
    "10 MB of prose": ("sandbox-prose", "answer_too_long", "far too long"),
    "50,000 times the same": ("sandbox-repeat", "answer_too_long",
                              "far too long"),
    "prose of some length": ("sandbox-chatter", "no_json", "no plan"),
    "a refusal": ("sandbox-refusal", "model_declined", "declined"),
    "content_filter": ("sandbox-filter", "model_declined", "declined"),
    "the output limit": ("sandbox-length", "cut_off", "output limit"),
    "a wrong key": ("sandbox-401", "model_key", "401"),
    "no money": ("sandbox-quota", "model_quota", "429"),
    "an unknown model": ("no-such-model", "model_unknown", "no-such-model"),
    "a context too small": ("sandbox-context", "model_context", "context"),
}
ONCE = {"model_timeout", "answer_too_long", "model_declined", "model_key",
        "model_quota", "model_unknown", "model_context"}


@pytest.mark.parametrize("kind", KINDS)
def test_each_trouble_has_its_code(worker, llm, kind):
    model, reason, words = KINDS[kind]
    prompt = f"Summarise a text, in spite of {kind}"
    before, begun = calls(llm), time.monotonic()
    silent = reason == "model_timeout"
    job = ask(worker, llm, prompt, 60, model=model,
              timeout_s=SHORT if silent else 30)
    assert job["state"] == "failed"
    assert job["error"]["code"] == "generation_failed"
    assert job["error"]["reason"] == reason, job["error"]
    assert words in job["error"]["message"]
    assert "<" not in job["error"]["message"]
    assert prompt in job["payload"]
    if reason in ONCE:
        assert calls(llm) - before <= 1
    if silent:
        assert time.monotonic() - begun < SHORT * 3
    if reason not in ("answer_too_long", "no_json", "cut_off"):
        row = worker.sql("SELECT last_ok, last_error FROM models")[0]
        assert row["last_ok"] == 0 and words in row["last_error"]


def test_prose_is_not_sent_back_whole(worker, llm):
    """A model is asked three times, but does not read all that it said; and
    what it said is kept once."""
    job = ask(worker, llm, model="sandbox-chatter")
    assert job["error"]["reason"] == "no_json"
    assert job["result"]["rounds"] > 1 and job["memo"] is None
    assert len(job["result"]["answer"]) == 20_000
    tokens = job["result"]["tokens"]
    assert tokens["prompt"] < tokens["completion"] / 2


def test_bytes_that_are_no_utf_8(worker, llm):
    """What could be read of them is judged like any other answer."""
    job = ask(worker, llm, PROMPTS["score-grade"]["prompt"],
              model="sandbox-utf8")
    assert job["error"]["reason"] in ("no_json", "invalid")
    assert "\ufffd" in job["result"]["answer"]


@pytest.mark.parametrize("model", ["sandbox-octets", "sandbox-chunks",
                                   "sandbox-think"])
def test_what_is_odd_but_can_be_read(worker, llm, model):
    job = ask(worker, llm, PROMPTS["score-grade"]["prompt"], model=model)
    assert job["state"] == "succeeded", job["error"]


def test_the_plan_before_the_trouble_is_kept(worker, llm, fault):
    """The first answer has mistakes; when the model is asked to mend them,
    its server is in trouble."""
    plan = {"name": "Kept", "mode": "workflow", "inputs": [], "outputs": [
        {"name": "out", "from": "say.text"}], "steps": [
            {"id": "say", "type": "llm", "title": "Say",
             "prompt": "Say {{nothing.at_all}}"}]}
    fault(kind="says", value=json.dumps(plan))
    fault(kind="status", value=500, times=0)
    job = ask(worker, llm)
    assert job["error"]["reason"] == "model_trouble"
    assert job["result"]["name"] == "Kept" and job["result"]["rounds"] == 2
    assert job["result"]["dsl"]["workflow"]["graph"]["nodes"]
    assert job["result"]["findings"]
    assert json.loads(job["result"]["answer"]) == plan


def test_half_a_plan_is_kept(worker, llm, fault):
    fault(kind="cut", value=200, times=0)
    job = ask(worker, llm, PROMPTS["mail-sorter"]["prompt"])
    assert job["error"]["reason"] == "model_broken"
    assert job["result"]["plan"]["steps"]
    assert job["result"]["dsl"] is not None
    assert len(job["result"]["answer"]) > 400


@pytest.mark.parametrize("after", ["1", "date"])
def test_retry_after_is_waited_for(worker, llm, fault, after):
    text = formatdate(time.time() + 2, usegmt=True) if after == "date" else "1"
    fault(kind="retry_after", value=text)
    begun = time.monotonic()
    job = ask(worker, llm)
    assert job["state"] == "succeeded", job["error"]
    assert time.monotonic() - begun >= 0.9


def test_a_wait_that_is_too_long_ends_it(worker, llm, fault):
    fault(kind="retry_after", value="3600", times=0)
    before = calls(llm)
    job = ask(worker, llm)
    assert job["error"]["reason"] == "model_busy"
    assert calls(llm) - before == 1


def test_a_wait_that_cannot_be_read_is_none(worker, llm, fault):
    fault(kind="retry_after", value="5abc")
    begun = time.monotonic()
    assert ask(worker, llm)["state"] == "succeeded"
    assert time.monotonic() - begun < 5


# ---- memory, and the others ----

def memory(pid, name):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return next(int(line.split()[1]) * 1024 for line in f
                    if line.startswith(name))


def forget_peak(pid):
    with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as f:
        f.write("5")


def test_the_worker_stays_small(worker, llm):
    """At its highest, and once the trouble is over."""
    pid = worker.worker.pid
    for name in ("score-grade", "mail-sorter", "ticket-hook"):
        ask(worker, llm, PROMPTS[name]["prompt"])
    for model in ("sandbox-prose", "sandbox-repeat", "sandbox-utf8",
                  "sandbox-garbage", "sandbox-stall", "sandbox-cut"):
        before = memory(pid, "VmRSS")
        forget_peak(pid)
        stall = model == "sandbox-stall"
        for job in [start(worker, llm, model=model,
                          timeout_s=1 if stall else 30)
                    for _ in range(4)]:
            worker.wait(job, 60)
        grown = [(memory(pid, name) - before) / MB
                 for name in ("VmHWM", "VmRSS")]
        print(f"{model}: {grown[0]:.1f} MB at most, {grown[1]:.1f} in the end")
        assert max(grown) <= 8, model


def test_other_jobs_go_on(worker, llm):
    stuck = [start(worker, llm, model=model, timeout_s=60)
             for model in ("sandbox-wait", "sandbox-stall")]
    loud = [start(worker, llm, model=model)
            for model in ("sandbox-prose", "sandbox-repeat")]
    fine = [start(worker, llm, PROMPTS["score-grade"]["prompt"])
            for _ in range(4)]
    for job in fine:
        assert worker.wait(job, 30)["state"] == "succeeded"
    for job in loud:
        assert worker.wait(job, 60)["state"] == "failed"
    for job in stuck:
        assert worker.row("jobs", job)["state"] == "running"
        worker.cancel(job)
    for job in stuck:
        assert worker.wait(job, 10)["state"] == "cancelled"
