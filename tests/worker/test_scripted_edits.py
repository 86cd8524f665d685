"""A hundred edits as a model might answer them, in English and Chinese, of
workflows of many shapes: what an edit does not speak of stays, byte by byte."""
import json
from pathlib import Path

import pytest
import yaml

from lib.dsl import nodes, problems
from lib.servers import sandbox_llm

FOLDER = Path(__file__).parents[1] / "data/edits"
EDITS = FOLDER / "edits.jsonl"
ROWS = [json.loads(line) for line in EDITS.read_text().splitlines()]
BASES = {f.stem: yaml.safe_load(f.read_text()) for f in FOLDER.glob("*.yml")}
BASES |= {f.stem: json.loads(f.read_text()) for f in FOLDER.glob("*.json")}


def bytes_of(node):
    """As the studio writes it."""
    return json.dumps(node, ensure_ascii=False, separators=(",", ":"))


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """The job of each edit, by its id; result is the text that was kept."""
    from data import Data
    with sandbox_llm("--answers", EDITS) as url, \
            Data(tmp_path_factory.mktemp("edits")) as data:
        data.model(url)
        data.start()
        jobs = {row["id"]: data.job("generate", {
            "prompt": row["prompt"], "edit": {"dsl": BASES[row["base"]]}})
            for row in ROWS}
        for job in jobs.values():
            data.wait(job, 60)
        yield {key: data.row("jobs", job) for key, job in jobs.items()}


def touched(before, after):
    old = {n["id"]: bytes_of(n) for n in nodes(before)}
    new = {n["id"]: bytes_of(n) for n in nodes(after)}
    return ({"+" + i for i in new if i not in old}
            | {"-" + i for i in old if i not in new}
            | {"~" + i for i in new if i in old and new[i] != old[i]})


def test_they_are_many_and_differ():
    assert len(ROWS) >= 100
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert len({row["prompt"] for row in ROWS}) == len(ROWS)
    assert {row["base"] for row in ROWS} == set(BASES)
    assert len(BASES) >= 12
    assert sum(row["lang"] == "zh" for row in ROWS) >= 35


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_an_edit(ended, row):
    job, base = ended[row["id"]], BASES[row["base"]]
    assert job["state"] == "succeeded", job["error"]
    result = json.loads(job["result"])
    assert result["rounds"] == 1
    assert touched(base, result["dsl"]) == set(row["touched"])
    gone = {t[1:] for t in row["touched"] if t[0] != "+"}
    for node in nodes(base):
        assert node["id"] in gone or bytes_of(node) in job["result"], \
            node["id"]
    assert not [f for f in result["findings"] if f["tier"] == "E"]
    assert problems(result["dsl"]) == []
    assert [c["code"] for c in result["consent"]] == row["consent"]
    diff = result["diff"]["nodes"]
    assert {"+" + n["id"] for n in diff["added"]} == {
        t for t in row["touched"] if t[0] == "+"}
    assert {"-" + n["id"] for n in diff["removed"]} == {
        t for t in row["touched"] if t[0] == "-"}
