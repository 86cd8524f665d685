"""Single modules of the UI, run in Chromium: reading graphs, laying them out, comparing, walking, forms, uploads."""
import random


def node(name, kind="code", x=None, y=None, parent=None, **data):
    made = {"id": name, "type": "custom", "data": {"type": kind, "title": name.title(), **data}}
    if x is not None:
        made["position"] = {"x": x, "y": y}
    if parent:
        made["parentId"] = parent
    return made


def edge(source, target, handle="source"):
    return {"id": f"{source}-{handle}-{target}", "source": source, "target": target, "sourceHandle": handle}


def dsl(nodes, edges=()):
    return {"kind": "app", "app": {"mode": "workflow"}, "workflow": {"graph": {"nodes": nodes, "edges": list(edges)}}}


READ = """
const { readDsl } = await load('graph/model.js');
const g = readDsl(args[0]);
return g && { nodes: [...g.nodes.values()].map(({id, parent, x, y, w, h, note, ports}) => ({id, parent, x, y, w, h, note, ports})), edges: g.edges };
"""


def read(page, document):
    graph = page.run(READ, document)
    return {n["id"]: n for n in graph["nodes"]}, graph["edges"]


def overlap(a, b):
    return (a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"] and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"])


def check_layout(nodes):
    for a in nodes.values():
        if a["parent"]:
            room = nodes[a["parent"]]
            assert room["x"] <= a["x"] and a["x"] + a["w"] <= room["x"] + room["w"], a
            assert room["y"] < a["y"] and a["y"] + a["h"] <= room["y"] + room["h"], a
        for b in nodes.values():
            if a["id"] < b["id"] and a["parent"] == b["parent"]:
                assert not overlap(a, b), (a, b)


def random_graph(seed):
    rng = random.Random(seed)
    spread = rng.choice([None, 100, 2000])
    at = lambda: (None, None) if spread is None else (rng.randrange(spread), rng.randrange(spread))
    nodes = [node("start", "start", *at())]
    for i in range(rng.randrange(2, 25)):
        room = rng.choice([None, *[n["id"] for n in nodes if n["data"]["type"] == "iteration"]])
        kind = rng.choice(["llm", "code", "if-else", "question-classifier", "iteration"])
        data = {"cases": [{"case_id": str(k), "conditions": []} for k in range(rng.randrange(5))],
                "classes": [{"id": str(k), "name": "x"} for k in range(rng.randrange(6))]}
        nodes.append(node(f"n{i:02}", kind, *at(), parent=room, **data))
    names = [n["id"] for n in nodes]
    return dsl(nodes, [edge(rng.choice(names), rng.choice(names)) for _ in range(len(names) * 2)])


def test_no_cards_overlap_and_children_stay_in_their_room(page):
    for seed in range(60):
        nodes, _ = read(page, random_graph(seed))
        check_layout(nodes)


def test_positions_of_the_dsl_are_kept_where_there_is_room(page):
    nodes, _ = read(page, dsl([node("a", "start", 80, 282), node("b", "end", 384, 282)], [edge("a", "b")]))
    assert [(nodes[n]["x"], nodes[n]["y"]) for n in "ab"] == [(80, 282), (384, 282)]


def test_a_card_that_alone_follows_another_stands_on_its_line(page):
    nodes, _ = read(page, dsl([node("a", "start", 0, 100), node("b", "code", 304, 130), node("c", "end", 608, 90), node("far", "end", 912, 400)],
                              [edge("a", "b"), edge("b", "c"), edge("c", "far")]))
    assert [nodes[n]["y"] for n in ("a", "b", "c", "far")] == [100, 100, 100, 400]


def test_without_positions_what_follows_stands_to_the_right(page):
    nodes, _ = read(page, dsl([node("c"), node("b"), node("a", "start")], [edge("a", "b"), edge("b", "c")]))
    assert nodes["a"]["x"] < nodes["b"]["x"] < nodes["c"]["x"]


