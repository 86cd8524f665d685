"""/api/dsl: checking, mending, building, rewriting and comparing."""
import copy
import json

import pytest
import yaml

GOOD = yaml.safe_load("""
kind: app
version: "0.6.0"
dependencies: []
app: {name: Echo, mode: workflow, icon: "x", icon_type: emoji,
      icon_background: "#FFEAD5", description: "",
      use_icon_as_answer_icon: false}
workflow:
  environment_variables: []
  conversation_variables: []
  features: {}
  graph:
    viewport: {x: 0, y: 0, zoom: 1}
    nodes:
      - {id: "1001", type: custom, position: {x: 80, y: 80},
         data: {type: start, title: Start, desc: "", variables: [
           {variable: q, label: q, type: text-input, required: true,
            max_length: 256, options: []}]}}
      - {id: "1002", type: custom, position: {x: 384, y: 80},
         data: {type: end, title: End, desc: "", outputs: [
           {variable: out, value_selector: ["1001", q],
            value_type: string}]}}
    edges:
      - {id: e, type: custom, source: "1001", sourceHandle: source,
         target: "1002", targetHandle: target, zIndex: 0,
         data: {sourceType: start, targetType: end, isInIteration: false,
                isInLoop: false}}
""")


def nodes(dsl):
    return dsl["workflow"]["graph"]["nodes"]


@pytest.fixture
def good():
    return copy.deepcopy(GOOD)


def codes(answer, tier="ERLW"):
    return [f["code"] for f in answer.json["findings"] if f["tier"] in tier]


def test_a_good_dsl_has_no_findings(studio, good):
    answer = studio("POST", "/api/dsl/validate",
                    {"dsl": good, "target": "1.13.3"})
    assert answer.status == 200 and answer.json["ok"]
    assert answer.json["findings"] == [] and answer.json["dsl"] == good


def test_yaml_and_json_texts_are_read(studio, good):
    for text in (yaml.safe_dump(good), json.dumps(good)):
        answer = studio("POST", "/api/dsl/validate",
                        {"dsl": text, "target": "1.13.3"}, role="viewer")
        assert answer.json["ok"] and answer.json["dsl"] == good


def test_the_target_decides(studio, good):
    nodes(good)[1]["data"]["outputs"][0]["value_type"] = None
    old = studio("POST", "/api/dsl/validate", {"dsl": good, "target": "1.8.1"})
    new = studio("POST", "/api/dsl/validate", {"dsl": good, "target": "1.13.3"})
    assert codes(old, "E") == []
    assert codes(new, "E") == ["field_null"]
    assert new.json["findings"][0]["node"] == "1002"
    assert new.json["findings"][0]["pointer"] == \
        "/workflow/graph/nodes/1/data/outputs/0/value_type"


@pytest.mark.parametrize("body, pointer", [
    ({"target": "newest"}, "/target"),
    ({"connection_id": "0" * 20}, "/connection_id"),
])
def test_unknown_targets_are_refused(studio, good, body, pointer):
    answer = studio("POST", "/api/dsl/validate", {"dsl": good, **body})
    assert answer.status == 400
    assert [p for p, _ in answer.pointers] == [pointer]


def test_an_unreadable_text_is_a_finding(studio):
    answer = studio("POST", "/api/dsl/validate", {"dsl": "a: [1\nb: 2"})
    assert answer.status == 200 and not answer.json["ok"]
    assert codes(answer) == ["text_unreadable"]
    assert answer.json["dsl"] is None


