"""Every page in both languages, wide and at 360 pixels, empty and filled: it draws, fits, and each control has a name."""
import pytest

NOW = 1_790_000_000_000
ID = "m88bn26xdd37tbdd80qg"
START = {"variable": "mail", "label": "E-mail", "type": "paragraph", "required": True}
UPLOADS = {"file_upload": {"enabled": True, "allowed_file_types": ["document", "image"], "number_limits": 2,
                           "allowed_file_upload_methods": ["local_file", "remote_url"]}}
DSL = {"kind": "app", "app": {"name": "Mail sorter", "mode": "workflow"}, "workflow": {"features": UPLOADS, "graph": {
    "nodes": [
        {"id": "start", "position": {"x": 0, "y": 0}, "data": {"type": "start", "title": "Start", "variables": [START]}},
        {"id": "end", "position": {"x": 304, "y": 0}, "data": {"type": "end", "title": "End", "outputs": [
            {"variable": "reply", "value_selector": ["start", "mail"]}]}}],
    "edges": [{"id": "e", "source": "start", "target": "end", "sourceHandle": "source"}]}}}
NODE = {"execution": "1", "node_id": "start", "title": "Start", "type": "start", "status": "succeeded", "inputs": {"mail": "x"},
        "outputs": {"mail": "x"}, "error": None, "parent": None, "round": None, "tokens": 3, "elapsed_ms": 12, "started_at": NOW}
RUN = {"id": ID, "workflow_id": ID, "job_id": ID, "status": "failed", "inputs": {"mail": "x"}, "query": None, "answer": None, "conversation_id": None, "outputs": None, "error": "It broke " * 30,
       "elapsed_ms": 4200, "total_tokens": 12, "total_steps": 1, "created_at": NOW, "started_at": NOW, "finished_at": NOW}
WORKFLOW = {"id": ID, "name": "A workflow with a name that is much longer than any window is wide", "description": "", "mode": "advanced-chat",
            "tags": ["support", "mail", "a long tag with words", "four"], "connection_id": ID, "app_id": "7d8e7f00-9d06-4be6", "last_status": "failed",
            "last_status_at": NOW, "last_run_id": ID, "prompt": "x", "version": 2, "created_at": NOW, "updated_at": NOW}
JOB = {"id": ID, "kind": "generate", "state": "succeeded", "request": {"prompt": "Sort mail"}, "progress": None, "error": None, "attempts": 1,
       "cancel": False, "workflow_id": None, "created_at": NOW, "started_at": NOW, "finished_at": NOW + 5000,
       "result": {"dsl": DSL, "name": "Mail sorter", "plan": {}, "fixes": [{"code": "alias", "pointer": "/steps/0", "before": "a", "after": "b"}],
                  "findings": [{"code": "x", "tier": "L", "pointer": "/a", "node": "end", "message_en": "Look here.", "message_zh": "看这里。", "fixable": True}],
                  "model_id": ID, "tokens": {"prompt": 1, "completion": 2}, "ms": 5000, "answer": "{}", "assumptions": ["One."], "questions": ["Two?"]}}
FAILED = {**JOB, "id": ID[::-1], "state": "failed", "result": None,
          "error": {"code": "generation_failed", "reason": "no_json", "message": "the model's answer holds no plan", "findings": []}}
APPS = {**JOB, "id": "apps" + ID[4:], "kind": "list_apps", "result": {"more": True, "apps": [
    {"app_id": "7d8e7f00-9d06-4be6", "name": "An app with a name that is much longer than any window is wide", "mode": "workflow",
     "tags": ["office", "mail"], "updated_at": NOW, "published": True},
    {"app_id": "7d8e7f00-9d06-4be7", "name": "Small talk", "mode": "chat", "tags": [], "updated_at": NOW, "published": True,
     "code": "kind_not_managed"}]}}
PLAN = {**JOB, "id": "plan" + ID[4:], "kind": "promote", "result": {
    "needs": [{"kind": "model", "key": "acme/ai/ai big", "name": "big", "nodes": ["A node with a name that is longer than any line"], "how": "missing"},
              {"kind": "tool", "key": "time current_time", "name": "current_time", "nodes": ["Now"], "how": "there", "to": "time current_time"}],
    "secrets": [{"kind": "secret", "key": "env KEY", "name": "KEY", "nodes": [], "how": "keep", "to": "keep", "there": True}],
    "open": 1, "diff": None, "details": [{"field": "name", "before": "Old", "after": "New"}], "base": "1-ab",
    "findings": [{"code": "x", "tier": "R", "pointer": "/a", "node": "end", "message_en": "Look here.", "message_zh": "看这里。", "fixable": False}]}}