def test_odd_documents_are_read_without_a_throw(page):
    odd = [None, [], {}, "text", {"workflow": None}, dsl(None), dsl([None, 5, "x", {}, {"data": None}]),
           dsl([node("a"), node("a"), node("b")], [None, {}, edge("a", "missing"), edge("a", "a"), edge("a", "b"), edge("b", "a")]),
           dsl([node("a", "loop", parent="b"), node("b", "loop", parent="a"), node("c", "loop", parent="c")]),
           dsl([node("x", "if-else", cases="no"), node("y", "llm", prompt_template=5, model="m"), node("z", "start", variables={"a": 1})])]
    for document in odd:
        page.run(READ, document)


def test_containers_that_hold_each_other_are_drawn_side_by_side(page):
    nodes, _ = read(page, dsl([node("a", "loop", parent="b"), node("b", "loop", parent="a"), node("c", "loop", parent="c")]))
    assert nodes["c"]["parent"] is None and [nodes["a"]["parent"], nodes["b"]["parent"]].count(None) >= 1
    check_layout(nodes)


def test_handles_are_cases_classes_and_the_error_branch(page):
    nodes, _ = read(page, dsl([
        node("i", "if-else", cases=[{"case_id": "true", "conditions": []}, {"case_id": "c2", "conditions": []}]),
        node("q", "question-classifier", classes=[{"id": "7", "name": "a"}], error_strategy="fail-branch"), node("s", "code")]))
    assert [p["id"] for p in nodes["i"]["ports"]] == ["true", "c2", "false"]
    assert [p["id"] for p in nodes["q"]["ports"]] == ["7", "fail-branch"]
    assert nodes["s"]["ports"] == []


def test_diff_names_what_was_added_removed_and_changed(page):
    before = dsl([node("a", "llm", 0, 0, model={"name": "m1"}), node("b"), node("gone")], [edge("a", "gone")])
    after = dsl([node("a", "llm", 900, 5, model={"name": "m2"}), node("b", selected=True), node("new")])
    found = page.run("""
const { diffDsl } = await load('graph/diff.js');
const d = diffDsl(args[0], args[1]);
return { added: [...d.added], removed: [...d.removed], changed: [...d.changed], shown: d.merged.workflow.graph.nodes.map((n) => n.id) };
""", before, after)
    assert found["added"] == ["new"] and found["removed"] == ["gone"]
    assert found["changed"] == [["a", [{"field": "model.name", "before": "m1", "after": "m2"}]]]
    assert found["shown"] == ["a", "b", "new", "gone"]


def test_arrows_walk_from_the_start_to_each_end(page):
    document = dsl([node("s", "start", 0, 100), node("i", "if-else", 304, 100, cases=[{"case_id": "true", "conditions": []}]),
                    node("up", "llm", 608, 0), node("down", "llm", 608, 300)],
                   [edge("s", "i"), edge("i", "up", "true"), edge("i", "down", "false")])
    steps = page.run("""
const { readDsl } = await load('graph/model.js');
const { step } = await load('graph/walk.js');
const g = readDsl(args[0]);
const path = ['s'];
for (const key of args[1]) path.push(step(g, path.at(-1), key));
return path;
""", document, ["ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowLeft"])
    assert steps == ["s", "i", "up", "down", "i", "s"]


def test_a_form_reads_every_type_of_input(page):
    variables = [{"variable": "t", "type": "text-input", "required": True}, {"variable": "n", "type": "number"}, {"variable": "c", "type": "checkbox"},
                 {"variable": "s", "type": "select", "options": ["a", "b"]}, {"variable": "f", "type": "file", "allowed_file_types": ["image"]},
                 {"variable": "l", "type": "file-list"}, {"variable": "j", "type": "json_object"}, {"variable": "p", "type": "paragraph"}]
    inputs = {"t": "hello", "n": 4.5, "c": True, "s": "b", "j": {"a": [1]}, "p": "two\nlines",
              "f": {"type": "image", "transfer_method": "remote_url", "url": "https://x.test/a.bin"},
              "l": [{"type": "document", "transfer_method": "remote_url", "url": "https://x.test/1.pdf"},
                    {"type": "audio", "transfer_method": "remote_url", "url": "https://x.test/2.mp3"}]}
    found = page.run("""
const { inputForm } = await load('pages/run-inputs.js');
const form = inputForm(args[0]);
const nothing = form.read();
form.set(args[1]);
return { nothing, inputs: form.read() };
""", variables, inputs)
    assert found["nothing"] is None
    assert found["inputs"] == inputs


