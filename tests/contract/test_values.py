"""What nodes do."""
import pytest
from flows import chain, child, code, condition, dsl, edge, end, gate, llm, model, node, start, template, text

LISTS = "def main():\n    return {'all': ['b', 'a', 'c'], 'n': 7, 'none': None, 'o': {'k': {'deep': 'x'}}}\n"
TYPES = {"all": "array[string]", "n": "number", "none": "string", "o": "object"}
UP = "def main(n):\n    return {'n': n + 1}\n"
SLOWLY = UP.replace("    return", "    import time\n    time.sleep(0.3)\n    return")


def _app(dify, name, nodes, edges, **more):
    return dify.console.app(dsl(dify.unique(name), nodes, edges, **more))


def _after_code(dify, name, *nodes, **outputs):
    ids = ["begin", "make", *[n["id"] for n in nodes], "done"]
    return _app(dify, name, [start(text("q", False)), code("make", LISTS, TYPES), *nodes, end(**outputs)], chain(*ids))


@pytest.mark.parametrize("q, taken", [("yes please", "left"), ("no", "right")])
def test_the_branch_that_holds_is_walked(dify, q, taken):
    """if-else walks one branch; the aggregator takes the value that exists"""
    app = _app(dify, "branch", [
        start(text("q")), gate("g", condition(["begin", "q"], "start with", "yes")), template("left", "left {{ q }}", q=["begin", "q"]),
        template("right", "right {{ q }}", q=["begin", "q"]),
        node("merge", "variable-aggregator", output_type="string", variables=[["left", "output"], ["right", "output"]]),
        end(out=["merge", "output"], left=["left", "output"], right=["right", "output"])],
        [edge("begin", "g"), edge("g", "left", "yes"), edge("g", "right", "false"), *chain("left", "merge"), *chain("right", "merge", "done")])
    other = "right" if taken == "left" else "left"
    assert app.outputs({"q": q}) == {"out": f"{taken} {q}", taken: f"{taken} {q}", other: None}


def test_aggregator_takes_the_first_in_list_order(dify):
    """the aggregator takes the first selector that has a value, not the newest"""
    app = _app(dify, "order", [start(text("q")), template("late", "late"), node(
        "merge", "variable-aggregator", output_type="string", variables=[["ghost", "x"], ["begin", "q"], ["late", "output"]]), end(out=["merge", "output"])],
        chain("begin", "late", "merge", "done"))
    assert app.outputs({"q": "early"}) == {"out": "early"}


def test_aggregator_groups(dify):
    """groups give one member each"""
    merge = node("merge", "variable-aggregator", output_type="string", variables=[], advanced_settings={"group_enabled": True, "groups": [
        {"groupId": "a", "group_name": "A", "output_type": "string", "variables": [["ghost", "x"], ["begin", "q"]]},
        {"groupId": "b", "group_name": "B", "output_type": "number", "variables": [["make", "n"]]}]})
    app = _app(dify, "groups", [start(text("q")), code("make", LISTS, TYPES), merge, end(a=["merge", "A", "output"], b=["merge", "B", "output"])],
               chain("begin", "make", "merge", "done"))
    assert app.outputs({"q": "x"}) == {"a": "x", "b": 7}


@pytest.mark.parametrize("selector, operator, value, holds", [
    (["begin", "q"], "contains", "el", True), (["begin", "q"], "not contains", "el", False), (["begin", "q"], "end with", "lo", True),
    (["begin", "q"], "is", "hello", True), (["begin", "q"], "is not", "hello", False), (["begin", "q"], "empty", "", False),
    (["begin", "q"], "not empty", "", True), (["begin", "q"], "in", ["hello", "x"], True), (["begin", "q"], "not in", ["x"], True),
    (["make", "n"], "=", "7", True), (["make", "n"], "≠", "7", False), (["make", "n"], ">", "6", True), (["make", "n"], "<", "6", False),
    (["make", "n"], "≥", "7", True), (["make", "n"], "≤", "6", False), (["make", "none"], "null", "", True), (["make", "none"], "not null", "", False),
    (["make", "all"], "contains", "a", True), (["make", "all"], "empty", "", False), (["make", "none"], "empty", "", True),
    (["begin", "q"], "is", "{{#begin.q#}}", True)])