STEP = {"id": "sort", "type": "if-else", "title": "A title of a step that is much longer than any line is",
        "else": {"do": [{"id": "reply", "type": "llm"}]}}
BUILT = {"dsl": DSL, "plan": {"steps": [STEP]}, "dialect": "plan", "fixes": [], "assumptions": [], "questions": [], "ok": True,
         "findings": [{"code": "x", "tier": "R", "pointer": "/steps/0", "node": "sort", "line": 1, "message_en": "Look here.",
                       "message_zh": "看这里。", "fixable": False}]}
CONNECTION = {"id": ID, "name": "Dify at the office", "base_url": "http://dify.office.lan", "auth": "password", "email": "li@example.com",
              "secret_hint": "••••1234", "is_default": True, "is_sandbox": True, "state": "refused", "version": "1.13.3", "dsl_version": "0.6.0",
              "error": "The password is wrong.", "seen_at": NOW, "checked_at": NOW}
OTHER = {**CONNECTION, "id": "other" + ID[5:], "name": "Live", "is_default": False, "is_sandbox": False, "state": "up", "error": None}
MODEL = {"id": ID, "name": "Qwen3", "base_url": "http://localhost:11434/v1", "model": "qwen3:8b", "api_key_hint": "••••9f3c", "temperature": 0.2,
         "max_tokens": 4000, "context_size": 32768, "timeout_s": 120, "headers": {"X-Organization": "••••cdef"}, "ca": None, "proxy": None,
         "insecure": False, "price_in": 0.5, "price_out": 2, "currency": "CNY", "output": "auto", "found_output": "json_schema",
         "quirks": ["no_temperature", "max_completion_tokens"], "probed_at": NOW, "last_ok": False, "last_error": "the model's server answered 401",
         "last_used_at": NOW, "is_default": True}
GENERATION = {"id": ID, "engine": "studio", "model_id": ID, "model": "Qwen3", "request": "Sort mail by what it is about", "prompt_version": 2,
              "prompt_hash": "ab12", "result": "ok", "stage": "done", "rounds": 1, "phases": [], "tokens": {"prompt": 3000, "completion": 500},
              "cost": {"amount": 0.0123, "currency": "CNY"}, "fixes": {"type_alias": 2}, "findings": {"x": 1}, "ms": 8200, "started_at": NOW, "finished_at": NOW}
UPLOAD = {"id": ID, "filename": "Handbook.pdf", "size": 10, "received": 4, "state": "receiving", "dataset_id": "d", "segments": None,
          "total_segments": None, "error": None, "created_at": NOW, "updated_at": NOW}


def listing(*items):
    return {"items": list(items), "next": None}


