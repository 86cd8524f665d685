"""Small workflows as DSL, made by hand."""
import copy


def _node(nid, x, **data):
    data = {"desc": "", "selected": False, **data}
    return {"id": nid, "type": "custom", "position": {"x": x, "y": 100},
            "positionAbsolute": {"x": x, "y": 100}, "width": 244, "height": 90,
            "sourcePosition": "right", "targetPosition": "left", "data": data}


def _edge(source, target, nodes):
    kinds = {n["id"]: n["data"]["type"] for n in nodes}
    return {"id": f"{source}-source-{target}-target", "type": "custom",
            "source": source, "sourceHandle": "source", "target": target,
            "targetHandle": "target", "zIndex": 0,
            "data": {"sourceType": kinds[source], "targetType": kinds[target],
                     "isInIteration": False, "isInLoop": False}}


def _dsl(name, nodes, version="0.6.0", mode="workflow"):
    ids = [n["id"] for n in nodes]
    edges = [_edge(a, b, nodes) for a, b in zip(ids, ids[1:])]
    return {"kind": "app", "version": version, "dependencies": [],
            "app": {"name": name, "mode": mode, "icon": "x",
                    "icon_type": "emoji", "icon_background": "#FFEAD5",
                    "description": "", "use_icon_as_answer_icon": False},
            "workflow": {"environment_variables": [],
                         "conversation_variables": [], "features": {},
                         "graph": {"nodes": nodes, "edges": edges,
                                   "viewport": {"x": 0, "y": 0, "zoom": 1}}}}


def _start(**more):
    variable = {"variable": "q", "label": "q", "type": "text-input",
                "required": True, "max_length": 48, "options": [], **more}
    return _node("1001", 0, type="start", title="Start", variables=[variable])


def echo(name="Echo", **more):
    """Gives its input back."""
    return _dsl(name, [
        _start(),
        _node("1003", 300, type="end", title="End", outputs=[
            {"variable": "out", "value_selector": ["1001", "q"],
             "value_type": "string"}])], **more)


def upper(name="Upper", code=None):
    """Runs a bit of Python over its input."""
    code = code or "def main(q: str) -> dict:\n    return {'r': q.upper()}"
    return _dsl(name, [
        _start(),
        _node("1002", 300, type="code", title="Code", code=code,
              code_language="python3",
              variables=[{"variable": "q", "value_selector": ["1001", "q"]}],
              outputs={"r": {"type": "string", "children": None}}),
        _node("1003", 600, type="end", title="End", outputs=[
            {"variable": "out", "value_selector": ["1002", "r"],
             "value_type": "string"}])])


def http(url, header, name="Http"):
    """Asks an address, with one more header."""
    return _dsl(name, [
        _start(),
        _node("1002", 300, type="http-request", title="Ask", method="get",
              url=url, headers=header, params="", variables=[],
              authorization={"type": "no-auth", "config": None},
              body={"type": "none", "data": []},
              timeout={"connect": 5, "read": 5, "write": 5}),
        _node("1003", 600, type="end", title="End", outputs=[
            {"variable": "out", "value_selector": ["1002", "status_code"],
             "value_type": "number"}])])


def slow(seconds, name="Slow"):
    return upper(name, "import time\n\ndef main(q: str) -> dict:\n"
                       f"    time.sleep({seconds})\n"
                       "    return {'r': q.upper()}")


def longer(dsl, times=4):
    """The same with its code so often, one after the other: a node's code is
    ended after 5 seconds."""
    nodes = dsl["workflow"]["graph"]["nodes"]
    at = [n["data"]["type"] for n in nodes].index("code")
    more = [dict(nodes[at], id=str(9001 + n)) for n in range(times - 1)]
    return _dsl(dsl["app"]["name"], nodes[:at] + more + nodes[at:],
                mode=dsl["app"]["mode"])


def chat(name="Chat"):
    return _dsl(name, [
        _node("1001", 0, type="start", title="Start", variables=[]),
        _node("1002", 300, type="answer", title="Answer", variables=[],
              answer="You said: {{#sys.query#}}")], mode="advanced-chat")


def _inside(parent, nid, **data):
    made = _node(nid, 0, **data)
    made["parentId"] = parent
    if data["type"].endswith("-start"):
        made["type"] = "custom-" + data["type"]
    return made


