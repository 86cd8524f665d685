"""What the pages say of a run: that it is over, and what is in its way while it is not."""
import pytest

from test_ui_pages import DSL, ID, JOB, NOW, RUN, UNTIL, WORKFLOW, answers, shown  # noqa: F401

WORDS = UNTIL + "await until(() => one('.run-list button')); return [...document.querySelectorAll('.run-list button, .run-list .soft')].map((e) => e.textContent);"


@pytest.mark.parametrize("status,ended,over", [("unknown", NOW, True), ("unknown", None, False), ("running", None, False),
                                              ("partial-succeeded", NOW, True)])
def test_a_run_is_over_when_it_has_ended_whatever_became_of_it(shown, server, status, ended, over):
    server.answers[f"/api/runs/{ID}"] = {**RUN, "status": status, "finished_at": ended, "nodes": []}
    words = shown(f"/workflows/{ID}?tab=runs&run={ID}", WORDS)
    assert ("Run again" in words) is over
    assert ("Stop" in words) is ("Waiting for the first step" in words) is (not over)


def test_runs_are_filtered_by_each_status_that_people_meet(shown):
    words = shown("/runs", "return [...document.querySelectorAll('.filters .segments button')].map((e) => e.textContent);")
    assert words == ["All", "Running", "Succeeded", "Partly succeeded", "Failed", "Stopped", "Waits for a person", "Unknown"]


BUSY = {**RUN, "status": "queued", "error": None, "finished_at": None, "elapsed_ms": None, "query": "Hello", "nodes": []}
AWAY = {**JOB, "kind": "run", "state": "running", "result": None, "progress": {
    "phase": "start", "trouble": "HTTP 429", "trouble_code": "dify_busy", "again_at": NOW}}
TROUBLE = UNTIL + """
const { events } = await load('events.js');
const told = () => document.querySelector(args[0] + ' [role=status] .note')?.textContent ?? null;
await until(told);
const first = told();
events.dispatchEvent(new CustomEvent('job', { detail: { ...args[1], progress: { ...args[1].progress, trouble_code: 'dify_away' } } }));
const then = told();
events.dispatchEvent(new CustomEvent('job', { detail: { ...args[1], id: 'another', progress: null } }));
const another = told();
events.dispatchEvent(new CustomEvent('job', { detail: { ...args[1], progress: { phase: 'follow' } } }));
return { first, then, another, last: told() };
"""


@pytest.mark.parametrize("path,mode,box", [(f"/workflows/{ID}?tab=runs&run={ID}", "workflow", ".run-list"),
                                           (f"/workflows/{ID}?tab=run&c=talk", "advanced-chat", ".chat-answer")])
def test_a_run_and_a_message_that_wait_say_for_what(shown, server, path, mode, box):
    server.answers.update({
        f"/api/workflows/{ID}": {**WORKFLOW, "mode": mode}, f"/api/runs/{ID}": BUSY, "/api/runs": {"items": [BUSY], "next": None},
        f"/api/workflows/{ID}/conversations": {"items": [{"id": "talk", "title": "Hello", "over": False, "created_at": NOW}], "next": None},
        f"/api/jobs/{ID}": AWAY})
    told = shown(path, TROUBLE, box, AWAY)
    assert told["first"].startswith("Dify asks to be left alone for a moment. Next try at ")
    assert told["then"].startswith("Dify cannot be reached. ") and told["another"] == told["then"]
    assert told["last"] is None


COUNT = {"variable": "count", "type": "number"}
TYPED = UNTIL + """
const box = document.querySelector('input[name=count]');
let sent = 0;
const real = fetch;
window.fetch = (url, o) => { if (o?.method === 'POST') sent++; return real(url, o); };
document.activeElement.blur();
document.querySelector('.run-card [type=submit]').click();
await until(() => sent || box.closest('.field').querySelector('.problem').textContent);
window.fetch = real;
return { sent, focused: document.activeElement === box, said: box.closest('.field').querySelector('.problem').textContent };
"""


@pytest.mark.parametrize("typed,sent", [("1-2", 0), ("1e999", 0), ("-", 0), ("", 1), ("-1.5e3", 1)])
def test_a_number_that_is_none_is_refused_at_its_field(shown, page, server, typed, sent):
    start = {"id": "start", "data": {"type": "start", "title": "Start", "variables": [COUNT]}}
    server.answers[f"/api/workflows/{ID}/dsl"] = {**DSL, "workflow": {"graph": {"nodes": [start], "edges": []}}}
    server.answers[f"/api/workflows/{ID}"] = {**WORKFLOW, "mode": "workflow"}
    server.answers[f"/api/workflows/{ID}/run"] = {"run_id": ID}
    shown(f"/workflows/{ID}?tab=run")
    page.driver.find_element("name", "count").send_keys(typed)
    seen = page.run(TYPED)
    assert seen["sent"] == sent
    assert (seen["focused"], seen["said"]) == ((False, "") if sent else (True, "This is not a number."))