def answers(full):
    """What the server says: to a new studio, or to one that is in use."""
    some = (lambda *items: listing(*items)) if full else (lambda *items: listing())
    workflow = f"/api/workflows/{ID}"
    return {
        "/api/auth/me": {"id": ID, "name": "admin", "role": "admin", "has_password": True, "created_at": NOW},
        "/api/auth/tokens": some({"id": ID, "name": "backup", "role": "viewer", "created_at": NOW, "last_used_at": None}),
        "/api/models": some(MODEL), "/api/connections": some(CONNECTION, OTHER), "/api/workflows": some(WORKFLOW),
        f"/api/connections/{ID}/apps": {"job": APPS}, f"/api/jobs/{APPS['id']}": APPS, f"{workflow}/promote": {"job": PLAN}, f"/api/jobs/{PLAN['id']}": PLAN,
        f"/api/connections/{OTHER['id']}/resources": some({"kind": "model", "handle": "m", "id": "m", "name": "m", "provider": "a/b/c"}),
        "/api/workflows/tags": some({"tag": "support", "count": 1}), workflow: WORKFLOW, f"{workflow}/dsl": DSL,
        f"{workflow}/versions": some({"number": 2, "origin": "edited", "note": None, "created_by": "admin", "created_at": NOW, "bytes": 900, "hash": "b"},
                                     {"number": 1, "origin": "created", "note": None, "created_by": "admin", "created_at": NOW, "bytes": 900, "hash": "a"}),
        "/api/generations": some(GENERATION, {**GENERATION, "id": ID[::-1], "result": "no_json", "cost": None, "findings": {}}),
        "/api/generations/summary": {"days": 30, **({
            "models": [{"engine": "studio", "model": "Qwen3 with a name that is longer than most", "count": 12, "ok": 9, "cancelled": 1, "ms": 8200,
                        "tokens": 123456, "costs": [{"amount": 0.0123, "currency": "CNY"}, {"amount": 12.5, "currency": "USD"}]},
                       {"engine": "dify", "model": "sandbox-fast", "count": 0, "ok": 0, "cancelled": 1, "ms": None, "tokens": 0, "costs": []}],
            "results": [{"code": "ok", "count": 9, "generations": 9, "message_en": None, "message_zh": None},
                        {"code": "no_json", "count": 3, "generations": 3, "message_en": None, "message_zh": None}],
            "findings": [{"code": "x", "count": 3, "generations": 2, "message_en": "Look here.", "message_zh": "看这里。"}],
            "fixes": [{"code": "type_alias", "count": 30, "generations": 8, "message_en": None, "message_zh": None}],
        } if full else {"models": [], "results": [], "findings": [], "fixes": []})},
        "/api/dsl/build": BUILT,
        f"{workflow}/conversations": some({"id": ID, "title": "Hello there", "over": False, "created_at": NOW}),
        "/api/jobs": some(JOB, FAILED), f"/api/jobs/{ID}": JOB, f"/api/jobs/{FAILED['id']}": FAILED,
        "/api/runs": some(RUN), f"/api/runs/{ID}": {**RUN, "nodes": [NODE]}, "/api/kb/uploads": some(UPLOAD),
        f"/api/connections/{ID}/resources": some({"kind": "dataset", "handle": "handbook", "id": "d", "name": "handbook"}),
        "/api/status": {"version": "1", "uptime_s": 90, "worker": {"alive": full, "last_beat_at": NOW}, "jobs": {"queued": 0, "running": 1, "failed_24h": 2},
                        "connections": [CONNECTION] if full else [], "models": [{"id": ID, "name": "Qwen3", "ok": True, "last_used_at": NOW}] if full else [],
                        "disk": {"free_bytes": 10**9}, "database": {"bytes": 10**6, "wal_bytes": 0}},
    }


PAGES = ["/", "/workflows", "/new", f"/new?job={ID}", f"/new?job={FAILED['id']}", f"/workflows/{ID}", f"/workflows/{ID}?tab=run",
         f"/workflows/{ID}?tab=runs", f"/workflows/{ID}?tab=runs&run={ID}", f"/workflows/{ID}?tab=dsl", f"/workflows/{ID}?tab=versions",
         "/import", f"/import?connection={ID}", f"/workflows/{ID}/promote", "/plan", f"/workflows/{ID}/promote?to={OTHER['id']}",
         f"/plan?job={ID}", "/check", "/knowledge", "/activity", "/runs", "/models", "/generations", "/connections", "/status", "/settings", "/nowhere"]

LOOK = """
const visible = (e) => e.checkVisibility();
const named = (e) => (e.getAttribute('aria-label') || e.textContent || e.title || [...(e.labels || [])].map((l) => l.textContent).join('')).trim();
const main = document.querySelector('.main') || document.body;
return {
  headings: document.querySelectorAll('h1').length,
  nameless: [...document.querySelectorAll('a[href], button, input, select, textarea')].filter((e) => visible(e) && !e.ariaHidden && !named(e)).map((e) => e.outerHTML.slice(0, 120)),
  wide: [document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth],
  keys: [...document.querySelectorAll('body *')].filter((e) => !e.children.length && visible(e) && !e.closest('code, pre, .mono') && /^[a-z]+[.][a-z_.]+$/.test(e.textContent.trim())).map((e) => e.textContent),
  ids: [...document.querySelectorAll('[id]')].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i),
  mistakes: window.mistakes,
};
"""


SHOW = """
for (const old of document.querySelectorAll('h1')) old.remove();
location.hash = '#' + args[0];
for (let i = 0; i < 200 && !document.querySelector('h1'); i++) await new Promise((r) => setTimeout(r, 20));
await new Promise((r) => setTimeout(r, 200));
"""

UNTIL = """
const until = async (check) => { for (let i = 0; i < 200 && !check(); i++) await new Promise((r) => setTimeout(r, 20)); };
"""

RECORD = """
window.mistakes = [];
addEventListener('error', (e) => mistakes.push(String(e.message)));
addEventListener('unhandledrejection', (e) => mistakes.push(String(e.reason)));
addEventListener('securitypolicyviolation', (e) => mistakes.push(e.violatedDirective + ' ' + e.blockedURI));
"""