def test_operators(dify, selector, operator, value, holds):
    """comparison operators"""
    app = _app(dify, "operator", [start(text("q")), code("make", LISTS, TYPES), gate("g", condition(selector, operator, value)), end(out=["g", "result"])],
               [*chain("begin", "make", "g"), edge("g", "done", "yes"), edge("g", "done", "false")])
    assert app.outputs({"q": "hello"}) == {"out": holds}


def test_and_or(dify):
    """conditions join by and / or"""
    both = [condition(["begin", "q"], "contains", "a"), condition(["begin", "q"], "contains", "b")]
    for logical, q, wanted in (("and", "ab", True), ("and", "a", False), ("or", "b", True), ("or", "c", False)):
        app = _app(dify, "logic", [start(text("q")), gate("g", *both, logical=logical), end(out=["g", "result"])],
                   [edge("begin", "g"), edge("g", "done", "yes"), edge("g", "done", "false")])
        assert app.outputs({"q": q}) == {"out": wanted}, (logical, q)


def test_an_unconnected_branch_ends_quietly(dify):
    """a branch without edge: the run succeeds without outputs"""
    app = _app(dify, "quiet", [start(text("q")), gate("g", condition(["begin", "q"], "is", "x")), end(out=["begin", "q"])], [edge("begin", "g"), edge("g", "done", "yes")])
    assert app.outputs({"q": "other"}) == {}
    assert app.outputs({"q": "x"}) == {"out": "x"}


def test_parallel_branches_meet(dify):
    """two branches at once meet again"""
    app = _app(dify, "both", [start(), template("l", "l"), template("r", "r"), template("both", "{{ a }}{{ b }}", a=["l", "output"], b=["r", "output"]),
                              end(out=["both", "output"])], [edge("begin", "l"), edge("begin", "r"), edge("l", "both"), edge("r", "both"), edge("both", "done")])
    assert app.outputs() == {"out": "lr"}


def test_two_ends_add_up(dify):
    """outputs of two ends are put together; on 1.8 the last end wins"""
    app = _app(dify, "ends", [start(text("q")), end("one", a=["begin", "q"]), end("two", b=["begin", "q"])], [edge("begin", "one"), edge("begin", "two")])
    assert app.outputs({"q": "x"}) == ({"a": "x", "b": "x"} if dify.since("1.12.0") else {"b": "x"})


def test_templates(dify):
    """Jinja: filters, loops, None as text, unbound names as nothing"""
    app = _after_code(dify, "jinja", template("t", "{{ q|upper }} {% for x in all %}{{ loop.index }}{{ x }}{% endfor %} {{ none }} [{{ unbound }}] {{ o.k.deep }}",
                                              q=["begin", "q"], all=["make", "all"], none=["make", "none"], o=["make", "o"]), out=["t", "output"])
    assert app.outputs({"q": "hi"}) == {"out": "HI 1b2a3c None [] x"}


def test_deep_selectors(dify):
    """selectors reach into objects"""
    app = _after_code(dify, "deep", out=["make", "o", "k", "deep"], gone=["make", "o", "nope"])
    assert app.outputs() == {"out": "x", "gone": None}


def test_code_in_javascript(dify):
    """code in javascript"""
    js = node("js", "code", code_language="javascript", code="function main({q}) { return {out: q + '!'} }", outputs={"out": {"type": "string", "children": None}},
              variables=[{"variable": "q", "value_selector": ["begin", "q"]}])
    app = _app(dify, "js", [start(text("q")), js, end(out=["js", "out"])], chain("begin", "js", "done"))
    assert app.outputs({"q": "hi"}) == {"out": "hi!"}