def test_templates_show_references_as_names(page):
    assert page.run("""
const { richText } = await load('graph/refs.js');
const { h } = await load('dom.js');
const nodes = new Map([['1001', { title: 'Start' }]]);
return [...h('div', richText('Hi {{#1001.mail#}} <b> {{#9.x#}}', nodes)).childNodes].map((n) => [n.nodeName, n.textContent, n.className || '']);
""") == [["#text", "Hi ", ""], ["SPAN", "Start › mail", "ref"], ["#text", " <b> ", ""], ["SPAN", "9 › x", "ref lost"], ["#text", "", ""]]


def test_durations_and_sizes_read_well(page):
    assert page.run("""
const f = await load('format.js');
return [f.duration(840), f.duration(3200), f.duration(65000), f.duration(7200000), f.duration(null), f.bytes(0), f.bytes(1536), f.bytes(5e9), f.shortId('abcdefghijklmnopqrst')];
""") == ["840 ms", "3.2 s", "1 min 5 s", "2 h", "–", "0 B", "1.5 KB", "4.7 GB", "abcde…pqrst"]


UPLOAD = """
const { TusUpload } = await load('pages/tus.js');
const bytes = new Uint8Array(args[0]).map((_, i) => (i * 7) % 251);
const file = new File([bytes], args[1], { lastModified: 5 });
const up = new TusUpload(file, { dataset_id: 'd1' });
if (args[2]) up.addEventListener('change', () => { if (up.sent >= args[2] && up.state === 'sending') up.pause(); });
await up.start();
return { state: up.state, sent: up.sent, id: up.id, error: up.error && up.error.message };
"""


def content(size):
    return bytes((i * 7) % 251 for i in range(size))


def test_a_file_arrives_whole_in_growing_chunks(page, server):
    size = 3_000_001
    assert page.run(UPLOAD, size, "Ünïcode 文件.txt", 0)["state"] == "done"
    assert server.uploads.files["u0"] == content(size)
    assert server.uploads.metadata["u0"] == {"filename": "Ünïcode 文件.txt", "dataset_id": "d1"}
    sizes = [n for _, n in server.uploads.requests]
    assert len(sizes) > 2 and sizes[1] > sizes[0]


def test_a_chunk_that_arrived_in_part_goes_on_where_it_was(page, server):
    server.uploads.failures = [(503, 1000), (500, 0)]
    assert page.run(UPLOAD, 700_000, "a.txt", 0)["state"] == "done"
    assert server.uploads.files["u0"] == content(700_000)
    assert 1000 in [offset for offset, _ in server.uploads.requests]


def test_a_paused_upload_is_found_again_after_a_reload(page, server):
    paused = page.run(UPLOAD, 2_000_000, "b.txt", 250_000)
    assert paused["state"] == "paused" and 0 < len(server.uploads.files["u0"]) < 2_000_000
    page.driver.refresh()
    assert page.run(UPLOAD, 2_000_000, "b.txt", 0)["state"] == "done"
    assert list(server.uploads.files) == ["u0"]
    assert server.uploads.files["u0"] == content(2_000_000)


def test_a_refused_upload_stops_and_says_why(page, server):
    server.uploads.failures = [(413, 0)]
    refused = page.run(UPLOAD, 1000, "c.txt", 0)
    assert refused["state"] == "failed" and "413" in refused["error"]


RENEW = """
const { renewOnce } = await load('renew.js');
const one = { start: Date.now(), calls: 0 };
const send = async () => { one.calls++; await new Promise((r) => setTimeout(r, 300)); return true; };
one.answers = await Promise.all([renewOnce(send), renewOnce(send), renewOnce(send)]);
return one;
"""


def test_many_requests_of_one_tab_renew_the_session_once(page):
    found = page.run(RENEW)
    assert found["answers"] == [True, True, True] and found["calls"] == 1


def test_many_tabs_renew_the_session_once(page):
    """A module loaded under six addresses is six modules with one storage, as in six tabs."""
    found = page.run("""
let calls = 0;
const send = async () => { calls++; await new Promise((r) => setTimeout(r, 300)); return true; };
const tabs = await Promise.all([...Array(6)].map((_, i) => load(`renew.js?${i}`)));
const answers = await Promise.all(tabs.map((m) => m.renewOnce(send)));
return { answers, calls };
""")
    assert found["answers"] == [True] * 6
    assert found["calls"] == 1