SEND = """
document.querySelector('.chat-say [aria-expanded]').click();
const field = document.querySelector('.chat-foot .file-field');
field.querySelector('button.link').click();
field.querySelector('input[type=url]').value = 'https://example.com/a.pdf';
field.querySelector('.link-row button').click();
document.querySelector('.chat-say textarea').value = 'Read it';
const sent = new Promise((done) => { const real = fetch; window.fetch = (url, o) => {
  if (String(url).endsWith('/run')) { window.fetch = real; done(JSON.parse(o.body)); }
  return real(url, o);
}; });
document.querySelector('.chat-say .primary').click();
return sent;
"""


def test_files_go_with_a_message(page, server):
    server.answers = answers(True)
    page.driver.refresh()
    page.run(SHOW, f"/workflows/{ID}?tab=run")
    page.run("document.querySelector('.chat-inputs textarea').value = 'x'; return 1")
    sent = page.run(SEND)
    assert sent["query"] == "Read it"
    assert sent["inputs"]["sys.files"] == [{"type": "document", "transfer_method": "remote_url", "url": "https://example.com/a.pdf"}]


@pytest.mark.parametrize("width,lang,full", [(1280, "en", True), (360, "zh-CN", True), (360, "en", True), (360, "en", False)])
def test_every_page_draws_fits_and_names_its_controls(page, server, width, lang, full):
    server.answers = answers(full)
    driver = page.driver
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 740, "deviceScaleFactor": 1, "mobile": False})
    driver.execute_script("localStorage.setItem('studio.lang', arguments[0].slice(0, 2))", lang)
    record = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": RECORD})
    try:
        driver.refresh()
        assert driver.find_element("tag name", "html").get_attribute("lang") == lang
        for path in PAGES:
            page.run(SHOW, path)
            seen = driver.execute_script(LOOK)
            assert seen["headings"] == 1, path
            assert seen["nameless"] == [], path
            assert max(seen["wide"]) <= 0, path
            assert seen["keys"] == [] and seen["ids"] == [] and seen["mistakes"] == [], path
    finally:
        driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", record)
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.fixture
def shown(page, server):
    """Opens a path of the filled studio and gives the page, with what the test asks for."""
    server.answers = answers(True)
    page.driver.refresh()

    def show(path, body="", *args):
        page.run(SHOW, path)
        return page.run("const one = (css) => document.querySelector(css);" + body, *args)
    return show


def test_an_empty_plan_says_what_belongs_there_and_starts_from_an_example(shown):
    seen = shown("/plan", """
sessionStorage.clear();
const before = { notes: document.querySelectorAll('.plan-more .note.error').length, text: one('.plan-more').textContent };
one('.plan-more .btn.primary').click();
await new Promise((r) => setTimeout(r, 700));
return { ...before, plan: one('.editor-box').value, nodes: document.querySelectorAll('.node').length };
""")
    assert seen["notes"] == 0 and "step by step" in seen["text"]
    assert seen["plan"].startswith("name: ") and seen["nodes"] > 0


REACH = """
const seen = (e) => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0; };
const all = 'a[href], button, input:not([type=hidden]), select, textarea, [tabindex="0"]';
return [...document.querySelectorAll(all)].filter((e) => e.checkVisibility() && !e.disabled && !seen(e)).map((e) => e.outerHTML.slice(0, 90));
"""


def test_what_the_tab_key_reaches_can_be_seen(shown):
    for path in PAGES:
        assert shown(path, REACH) == [], path


def test_what_is_gone_is_said_to_be_gone(shown):
    text = shown("/workflows/gone26xdd37tbdd80qg", "return one('main').innerText;")
    assert "deleted" in text and "/api/" not in text


def test_one_sees_where_to_type_to_a_chat_on_a_phone(shown, page, server):
    server.answers[f"/api/workflows/{ID}"] = {**server.answers[f"/api/workflows/{ID}"], "mode": "advanced-chat", "app_id": "a"}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 390, "height": 740, "deviceScaleFactor": 1, "mobile": True})
    try:
        box = shown(f"/workflows/{ID}?tab=run", "const r = one('.chat-say').getBoundingClientRect(); return { top: r.top, bottom: r.bottom, bar: one('.rail').getBoundingClientRect().top };")
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert 0 < box["top"] < box["bottom"] <= box["bar"]


def test_steps_that_a_run_passed_by_are_faded(shown):
    seen = shown(f"/workflows/{ID}?tab=runs&run={ID}", "return [...document.querySelectorAll('.node')].map((e) => [e.dataset.id, e.classList.contains('is-skipped')]);")
    assert dict(seen) == {"start": False, "end": True}