def test_list_operator(dify):
    """filter, order, limit, extract; 1.8 does not order downwards"""
    off, all_ = {"enabled": False}, {"enabled": False, "conditions": []}
    rows = [({"filter_by": {"enabled": True, "conditions": [{"key": "", "comparison_operator": "is not", "value": "a"}]}}, ["b", "c"]),
            ({"order_by": {"enabled": True, "key": "", "value": "desc"}}, ["c", "b", "a"] if dify.since("1.12.0") else ["a", "b", "c"]), ({"limit": {"enabled": True, "size": 2}}, ["b", "a"]),
            ({"extract_by": {"enabled": True, "serial": "2"}}, ["a"])]
    for change, wanted in rows:
        data = {"variable": ["make", "all"], "filter_by": all_, "order_by": {"enabled": False, "key": "", "value": "asc"},
                "limit": {"enabled": False, "size": 10}, "extract_by": {**off, "serial": "1"}, **change}
        app = _after_code(dify, "list", node("list", "list-operator", **data), out=["list", "result"], first=["list", "first_record"], last=["list", "last_record"])
        assert app.outputs() == {"out": wanted, "first": wanted[0], "last": wanted[-1]}, change


def _iteration(**more):
    return [node("each", "iteration", **{"iterator_selector": ["make", "all"], "output_selector": ["mark", "output"], "start_node_id": "eachstart",
                                         "output_type": "array[string]", "is_parallel": False, "parallel_nums": 3, "error_handle_mode": "terminated", **more}),
            child("each", "eachstart", "iteration-start")]


def _each(dify, source, **more):
    mark = {**template("mark", source, x=["each", "item"], i=["each", "index"]), "parentId": "each"}
    return _app(dify, "each", [start(), code("make", LISTS, TYPES), *_iteration(**more), mark, end(out=["each", "output"])],
                [*chain("begin", "make", "each", "done"), edge("eachstart", "mark")])


def test_iteration(dify):
    """an iteration gives a list in order, side by side too"""
    assert _each(dify, "{{ i }}{{ x }}").outputs() == {"out": ["0b", "1a", "2c"]}
    assert _each(dify, "{{ i }}{{ x }}", is_parallel=True).outputs() == {"out": ["0b", "1a", "2c"]}


def test_iteration_errors(dify):
    """a failing item ends the run, leaves null, or is left out"""
    bad = "{% if x == 'a' %}{{ 1/0 }}{% endif %}{{ x }}"
    assert "ZeroDivisionError" in _each(dify, bad).failed()
    assert _each(dify, bad, error_handle_mode="continue-on-error").outputs() == {"out": ["b", None, "c"]}
    assert _each(dify, bad, error_handle_mode="remove-abnormal-output").outputs() == {"out": ["b", "c"]}


def test_iteration_frames(dify):
    """iteration frames: started, next for each item, completed; 1.8 has one next more"""
    frames = _each(dify, "{{ x }}").events()
    kinds = [f["event"] for f in frames if f["event"].startswith("iteration")]
    extra = 0 if dify.since("1.12.0") else 1
    assert kinds == ["iteration_started"] + ["iteration_next"] * (3 + extra) + ["iteration_completed"]
    assert [f["data"]["index"] for f in frames if f["event"] == "iteration_next"] == list(range(3 + extra))
    inner = [f["data"] for f in frames if f["event"] == "node_finished" and f["data"]["node_id"] == "mark"]
    assert len(inner) == 3 and {d["iteration_id"] for d in inner} == {"each"}
    assert len({d["id"] for d in inner}) == 3
    assert [(d["execution_metadata"]["iteration_id"], d["execution_metadata"]["iteration_index"]) for d in inner] == [("each", i) for i in range(3)]


def test_nested_iterations_come_back_flat(dify):
    """an iteration in an iteration comes back flattened"""
    inner = [{**n, "parentId": n.get("parentId") or "each"} for n in _iteration()]
    inner[0].update(id="in", parentId="each")
    inner[0]["data"].update(iterator_selector=["make", "all"], output_selector=["mark", "output"], start_node_id="instart")
    inner[1].update(id="instart", parentId="in")
    mark = {**template("mark", "{{ a }}{{ b }}", a=["each", "item"], b=["in", "item"]), "parentId": "in"}
    outer = _iteration(output_selector=["in", "output"], output_type="array[array[string]]")
    app = _app(dify, "nested", [start(), code("make", "def main():\n    return {'all': ['a', 'b']}\n", {"all": "array[string]"}), *outer, *inner, mark, end(out=["each", "output"])],
               [*chain("begin", "make", "each", "done"), edge("eachstart", "in"), edge("instart", "mark")])
    assert app.outputs() == {"out": ["aa", "ab", "ba", "bb"]}


