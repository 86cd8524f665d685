"""Generations whose model takes one at a time wait without a sound."""
import os
import time

from test_llm_faults import fault, start  # noqa: F401


def seconds_of(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_full_lane_costs_nothing(worker, llm, fault):  # noqa: F811
    fault(kind="stall", value=6, times=0)
    planner = worker.model(llm, name="narrow", at_once=1)
    ids = [worker.job("generate", {"prompt": "x", "model_id": planner})
           for _ in range(8)]
    worker.until(lambda: any(
        worker.row("jobs", i)["state"] == "running" for i in ids))
    before = seconds_of(worker.worker.pid)
    time.sleep(2)
    assert seconds_of(worker.worker.pid) - before < 1
    assert sum(worker.row("jobs", i)["state"] == "queued" for i in ids) == 7