def test_fix_mends_all(studio, good):
    good["version"] = 0.6
    del nodes(good)[0]["position"]
    nodes(good)[1]["data"]["title"] = 5
    answer = studio("POST", "/api/dsl/fix", {"dsl": good, "target": "1.13.3"})
    assert answer.json["ok"] and answer.json["findings"] == []
    assert nodes(answer.json["dsl"])[1]["data"]["title"] == "5"
    assert answer.json["dsl"]["version"] == "0.6.0"
    fixes = {f["code"]: f for f in answer.json["fixes"]}
    assert set(fixes) == {"version_not_text", "node_position", "field_type"}
    assert (fixes["field_type"]["before"], fixes["field_type"]["after"]) == \
        ("5", "5")
    assert "title" in fixes["field_type"]["message_en"]
    assert all("%" not in f["message_zh"] for f in fixes.values())


def test_fix_mends_one(studio, good):
    good["version"] = 0.6
    nodes(good)[0]["data"]["title"] = 4
    nodes(good)[1]["data"]["title"] = 5
    pointer = "/workflow/graph/nodes/1/data/title"
    answer = studio("POST", "/api/dsl/fix", {
        "dsl": good, "target": "1.13.3", "code": "field_type",
        "pointer": pointer})
    assert [f["pointer"] for f in answer.json["fixes"]] == [pointer]
    assert sorted(codes(answer, "E")) == ["field_type", "version_not_text"]


def test_build_from_a_plan(studio):
    plan = {"name": "Echo", "mode": "workflow",
            "inputs": [{"name": "q", "type": "text", "required": True}],
            "steps": [{"id": "shout", "type": "template-transform",
                       "template": "{{ inputs.q | upper }}"}],
            "outputs": [{"name": "out", "from": "shout.output"}]}
    for answer in (plan, "Here it is:\n```json\n" + json.dumps(plan) + "\n```"):
        made = studio("POST", "/api/dsl/build",
                      {"answer": answer, "target": "1.16.1"})
        assert made.json["ok"], made.json["findings"]
        assert made.json["dialect"] == "plan"
        assert made.json["plan"]["name"] == "Echo"
        types = [n["data"]["type"] for n in nodes(made.json["dsl"])]
        assert types == ["start", "template-transform", "end"]


def test_build_without_a_plan(studio):
    made = studio("POST", "/api/dsl/build", {"answer": "I cannot do that."})
    assert made.json["dsl"] is None and codes(made) == ["answer_no_json"]


PLAN = """
{
  "name": "Echo",
  "steps": [
    {"id": "one", "type": "llm", "prompt": "{{inputs.q}}"},
    {"id": "two",
     "type": "llm",
     "prompt": "{{nobody.text}}"}
  ],
  "inputs": [{"name": "q"}],
  "outputs": [{"name": "out", "from": "two.text"}]
}
"""


def built(studio, answer, **more):
    return studio("POST", "/api/dsl/build", {"answer": answer, "target": "1.16.1", **more}).json


def test_findings_of_a_plan_tell_its_lines(studio):
    made = built(studio, PLAN)
    lines = {f["code"]: f["line"] for f in made["findings"] if f["node"] == "two"}
    assert lines["plan_reference_unknown"] == 8
    assert lines["checklist_empty"] == 6  # of the node that was built
    assert "unreadable" not in made and "text" not in made
    as_yaml = built(studio, PLAN, format="yaml")["text"]
    again = built(studio, as_yaml)
    wanted = {1 + as_yaml.splitlines().index(next(x for x in as_yaml.splitlines() if word in x))
              for word in ("id: two", "nobody.text")}
    assert {f["line"] for f in again["findings"] if f["node"] == "two"} == wanted


@pytest.mark.parametrize("text, line", [
    ('{"steps": [\n  {"id": "a"}\n  oops', None), ("steps:\n  - id: [a", 3), ("name: x\n\tsteps: y", 2),
    ('\n{"name": "x",\n "mode": ', None)])
def test_a_plan_that_cannot_be_read_tells_where(studio, text, line):
    made = built(studio, text)
    assert made["dsl"] is None or line is None
    if line:
        assert made["unreadable"]["line"] == line and made["unreadable"]["message"]