def _loop(dify, count, breaks=(), extra=()):
    """With the engine of 1.14 (seen on 1.16.1, one run in four) an assignment is made twice, the second time by the thread of
    the outer graph: when that comes late, it undoes the one of the next round. A round that takes its time comes after it."""
    up = SLOWLY if dify.since("1.14.0") else UP
    return [node("grow", "loop", loop_count=count, logical_operator="and", start_node_id="growstart", break_conditions=list(breaks),
                 loop_variables=[{"label": "n", "var_type": "number", "value_type": "constant", "value": 0}]), child("grow", "growstart", "loop-start"),
            {**code("up", up, {"n": "number"}, n=["grow", "n"]), "parentId": "grow"},
            child("grow", "keep", "assigner", version="2", items=[{"variable_selector": ["grow", "n"], "input_type": "variable", "operation": "over-write", "value": ["up", "n"]}]),
            *extra]


def test_loop_counts(dify):
    """a loop runs its count and keeps its variables"""
    app = _app(dify, "loop", [start(), *_loop(dify, 4), end(out=["grow", "n"], rounds=["grow", "loop_round"])],
               [*chain("begin", "grow", "done"), *chain("growstart", "up", "keep")])
    assert app.outputs() == {"out": 4, "rounds": 4}


def test_loop_frames(dify):
    """an execution in a loop names its round; loop_next counts from 1; the loop's own frames are called by its node"""
    app = _app(dify, "loops", [start(), *_loop(dify, 3), end(out=["grow", "n"])], [*chain("begin", "grow", "done"), *chain("growstart", "up", "keep")])
    frames = app.events()
    inner = [f["data"] for f in frames if f["event"] == "node_finished" and f["data"]["node_id"] == "up"]
    assert [(d["loop_id"], d["execution_metadata"]["loop_index"]) for d in inner] == [("grow", i) for i in range(3)]
    assert [f["data"]["index"] for f in frames if f["event"] == "loop_next"][:2] == [1, 2]
    assert {f["data"]["id"] for f in frames if f["event"] in ("loop_started", "loop_next", "loop_completed")} == {"grow"}


def test_loop_breaks(dify):
    """a break condition ends a loop, but not on 1.8"""
    app = _app(dify, "break", [start(), *_loop(dify, 9, [condition(["grow", "n"], "≥", "3", "number")]), end(out=["grow", "n"])],
               [*chain("begin", "grow", "done"), *chain("growstart", "up", "keep")])
    assert app.outputs() == {"out": 3 if dify.since("1.12.0") else 9}


def test_loop_end(dify):
    """a loop-end node leaves the loop"""
    leave = [child("grow", "enough", "if-else", cases=[{"case_id": "yes", "logical_operator": "and", "conditions": [condition(["up", "n"], "=", "2", "number")]}]),
             child("grow", "out", "loop-end")]
    app = _app(dify, "leave", [start(), *_loop(dify, 9, extra=leave), end(out=["grow", "n"])],
               [*chain("begin", "grow", "done"), *chain("growstart", "up", "keep", "enough"), edge("enough", "out", "yes")])
    assert app.outputs() == {"out": 2}


def test_error_strategies(dify):
    """fail-branch and default-value make a run partial-succeeded"""
    boom = code("boom", "def main():\n    raise ValueError('no luck')\n", {"r": "string"})
    boom["data"]["error_strategy"] = "fail-branch"
    app = _app(dify, "failbranch", [start(), boom, end("good", r=["boom", "r"]), end("bad", why=["boom", "error_message"], kind=["boom", "error_type"])],
               [edge("begin", "boom"), edge("boom", "good"), edge("boom", "bad", "fail-branch")])
    data = app.run().ok()["data"]
    assert data["status"] == "partial-succeeded" and "no luck" in data["outputs"]["why"] and data["outputs"]["kind"] == "CodeExecutionError"
    boom["data"].update(error_strategy="default-value", default_value=[{"key": "r", "type": "string", "value": "instead"}])
    app = _app(dify, "default", [start(), boom, end(out=["boom", "r"])], chain("begin", "boom", "done"))
    data = app.run().ok()["data"]
    assert (data["status"], data["outputs"]) == ("partial-succeeded", {"out": "instead"})


