"""Looking into a Dify DSL, as far as the suites need it."""
import json


def nodes(dsl):
    return dsl["workflow"]["graph"]["nodes"]


def types(dsl):
    """The node types; notes have none."""
    return {n["data"]["type"] for n in nodes(dsl)} - {""}


def data_of(dsl, kind):
    return [n["data"] for n in nodes(dsl) if n["data"]["type"] == kind]


def inputs(dsl):
    (start,) = data_of(dsl, "start")
    return [v["variable"] for v in start["variables"]]


def outputs(dsl):
    """Names that end nodes give; `answer` for a chat."""
    if data_of(dsl, "answer"):
        return ["answer"]
    return [o["variable"] for end in data_of(dsl, "end")
            for o in end["outputs"]]


def problems(dsl):
    """What can be seen to be wrong with a graph without Dify."""
    graph = dsl["workflow"]["graph"]
    ids = [n["id"] for n in graph["nodes"]]
    wrong = [f"id {i!r} is used twice" for i in ids if ids.count(i) > 1]
    wrong += [f"id {i!r} is no text" for i in ids if not isinstance(i, str)]
    for edge in graph["edges"]:
        wrong += [f"edge {edge['id']} has no {end}" for end in
                  ("source", "target") if edge[end] not in ids]
    ends = {e["target"] for e in graph["edges"]}
    wrong += [f"{n['id']} is never reached" for n in graph["nodes"]
              if n["id"] not in ends and n["data"]["type"] not in
              ("start", "", "iteration-start", "loop-start")]
    wrong += [f"{n['id']} has no position" for n in graph["nodes"]
              if set(n["position"]) != {"x", "y"}]
    return wrong


PROVIDER = "langgenius/openai_api_compatible/openai_api_compatible"


def _edge(source, source_type, target, target_type):
    return {"id": f"{source}-source-{target}-target", "type": "custom",
            "source": source, "sourceHandle": "source",
            "target": target, "targetHandle": "target",
            "data": {"sourceType": source_type, "targetType": target_type}}


SMALL = {
    "kind": "app", "version": "0.5.0", "dependencies": [],
    "app": {"name": "Small", "mode": "workflow", "icon": "🤖",
            "icon_type": "emoji", "icon_background": "#FFEAD5",
            "description": "", "use_icon_as_answer_icon": False},
    "workflow": {
        "environment_variables": [], "conversation_variables": [],
        "features": {},
        "graph": {
            "viewport": {"x": 0, "y": 0, "zoom": 1},
            "nodes": [
                {"id": "1001", "type": "custom",
                 "position": {"x": 80, "y": 282},
                 "data": {"type": "start", "title": "Start", "desc": "",
                          "variables": [{"variable": "q", "label": "q",
                                         "type": "text-input",
                                         "required": True, "options": [],
                                         "max_length": 256}]}},
                {"id": "1002", "type": "custom",
                 "position": {"x": 384, "y": 282},
                 "data": {"type": "end", "title": "End", "desc": "",
                          "outputs": [{"variable": "out",
                                       "value_selector": ["1001", "q"],
                                       "value_type": "string"}]}}],
            "edges": [_edge("1001", "start", "1002", "end")]}}}


def small(name):
    """A DSL that says back what it is told, under a name."""
    return {**SMALL, "app": {**SMALL["app"], "name": name}}


def asking(name):
    """The same with a language model between its ends."""
    made = json.loads(json.dumps(small(name)))
    graph = made["workflow"]["graph"]
    start, end = graph["nodes"]
    end["position"] = {"x": 688, "y": 282}
    end["data"]["outputs"][0]["value_selector"] = ["1003", "text"]
    graph["nodes"].insert(1, {
        "id": "1003", "type": "custom", "position": {"x": 384, "y": 282},
        "data": {"type": "llm", "title": "Say", "desc": "",
                 "model": {"provider": PROVIDER, "name": "sandbox-fast",
                           "mode": "chat", "completion_params": {}},
                 "prompt_template": [
                     {"id": "p", "role": "user", "text": "{{#1001.q#}}"}],
                 "context": {"enabled": False, "variable_selector": []},
                 "vision": {"enabled": False}}})
    graph["edges"] = [_edge("1001", "start", "1003", "llm"),
                      _edge("1003", "llm", "1002", "end")]
    return made