@pytest.mark.parametrize("operation, ids", [
    ({"op": "remove", "node": "two"}, ["one"]),
    ({"op": "move", "node": "one", "after": "two"}, ["two", "one"]),
    ({"op": "rename", "node": "one", "to": "first"}, ["first", "two"]),
    ({"op": "add", "node": {"id": "three", "type": "code"}, "after": "one"}, ["one", "three", "two"]),
    ({"op": "set", "node": "two", "path": "/prompt", "value": "{{one.text}}"}, ["one", "two"]),
])
def test_operations_change_the_plan_before_it_is_built(studio, operation, ids):
    made = built(studio, PLAN, operations=[operation], format="json")
    assert [s["id"] for s in made["plan"]["steps"]] == ids
    assert json.loads(made["text"]) == made["plan"]
    assert not any(f["code"] == "edit_refused" for f in made["findings"])


def test_an_operation_that_cannot_be_applied_says_so(studio):
    for operations in ([{"op": "remove", "node": "nobody"}], "all", [7]):
        made = built(studio, PLAN, operations=operations)
        assert any(f["code"] == "edit_refused" for f in made["findings"])


def test_convert_both_ways(studio, good):
    text = studio("POST", "/api/dsl/convert",
                  {"dsl": good, "format": "yaml"}).json["text"]
    assert yaml.safe_load(text) == good
    back = studio("POST", "/api/dsl/convert",
                  {"dsl": text, "format": "json", "target": "1.16.1"})
    assert json.loads(back.json["text"]) == {**good, "version": "0.7.0"}


def test_a_dsl_as_plan_and_flow_builds_itself(studio, good):
    for form in ("plan", "flow"):
        shown = studio("POST", "/api/dsl/convert",
                       {"dsl": good, "format": form}).json
        assert shown["format"] == form and "reason" not in shown
        built = studio("POST", "/api/dsl/build", {"answer": shown["text"]}).json
        assert built["dialect"] == form
        types = [n["data"]["type"] for n in nodes(built["dsl"])]
        assert types == ["start", "end"]
        start, end = nodes(built["dsl"])
        assert start["data"]["variables"][0]["variable"] == "q"
        assert end["data"]["outputs"][0]["value_selector"] == [start["id"], "q"]


def test_convert_says_why_there_is_no_plan(studio, good):
    good["workflow"]["graph"]["edges"].pop()
    shown = studio("POST", "/api/dsl/convert",
                   {"dsl": good, "format": "plan"}).json
    assert shown["format"] == "flow"
    assert shown["reason"].startswith("nothing leads to")


def test_convert_refuses_what_is_no_dsl(studio):
    answer = studio("POST", "/api/dsl/convert",
                    {"dsl": "a: [1", "format": "json"})
    assert (answer.status, answer.pointers) == (400, [("/dsl", "unreadable")])


def test_diff(studio, good):
    other = copy.deepcopy(good)
    nodes(other)[1]["data"]["title"] = "Finish"
    nodes(other)[0]["position"]["x"] = 5
    nodes(other)[0]["data"]["variables"][0]["required"] = False
    d = studio("POST", "/api/dsl/diff", {"a": good, "b": other}).json
    assert not d["same"] and d["inputs"]["changed"] == ["q"]
    changed = {n["id"]: n["fields"] for n in d["nodes"]["changed"]}
    assert changed == {
        "1001": [{"path": "/variables/0/required", "before": True,
                  "after": False}],
        "1002": [{"path": "/title", "before": "End", "after": "Finish"}]}


def test_diff_of_the_same(studio, good):
    moved = copy.deepcopy(good)
    nodes(moved)[0]["position"]["x"] = 5
    assert studio("POST", "/api/dsl/diff",
                  {"a": good, "b": yaml.safe_dump(good)}).json["same"]
    d = studio("POST", "/api/dsl/diff", {"a": good, "b": moved}).json
    assert d["cosmetic"] and d["nodes"]["moved"] == ["1001"]
