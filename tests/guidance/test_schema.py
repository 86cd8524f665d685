"""The plan's schema compiles in llguidance, which then writes our plans."""
import json
import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = Path(os.environ.get("STUDIO_BUILD", ROOT / "build"))
DSL = BUILD / "bin" / "dify-dsl"
SCHEMA = ROOT / "schema" / "plan.json"
PLANS = sorted((ROOT / "tests/sandbox/llm/plans").glob("*.json"))


def check(python, schema, *files):
    done = subprocess.run([python, HERE / "check.py", schema, *files], check=True, text=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def in_pairs(plan, folder):
    """A plan as the schema wants it, a file."""
    dsl = subprocess.run([DSL, "build", "--to", "yaml", plan], text=True, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL).stdout
    done = subprocess.run([DSL, "convert", "--to", "pairs", "-"], input=dsl, text=True, check=True,
                          stdout=subprocess.PIPE)
    file = folder / plan.name
    file.write_text(done.stdout)
    return file


def test_plans_can_be_written_under_the_schema(python, tmp_path):
    files = [in_pairs(plan, tmp_path) for plan in PLANS]
    assert len(files) >= 18
    said = check(python, SCHEMA, *files)
    assert said["error"] == ""
    assert {k: v for k, v in said["texts"].items() if v} == {}


@pytest.mark.parametrize("plan, where", [
    ({}, "byte 1"), ({"name": "x", "description": "", "mode": "batch"}, "byte 4"), ([], "byte 0")])
def test_other_texts_cannot(python, tmp_path, plan, where):
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    assert check(python, SCHEMA, file)["texts"][str(file)].startswith(where)


def test_a_schema_that_asks_for_too_much_is_told(python, tmp_path):
    file = tmp_path / "schema.json"
    file.write_text(json.dumps({"type": "object", "properties": {"a": {"$ref": "#/$defs/none"}}}))
    assert check(python, file)["error"] != ""