def test_a_refused_renewal_is_said_to_be_refused(page):
    assert page.run("""
const { renewOnce } = await load('renew.js');
return [await renewOnce(async () => false), await renewOnce(async () => { throw new Error('offline'); }), await renewOnce(async () => true)];
""") == [False, False, True]


def test_headers_are_changed_as_a_merge_patch(page):
    seen = page.run("""
      const { headersField } = await load('pages/headers.js');
      const type = (input, text) => { input.value = text; };
      const f = headersField({ 'X-Keep': '••••cdef', 'X-Change': '••••', 'X-Drop': '••••' });
      const none = f.value();
      const rows = () => [...f.el.querySelectorAll('.header-row')];
      type(rows()[1].children[1], 'new');
      rows()[2].lastChild.click();
      f.input.click();
      type(rows()[2].children[0], ' X-New ');
      type(rows()[2].children[1], 'value');
      f.input.click();
      return { none, patch: f.value(), shown: f.el.textContent + rows().map((r) => r.children[1].value) };
    """)
    assert seen["none"] is None
    assert seen["patch"] == {"X-Drop": None, "X-Change": "new", "X-New": "value"}
    assert "cdef" not in seen["shown"]


def test_the_way_to_a_dify_is_read_as_it_was_shown(page):
    seen = page.run("""
      const { colourField, waySection } = await load('pages/connection-way.js');
      const { wayFields, wayValues } = await load('pages/way.js');
      const fields = (x) => ({ colour: colourField(x), ...wayFields(x) });
      const values = (f) => ({ colour: f.colour.value(), ...wayValues(f) });
      const round = (x) => { const f = fields(x); return [values(f), waySection(f, x).open]; };
      const f = fields({});
      waySection(f, {}).querySelector('input[value=blue]').checked = true;
      return { full: round(args[0]), none: round({}), chosen: values(f).colour };
    """, {"colour": "teal", "proxy": "http://proxy.lan:3128", "ca": "PEM", "insecure": True})
    assert seen["full"] == [{"colour": "teal", "proxy": "http://proxy.lan:3128", "ca": "PEM", "insecure": True}, True]
    assert seen["none"] == [{"colour": None, "proxy": None, "ca": None, "insecure": False}, False]
    assert seen["chosen"] == "blue"


def test_every_round_of_a_loop_has_its_place(page):
    """Executions of one node stand in the round that they belong to; what is folded is drawn when it is opened."""
    seen = page.run("""
      const { Timeline } = await load('pages/timeline.js');
      const shown = [];
      const line = new Timeline({ show: (id) => shown.push(id) });
      document.body.append(line.el);
      const step = (execution, node_id, more) => ({ execution, node_id, title: node_id, type: 'code', status: 'succeeded', parent: null,
        round: null, tokens: null, elapsed_ms: 5, inputs: { q: execution }, outputs: null, error: null, ...more });
      const list = [step('s', 'start'), step('loop', 'loop', { type: 'loop' }),
        ...[0, 1, 2].map((round) => step(`e${round}`, 'up', { parent: 'loop', round, tokens: 10, status: round === 1 ? 'failed' : 'succeeded' }))];
      line.draw(list);
      const lines = () => [...line.el.querySelectorAll('summary')].map((e) => e.textContent);
      const folded = lines().length;
      line.el.querySelectorAll('summary')[1].click();
      const opened = lines().length;
      line.el.querySelectorAll('details[data-key="loop#2"] > summary')[0].click();
      line.draw(list);
      return { top: line.el.children.length, folded, opened, all: lines().length,
        second: line.el.querySelector('[data-key="loop#1"]').open, third: line.el.querySelector('[data-key="e2"]') !== null,
        first: line.el.querySelector('[data-key="e0"]') };
    """)
    assert seen == {"top": 2, "folded": 2, "opened": 6, "all": 7, "second": True, "third": True, "first": None}


