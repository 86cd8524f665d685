"""Forms of the plan.

Every form of tests/data/forms.jsonl is built with dify-dsl for the release under test, run with each of its inputs, and
must come to the values that stand beside them.
"""
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parents[1]
COMMAND = Path(os.environ.get("STUDIO_BUILD", TESTS.parent / "build")) / "bin" / "dify-dsl"
PROVIDER = "langgenius/openai_api_compatible/openai_api_compatible"
FORMS = {row["name"]: row for row in map(json.loads, (TESTS / "data" / "forms.jsonl").read_text().splitlines())}


def build(dify: Any, plan: dict[str, Any], folder: Path) -> str:
    """The DSL of a plan for this Dify; it must have no finding of tier E or R."""
    resources = folder / "resources.json"
    resources.write_text(json.dumps([{"kind": "model", "handle": "fast", "id": dify.model, "provider": PROVIDER, "mode": "chat"}]))
    done = subprocess.run([COMMAND, "build", "--target", ".".join(map(str, dify.version)), "--resources", resources, "-"],
                          input=json.dumps(plan), capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def same(want: Any, got: Any) -> bool:
    """Whether a value is the one that was wanted, or holds it."""
    if isinstance(want, dict) and set(want) == {"contains"}:
        return want["contains"] in str(got)
    return want == got


@pytest.mark.parametrize("name", sorted(FORMS))
def test_form(dify, name, tmp_path):
    """each form comes to its values on every way through it"""
    form = FORMS[name]
    if not dify.since(form.get("since", "0.0.0")):
        return
    plan = dict(form["plan"], name=dify.unique(name))
    app = dify.console.app(build(dify, plan, tmp_path))
    for run in form["runs"]:
        inputs = dict(run["inputs"])
        if plan["mode"] == "chat":
            body = {"inputs": {}, "query": inputs["sys.query"], "response_mode": "blocking", "user": "tester"}
            outputs = app.call("POST", "/chat-messages", body).ok()
        else:
            data = app.run(inputs).ok()["data"]
            assert data["status"] in ("succeeded", "partial-succeeded"), data["error"]
            outputs = data["outputs"]
        for key, want in run["outputs"].items():
            assert same(want, outputs.get(key)), (inputs, key, outputs)
