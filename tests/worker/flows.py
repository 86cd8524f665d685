"""Small workflows as DSL, made by hand."""


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


def chat(name="Chat"):
    return _dsl(name, [
        _node("1001", 0, type="start", title="Start", variables=[]),
        _node("1002", 300, type="answer", title="Answer", variables=[],
              answer="You said: {{#sys.query#}}")], mode="advanced-chat")