def test_a_step_put_in_before_another_takes_its_place(page):
    """Edits leave every position as it was; the drawing makes the room."""
    nodes, _ = read(page, dsl([node("a", "start", 0, 100), node("end", "end", 304, 100), node("after", "code", 608, 100), node("new", "llm", 304, 240)],
                              [edge("a", "new"), edge("new", "end"), edge("end", "after")]))
    assert [nodes[n]["x"] for n in ("a", "new")] == [0, 304]
    assert nodes["new"]["y"] == 100
    assert nodes["new"]["x"] + nodes["new"]["w"] < nodes["end"]["x"]
    assert nodes["end"]["x"] + nodes["end"]["w"] < nodes["after"]["x"]


def test_a_chain_that_runs_down_stays_one(page):
    nodes, _ = read(page, dsl([node("a", "start", 0, 0), node("b", "code", 0, 200), node("c", "end", 0, 400)], [edge("a", "b"), edge("b", "c")]))
    assert [(nodes[n]["x"], nodes[n]["y"]) for n in "abc"] == [(0, 0), (0, 200), (0, 400)]


def test_lines_go_around_cards(page):
    document = dsl([node("a", "start", 0, 100), node("b", "llm", 304, 90), node("c", "llm", 608, 120), node("d", "end", 912, 100)],
                   [edge("a", "b"), edge("b", "c"), edge("c", "d"), edge("a", "d")])
    behind = page.run("""
const { readDsl } = await load('graph/model.js');
const { edgePath } = await load('graph/edges.js');
const g = readDsl(args[0]);
const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
const hits = [];
for (const e of g.edges) {
  line.setAttribute('d', edgePath(e, g));
  for (let at = 1; at < line.getTotalLength() - 1; at += 2) {
    const { x, y } = line.getPointAtLength(at);
    for (const n of g.nodes.values())
      if (x > n.x && x < n.x + n.w && y > n.y && y < n.y + n.h) hits.push([e.source, e.target, n.id]);
  }
}
return hits;
""", document)
    assert behind == []


def test_words_are_readable_from_near_and_far(page):
    document = dsl([node("s", "start", 0, 100), node("q", "question-classifier", 304, 100, classes=[{"id": "1", "name": "billing"}, {"id": "2", "name": "spam"}])],
                   [edge("s", "q")])
    seen = page.run("""
const { GraphView } = await load('graph/view.js');
const view = new GraphView({ signal: new AbortController().signal });
view.el.style.cssText = 'position:fixed;inset:0;z-index:999';
document.body.append(view.el);
await new Promise(requestAnimationFrame);
view.show(args[0]);
const found = {};
for (const k of [1, 0.7, 0.55, 0.34]) {
  view.view.glide(0, 0, k, false);
  await new Promise(requestAnimationFrame);
  found[k] = [...view.svg.querySelectorAll('text')].filter((t) => t.getClientRects().length).map((t) => [t.textContent, parseFloat(getComputedStyle(t).fontSize) * k]);
}
view.el.remove();
return found;
""", document)
    for k, texts in seen.items():
        words = [w for w, _ in texts]
        assert "Q" in words, k
        assert ("billing" in words) == (k != "0.34"), (k, words)
        assert min(size for _, size in texts) > 9, (k, texts)


TOAST = """
const { toast } = await load('ui/toast.js');
const { confirm } = await load('ui/dialog.js');
const button = document.createElement('button');
button.className = 'btn primary';
button.style.cssText = 'position:fixed;right:20px;bottom:24px';
document.body.append(button);
toast('Kept as version 2');
await new Promise((r) => setTimeout(r, 400));
const [a, b] = [document.querySelector('.toast'), button].map((e) => e.getBoundingClientRect());
button.remove();
confirm({ title: 'Sure?', confirm: 'Yes' });
toast('It did not work', { tone: 'error' });
await new Promise((r) => setTimeout(r, 400));
const last = [...document.querySelectorAll('.toast')].at(-1);
const at = last.getBoundingClientRect();
const top = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
document.querySelector('dialog').close();
return { apart: a.bottom <= b.top, above: last.contains(top) };
"""


def test_a_toast_covers_no_button_and_is_above_what_is_modal(page):
    assert page.run(TOAST) == {"apart": True, "above": True}
