"""The page that brings a workflow to another Dify, up to the end of the deploy there."""
from test_ui_pages import ID, JOB, OTHER, PLAN, UNTIL, answers, shown  # noqa: F401

PATH = f"/workflows/{ID}/promote?to={OTHER['id']}"
PROMOTE = f"/api/workflows/{ID}/promote"
MODEL_NEED, TOOL_NEED = PLAN["result"]["needs"]


def job(name, **more):
    return {**JOB, "id": name + ID[len(name):], **more}


def plan(*needs, **more):
    """What the worker says would be done, every question answered."""
    return job("plan", kind="promote", result={**PLAN["result"], "needs": list(needs), "secrets": [], "findings": [], "open": 0, **more})


def answer(server, path, *jobs):
    """The first of the jobs is what a POST to the path gives."""
    server.answers[path] = {"job": jobs[0]}
    for made in jobs:
        server.answers[f"/api/jobs/{made['id']}"] = made


PRESS = UNTIL + """
const note = document.querySelector('main .note');
[...document.querySelectorAll('main button')].find((e) => e.checkVisibility() && e.textContent.startsWith(args[0])).click();
await until(() => [...document.querySelectorAll('main .note')].some((e) => e !== note && e.querySelector('.btn')));
const text = (css) => [...document.querySelectorAll(css)].map((e) => e.innerText).join('|');
return { notes: text('main .note'), toasts: text('.toast'), buttons: text('main .note .btn') };
"""


def test_a_deploy_that_failed_is_told_once_and_tried_again(shown, page, server):
    answer(server, PROMOTE, plan(TOOL_NEED))
    shown(PATH, UNTIL + "await until(() => one('.promote-end'));")
    made = job("made", kind="promote", result={"workflow_id": "there", "deploy_job_id": job("fail")["id"]})
    error = {"code": "dify_unreachable", "message": "no route", "reason": None}
    answer(server, PROMOTE, made, job("fail", kind="deploy", state="failed", result=None, error=error))
    seen = page.run(PRESS, "Promote to Live")
    assert "A workflow with a name that is much longer than any window is wide was not deployed: " in seen["notes"]
    assert seen["toasts"] == "" and seen["buttons"] == "Try again|Open the workflow there"
    answer(server, "/api/workflows/there/deploy", job("good", kind="deploy", result={}))
    seen = page.run(PRESS, "Try again")
    assert "It is at Live now." in seen["notes"]
    assert seen["toasts"] == "" and seen["buttons"] == "Open the workflow there"


def test_what_dify_remarks_stands_in_the_page(shown, page, server):
    answer(server, PROMOTE, plan(TOOL_NEED))
    shown(PATH, UNTIL + "await until(() => one('.promote-end'));")
    made = job("made", kind="promote", result={"workflow_id": "there", "deploy_job_id": job("good")["id"]})
    answer(server, PROMOTE, made, job("good", kind="deploy", result={"notes": ["Look at this."]}))
    seen = page.run(PRESS, "Promote to Live")
    assert "Dify remarks:" in seen["notes"] and "Look at this." in seen["notes"] and seen["toasts"] == ""


def test_a_toast_of_a_failed_deploy_names_the_workflow(page):
    said = page.run("""
const { tellDeployed } = await load('pages/save.js');
tellDeployed({ state: 'failed', error: { code: 'dify_refused', message: 'no' } }, 'Mail sorter');
const toast = [...document.querySelectorAll('.toast')].at(-1);
const said = toast.innerText;
toast.querySelector('[aria-label]').click();
return said;
""")
    assert said.startswith("Mail sorter was not deployed: ")


LACKING = UNTIL + """
await until(() => one('.promote-end'));
const look = () => ({
  rows: [...document.querySelectorAll('.mapping-row')].map((e) => [e.classList.contains('open'), e.querySelector('.mapping-to > .meta').innerText]),
  above: one('.promote-end').previousElementSibling.innerText });
const before = look();
const select = one('.mapping-row select');
select.value = 'a/b/c m';
select.dispatchEvent(new Event('change'));
return { before, after: look() };
"""


def test_what_is_left_as_it_is_and_is_not_there_stays_marked(shown, server):
    """The answer of a row is a choice after the next comparison, whatever it was before."""
    chosen = [{**need, "how": "chosen", "to": need["key"]} for need in (
        MODEL_NEED, {**TOOL_NEED, "key": "c anything", "kind": "model"}, {**TOOL_NEED, "key": "x/y/time hour"},
        {**TOOL_NEED, "kind": "mcp_tool"})]
    chosen[-1]["how"] = "unasked"
    answer(server, PROMOTE, plan(*chosen))
    server.answers[f"/api/connections/{OTHER['id']}/resources"]["items"].append(
        {"kind": "tool", "handle": "time", "id": "now", "name": "now", "provider": "time"})
    seen = shown(PATH, LACKING)
    model, other, tool, mcp = seen["before"]["rows"]
    assert model == other == [True, "Not there: a run fails here"]
    assert not tool[0] and not mcp[0]
    assert seen["before"]["above"] == "Live does not have big, current_time: a run there fails where it is used."
    assert seen["after"]["rows"][0] == [False, ""]
    assert "Live does not have current_time: " in seen["after"]["above"]


BACK = UNTIL + """
const { state } = await load('state.js');
const seen = () => ({ note: one('main .note.error')?.innerText ?? null, target: one('.target').innerText });
const become = async (word) => {
  state.connections = state.connections.map((x) => (x.id === args[0] ? { ...x, state: word } : x));
  state.emit('connections');
  await new Promise((r) => setTimeout(r, 500));
};
"""


def test_a_dify_that_is_back_is_asked_again(shown, page, server):
    answer(server, PROMOTE, job("plan", kind="promote", state="failed", result=None, error={"code": "dify_unreachable", "message": "no route"}))
    down = shown(PATH, BACK + "await until(() => one('main .note.error')); await become('unknown'); return seen();", OTHER["id"])
    assert "Dify does not answer" in down["note"] and "Unknown" in down["target"]
    still = page.run("const one = (css) => document.querySelector(css);" + BACK + "await become('slow'); return seen();", OTHER["id"])
    assert "Dify does not answer" in still["note"]
    answer(server, PROMOTE, plan(TOOL_NEED))
    back = page.run("const one = (css) => document.querySelector(css);" + BACK + "await become('up'); await until(() => one('.mapping-row')); return { ...seen(), rows: document.querySelectorAll('.mapping-row').length };", OTHER["id"])
    assert back["note"] is None and back["rows"] == 1