def test_retry(dify):
    """retries tell node_retry frames before the failure"""
    call = node("web", "http-request", method="get", url="http://127.0.0.1:9/", authorization={"type": "no-auth", "config": None}, headers="", params="",
                body={"type": "none", "data": []}, retry_config={"retry_enabled": True, "max_retries": 2, "retry_interval": 100})
    frames = _app(dify, "retry", [start(), call, end(out=["web", "body"])], chain("begin", "web", "done")).events()
    assert [f["data"]["retry_index"] for f in frames if f["event"] == "node_retry"] == [1, 2]
    assert frames[-1]["data"]["status"] == "failed"


def _web(url, **more):
    return node("web", "http-request", **{"method": "get", "url": url, "authorization": {"type": "no-auth", "config": None}, "headers": "", "params": "",
                                          "body": {"type": "none", "data": []}, "retry_config": {"retry_enabled": False}, **more})


def test_http_request(dify, web):
    """method, path, parameters, key and body of a request"""
    post = _web(f"{web}/a/{{{{#begin.q#}}}}", method="post", params="x: {{#begin.q#}}", authorization={
        "type": "api-key", "config": {"type": "bearer", "api_key": "k1", "header": ""}},
        body={"type": "json", "data": [{"id": "b", "key": "", "type": "text", "value": '{"v": "{{#begin.q#}}"}'}]})
    app = _app(dify, "http", [start(text("q")), post, end(out=["web", "body"], status=["web", "status_code"])], chain("begin", "web", "done"))
    out = app.outputs({"q": "b"})
    assert out["status"] == 200
    assert out["out"].startswith("POST /a/b?x=b Bearer k1 ") and '"v"' in out["out"] and '"b"' in out["out"]


def test_http_status_fails_only_with_a_strategy(dify, web):
    """a 404 succeeds with its status, and fails the node with an error strategy"""
    app = _app(dify, "404", [start(), _web(f"{web}/missing"), end(out=["web", "status_code"])], chain("begin", "web", "done"))
    assert app.outputs() == {"out": 404}
    app = _app(dify, "404f", [start(), _web(f"{web}/missing", error_strategy="fail-branch"), end("good", out=["web", "status_code"]), end("bad", why=["web", "error_message"])],
               [edge("begin", "web"), edge("web", "good"), edge("web", "bad", "fail-branch")])
    assert "404" in app.outputs()["why"]


@pytest.mark.parametrize("reader, wanted", [
    (template("read", "[{{ x }}]", x=["ghost", "y"]), {"out": "[None]"}), (code("read", "def main(x):\n    return {'output': str(x)}\n", {"output": "string"}, x=["ghost", "y"]), {"out": "None"}),
    (node("read", "variable-aggregator", output_type="string", variables=[["ghost", "y"]]), {"out": None})], ids=["template", "code", "aggregator"])
def test_unknown_variables_that_pass(dify, reader, wanted):
    """an unknown variable is None to templates, code and aggregators"""
    app = _app(dify, "ghost", [start(), reader, end(out=["read", "output"], direct=["ghost", "y"])], chain("begin", "read", "done"))
    assert app.outputs() == {**wanted, "direct": None}


def test_unknown_variables_that_fail(dify):
    """an unknown variable fails prompts, conditions, lists, documents and iterations"""
    lister = node("read", "list-operator", variable=["ghost", "y"], filter_by={"enabled": False, "conditions": []}, order_by={"enabled": False, "key": "", "value": "asc"},
                  limit={"enabled": False, "size": 1}, extract_by={"enabled": False, "serial": "1"})
    rows = [(llm("read", dify.model, "say {{#ghost.y#}}"), "Variable #ghost.y# not found"), (gate("read", condition(["ghost", "y"], "is", "x")), "Variable ['ghost', 'y'] not found"),
            (lister, "Variable not found for selector: ['ghost', 'y']"), (node("read", "document-extractor", variable_selector=["ghost", "y"], is_array_file=False),
                                                                       "File variable not found for selector: ['ghost', 'y']")]
    for reader, error in rows:
        app = _app(dify, "fails", [start(), reader, end(out=["read", "x"])], chain("begin", "read", "done"))
        assert error in app.failed(), reader["data"]["type"]


