"""The 20 prompts and their plans agree: every run gives what it lists."""
import json
from collections import Counter
from pathlib import Path

import pytest

from lib.planrun import PlanRun
from lib.prompts import load, matches, with_base
from llm import planner

BASE = "http://sandbox.test"
ROWS = load()
RUNS = [(row, run) for row in ROWS for run in row["runs"]]
TYPES = ("llm", "if-else", "question-classifier", "code",
         "template-transform", "http-request", "knowledge-retrieval",
         "answer")


def plan_of(name):
    return json.loads(planner.load(name, True, BASE))


def steps_of(steps):
    """All steps, also those inside of parts."""
    for step in steps:
        yield step
        for part in (*step.get("cases", ()), *step.get("classes", ()),
                     step.get("else", {})):
            yield from steps_of(part.get("do", ()))


def splits(name):
    return [s for s in steps_of(plan_of(name)["steps"])
            if s["type"] in ("if-else", "question-classifier")]


def test_the_set_is_complete():
    assert len(ROWS) == 20
    assert len({r["id"] for r in ROWS}) == 20
    used = Counter(t for r in ROWS for t in r["node_types"])
    assert all(used[t] >= 2 for t in TYPES), used
    assert set(used) == set(TYPES)
    assert Counter(r["lang"] for r in ROWS) == {"en": 10, "zh": 10}
    assert sum(bool(r["flaw"]) for r in ROWS) == 10
    files = {p.stem for p in planner.PLANS.glob("*.txt")}
    assert files == {r["id"] for r in ROWS if r["flaw"]}


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["id"])
def test_the_line_describes_the_plan(row):
    plan = plan_of(row["id"])
    types = {s["type"] for s in steps_of(plan["steps"])} - {"end"}
    assert types == set(row["node_types"])
    assert plan["mode"] == row["mode"]
    assert [i["name"] for i in plan["inputs"]] == row["inputs"]
    assert planner.find("Make this: " + row["prompt"]) == row["id"]


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["id"])
def test_there_is_a_run_for_each_way(row):
    ways = 1
    for split in splits(row["id"]):
        ways += len(split.get("cases", split.get("classes"))) - (
            0 if split["type"] == "if-else" else 1)
    assert len(row["runs"]) >= ways
    assert len({r["branch"] for r in row["runs"]}) == len(row["runs"])


@pytest.mark.parametrize("row,run", RUNS,
                         ids=lambda v: v.get("id") or v.get("branch"))
def test_a_run_gives_what_it_lists(row, run):
    run = with_base(run, BASE)
    plan = plan_of(row["id"])
    got = PlanRun(plan, run["inputs"], run.get("query")).outputs()
    assert set(run["outputs"]) <= set(row["outputs"])
    assert matches(run["outputs"], got) == []


def test_flawed_answers_differ_from_the_good_plan():
    for row in ROWS:
        if not row["flaw"]:
            continue
        text = planner.load(row["id"], False, BASE)
        try:
            parsed = json.loads(text)
        except ValueError:
            continue
        assert parsed != plan_of(row["id"])


def test_the_data_file_lies_where_it_is_documented():
    assert planner.PROMPTS == Path(__file__).parents[1] / "data" / \
        "prompts.jsonl"
