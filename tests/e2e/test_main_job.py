"""The main job: a sentence becomes a workflow that runs, for every prompt and
every way through it, over HTTP alone."""
import pytest

from lib import dsl as dsl_of
from lib.prompts import load, matches, with_base

ROWS = load()


def create(api, number, dsl):
    """Every other workflow is kept first and deployed by a call of its own;
    the rest are created in Dify at once."""
    if number % 2:
        made = api.create(dsl, deploy=False).json()
        assert made["last_status"] == "draft"
        api.deploy(made["id"])
    else:
        made = api.create(dsl).json()
        assert made["status"].startswith("completed") and made["app_id"]
    workflow = api.workflow(made["id"])
    assert workflow["last_status"] == "deployed"
    return workflow


def check_dsl(row, dsl):
    assert dsl["kind"] == "app" and isinstance(dsl["version"], str)
    assert dsl["app"]["mode"] == {"workflow": "workflow",
                                  "chat": "advanced-chat"}[row["mode"]]
    assert set(row["node_types"]) <= dsl_of.types(dsl)
    assert dsl_of.inputs(dsl) == row["inputs"]
    assert sorted(dsl_of.outputs(dsl)) == sorted(row["outputs"])
    assert dsl_of.problems(dsl) == []


@pytest.mark.parametrize("number,row", enumerate(ROWS),
                         ids=[r["id"] for r in ROWS])
def test_from_sentence_to_values(healed, number, row):
    api = healed.api
    answer = api.generate(row["prompt"])
    dsl = answer.json()
    check_dsl(row, dsl)
    workflow = create(api, number, dsl)
    for run in with_base(row["runs"], healed.llm.url):
        done = api.run(workflow["id"], run["inputs"], run.get("query"))
        said = f"{row['id']}, {run['branch']}: "
        assert done["status"] == "succeeded", said + str(done["error"])
        assert matches(run["outputs"], done["outputs"]) == [], said
        if row["mode"] == "workflow":
            assert set(run["outputs"]) <= set(done["outputs"])
        assert all(n["status"] == "succeeded" for n in done["nodes"])
        assert {"start"} <= {n["type"] for n in done["nodes"]}
    assert api.workflow(workflow["id"])["last_status"] == "succeeded"


@pytest.mark.parametrize("prompt", [
    "Summarise a long mail in three points", "把客户投诉分类，如果紧急就写一封道歉信",
    "Chat bot that answers from our handbook", "统计一段文字的字数并生成报告"])
def test_free_prompts_run_as_well(healed, prompt):
    api = healed.api
    dsl = api.generate(prompt).json()
    made = api.create(dsl).json()
    chat = dsl["app"]["mode"] == "advanced-chat"
    inputs = {} if chat else {n: "好 good" for n in dsl_of.inputs(dsl)}
    done = api.run(made["id"], inputs, "hello there" if chat else None)
    assert done["status"] == "succeeded", done["error"]
    assert all(v for k, v in done["outputs"].items() if k != "files")


def test_twenty_prompts_give_twenty_different_workflows(healed):
    shapes = {str(sorted((n["data"]["type"], n["data"]["title"])
                         for n in dsl_of.nodes(
                             healed.api.generate(row["prompt"]).json())))
              for row in ROWS}
    assert len(shapes) == len(ROWS)