def test_ids_with_hyphen_stay_literal(dify):
    """a hyphen in a node id: the text stays, the selector works"""
    hyphen = template("a-b", "value")
    app = _app(dify, "hyphen", [start(), hyphen, llm("ask", dify.model, "say {{#a-b.output#}}"), end(out=["a-b", "output"], said=["ask", "text"])], chain("begin", "a-b", "ask", "done"))
    out = app.outputs()
    assert out["out"] == "value" and "{{#a-b.output#}}" in out["said"]


def test_classifier(dify):
    """a classifier walks the branch of the class that the model picks"""
    sort = node("sort", "question-classifier", query_variable_selector=["begin", "q"], model=model(dify.model), instruction="",
                classes=[{"id": "c1", "name": "weather forecast"}, {"id": "c2", "name": "train ticket"}])
    app = _app(dify, "classes", [start(text("q")), sort, end("one", one=["sort", "class_name"]), end("two", two=["sort", "class_name"])],
               [edge("begin", "sort"), edge("sort", "one", "c1"), edge("sort", "two", "c2")])
    assert app.outputs({"q": "the weather forecast for Rome"}) == {"one": "weather forecast"}
    assert app.outputs({"q": "buy a train ticket"}) == {"two": "train ticket"}


def test_extractor(dify):
    """a parameter extractor gives each parameter in its type"""
    read = node("read", "parameter-extractor", model=model(dify.model), query=["begin", "q"], instruction="", reasoning_mode="prompt", parameters=[
        {"name": "amount", "type": "number", "description": "how many", "required": True}, {"name": "colour", "type": "select", "options": ["red", "blue"], "description": "which", "required": False}])
    app = _app(dify, "extract", [start(text("q")), read, end(amount=["read", "amount"], colour=["read", "colour"], good=["read", "__is_success"])], chain("begin", "read", "done"))
    out = app.outputs({"q": "amount: 3, colour: blue"})
    assert out["amount"] == 3 and out["colour"] == "blue" and out["good"] == 1


def test_structured_output(dify):
    """structured output gives an object by schema"""
    schema = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "number"}}, "required": ["city", "days"], "additionalProperties": False}
    ask = llm("ask", dify.model, "trip: {{#begin.q#}}", structured_output_enabled=True, structured_output={"schema": schema})
    app = _app(dify, "schema", [start(text("q")), ask, end(out=["ask", "structured_output"])], chain("begin", "ask", "done"))
    out = app.outputs({"q": "5 days in Rome"})["out"]
    assert set(out) == {"city", "days"} and isinstance(out["city"], str)


def test_environment_and_system_variables(dify):
    """env and sys variables are read everywhere"""
    t = template("t", "{{ a }} {{ b }} {{ c }}", a=["env", "LIMIT"], b=["env", "KEY"], c=["sys", "user_id"])
    app = _app(dify, "env", [start(), t, end(out=["t", "output"], app=["sys", "app_id"])], chain("begin", "t", "done"), environment_variables=[
        {"name": "LIMIT", "value": 7, "value_type": "number"}, {"name": "KEY", "value": "k", "value_type": "secret"}])
    out = app.outputs()
    assert out["app"] == app.id and out["out"].startswith("7 k ") and len(out["out"]) > 6


def test_input_types(dify):
    """start variables: paragraph, select, number, checkbox; optional ones are null"""
    variables = [{**text("p"), "type": "paragraph"}, {**text("s"), "type": "select", "options": ["a", "b"]}, {**text("n"), "type": "number"}, text("o", False)]
    app = _app(dify, "types", [start(*variables), end(p=["begin", "p"], s=["begin", "s"], n=["begin", "n"], o=["begin", "o"])], chain("begin", "done"))
    assert app.outputs({"p": "x\ny", "s": "b", "n": 1.5}) == {"p": "x\ny", "s": "b", "n": 1.5, "o": None}
    assert "must be one of the following" in app.run({"p": "x", "s": "z", "n": 1}).body["message"]