def rounds(name="Rounds"):
    """An iteration over three items, then a loop of three rounds."""
    dsl = _dsl(name, [
        _start(),
        _node("2001", 300, type="code", title="Make", code_language="python3",
              code="def main(q: str) -> dict:\n    return {'all': list(q)}",
              variables=[{"variable": "q", "value_selector": ["1001", "q"]}],
              outputs={"all": {"type": "array[string]", "children": None}}),
        _node("3001", 600, type="iteration", title="Each",
              iterator_selector=["2001", "all"], start_node_id="3000",
              output_selector=["3002", "output"], is_parallel=False,
              output_type="array[string]", parallel_nums=3,
              error_handle_mode="terminated"),
        _node("4001", 900, type="loop", title="Grow", loop_count=3,
              logical_operator="and", start_node_id="4000",
              break_conditions=[], loop_variables=[{
                  "label": "n", "var_type": "number",
                  "value_type": "constant", "value": 0}]),
        _node("1002", 1200, type="end", title="End", outputs=[
            {"variable": "all", "value_selector": ["3001", "output"],
             "value_type": "array[string]"},
            {"variable": "n", "value_selector": ["4001", "n"],
             "value_type": "number"}])])
    graph = dsl["workflow"]["graph"]
    graph["nodes"] += [
        _inside("3001", "3000", type="iteration-start", title=""),
        _inside("3001", "3002", type="template-transform", title="Mark",
                template="{{ x|upper }}", variables=[
                    {"variable": "x", "value_selector": ["3001", "item"]}]),
        _inside("4001", "4000", type="loop-start", title=""),
        _inside("4001", "4002", type="code", title="Up",
                code_language="python3",
                code="def main(n: int) -> dict:\n    return {'n': n + 1}",
                variables=[{"variable": "n", "value_selector": ["4001", "n"]}],
                outputs={"n": {"type": "number", "children": None}}),
        _inside("4001", "4003", type="assigner", title="Keep", version="2",
                items=[{"variable_selector": ["4001", "n"],
                        "input_type": "variable", "operation": "over-write",
                        "value": ["4002", "n"]}])]
    graph["edges"] += [_edge(a, b, graph["nodes"]) for a, b in (
        ("3000", "3002"), ("4000", "4002"), ("4002", "4003"))]
    return dsl


def files(name="Files", types=("document",), **more):
    """Takes a file and a list of files and gives them back."""
    def variable(var, kind, **limits):
        return {"variable": var, "label": var, "type": kind, "required": False,
                "allowed_file_types": list(types),
                "allowed_file_extensions": [],
                "allowed_file_upload_methods": ["local_file", "remote_url"],
                "options": [], **limits}
    return _dsl(name, [
        _node("1001", 0, type="start", title="Start", variables=[
            variable("doc", "file"),
            variable("all", "file-list", max_length=2)]),
        _node("1003", 300, type="end", title="End", outputs=[
            {"variable": "doc", "value_selector": ["1001", "doc"]},
            {"variable": "all", "value_selector": ["1001", "all"]}])], **more)


def counting_chat(name="Counting", answer="{{#sys.dialogue_count#}}"):
    """Says how manieth message of its conversation it answers."""
    return _dsl(name, [
        _node("1001", 0, type="start", title="Start", variables=[]),
        _node("1002", 300, type="answer", title="Answer", variables=[],
              answer="Number " + answer + ": {{#sys.query#}}")],
        mode="advanced-chat")


def reading_chat(name="Reading"):
    """Says back what was said, and which files came with it."""
    dsl = _dsl(name, [
        _node("1001", 0, type="start", title="Start", variables=[]),
        _node("1002", 300, type="answer", title="Answer", variables=[],
              answer="{{#sys.query#}}: {{#sys.files#}}")],
        mode="advanced-chat")
    dsl["workflow"]["features"]["file_upload"] = {
        "enabled": True, "allowed_file_types": ["document"],
        "allowed_file_extensions": [], "number_limits": 2,
        "allowed_file_upload_methods": ["local_file", "remote_url"]}
    return dsl


def slow_chat(seconds, name="Slow chat"):
    """Says something, thinks, and says the rest."""
    nodes = [
        _node("1001", 0, type="start", title="Start", variables=[]),
        _node("1002", 300, type="answer", title="First", variables=[],
              answer="Let me think. "),
        _node("1003", 600, type="code", title="Think",
              code="import time\n\ndef main() -> dict:\n"
                   f"    time.sleep({seconds})\n    return {{'r': 'Done.'}}",
              code_language="python3", variables=[],
              outputs={"r": {"type": "string", "children": None}}),
        _node("1004", 900, type="answer", title="Rest", variables=[],
              answer="{{#1003.r#}}")]
    return _dsl(name, nodes, mode="advanced-chat")


def twice(name="Twice"):
    """Asks a person, then another one; nobody is told a page of the first."""
    dsl = approval(name)
    graph = dsl["workflow"]["graph"]
    second = copy.deepcopy(graph["nodes"][1])
    second["id"] = "2002"
    second["position"]["x"] = second["positionAbsolute"]["x"] = 450
    second["data"].update(title="Ask again", form_content="Really?")
    graph["nodes"].insert(2, second)
    edge = copy.deepcopy(graph["edges"][-1])
    graph["edges"][-1].update(target="2002", id="2001-yes-2002-target")
    edge.update(source="2002", id="2002-yes-1003-target")
    edge["data"]["sourceType"] = "human-input"
    graph["edges"].append(edge)
    return dsl


def approval(name="Approval", mode="workflow"):
    """Asks a person, then says what was decided."""
    dsl = _dsl(name, [
        _start(),
        _node("2001", 300, type="human-input", title="Ask",
              form_content="Ship {{#1001.q#}}? {{#$output.note#}}",
              inputs=[{"type": "paragraph", "output_variable_name": "note",
                       "default": {"type": "constant", "selector": [],
                                   "value": ""}}],
              user_actions=[{"id": "yes", "title": "Yes",
                             "button_style": "primary"}],
              delivery_methods=[], timeout=1, timeout_unit="hour"),
        _node("1003", 600, type="end", title="End", outputs=[
            {"variable": "note", "value_selector": ["2001", "note"]}])])
    edge = dsl["workflow"]["graph"]["edges"][-1]
    edge.update(sourceHandle="yes", id="2001-yes-1003-target")
    return dsl
