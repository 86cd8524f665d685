"""Recorded answers, each with one defect, through the whole generation."""
import json
from pathlib import Path

import pytest

from lib import dsl as dsl_of
from lib.world import world

FILE = Path(__file__).parents[1] / "data" / "answers" / "recorded.jsonl"
ROUNDS = FILE.with_name("rounds.jsonl")
ROWS = [json.loads(line) for line in open(FILE, encoding="utf-8")]


@pytest.fixture(scope="module")
def recorded():
    with world(llm_options=("--answers", str(FILE), "--answers", str(ROUNDS))) as made:
        yield made


def test_there_are_enough():
    assert len(ROWS) >= 120
    assert sum(r["state"] == "failed" for r in ROWS) >= 15


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["id"])
def test_answer_ends_as_its_line_says(recorded, row):
    recorded.llm.heal()
    recorded.llm.fault(kind="chunks", times=0)
    answer = recorded.api.generate(row["prompt"], want=(200, 422))
    job = recorded.api.get(f"/api/jobs/{answer.headers['X-Job-Id']}")
    assert job["state"] == row["state"], job["error"]
    if row["state"] == "failed":
        assert answer.json()["code"] == "generation_failed"
        assert answer.json()["findings"] or answer.json()["reason"]
        return
    dsl = answer.json()
    assert set(row["types"]) <= dsl_of.types(dsl)
    assert dsl_of.inputs(dsl) == row["inputs"]
    if row["outputs"]:
        assert dsl_of.outputs(dsl) == row["outputs"]
    assert dsl_of.problems(dsl) == []


@pytest.mark.parametrize("row", map(json.loads, open(ROUNDS, encoding="utf-8")), ids=lambda r: r["id"])
def test_rounds_end_as_their_line_says(recorded, row):
    recorded.llm.heal()
    recorded.llm.fault(kind="chunks", times=0)
    answer = recorded.api.generate(row["prompt"], want=(200, 422))
    job = recorded.api.get(f"/api/jobs/{answer.headers['X-Job-Id']}")
    assert (job["state"], job["result"]["rounds"]) == (row["state"], row["rounds"])
