"""The run page in Chromium: a form of every kind of variable, files, the same
run once more, and the history with its filters."""
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from lib.browser import browser
from lib.client import Client
from lib.servers import wait_for
from lib.studio import SETUP
from lib.world import world

PASSWORD = "correct horse battery"
FILES = ["local_file", "remote_url"]
VARIABLES = [
    {"variable": "short", "type": "text-input", "required": True,
     "max_length": 48},
    {"variable": "long", "type": "paragraph"},
    {"variable": "pick", "type": "select", "options": ["red", "blue"],
     "required": True},
    {"variable": "num", "type": "number"},
    {"variable": "yes", "type": "checkbox"},
    {"variable": "doc", "type": "file", "required": True,
     "allowed_file_types": ["document"], "allowed_file_extensions": [],
     "allowed_file_upload_methods": FILES},
    {"variable": "all", "type": "file-list", "max_length": 3,
     "allowed_file_types": ["custom"], "allowed_file_extensions": ["log"],
     "allowed_file_upload_methods": ["local_file"]},
    {"variable": "obj", "type": "json_object"}]


def node(nid, x, **data):
    return {"id": nid, "type": "custom", "position": {"x": x, "y": 100},
            "positionAbsolute": {"x": x, "y": 100}, "width": 244,
            "height": 90, "sourcePosition": "right",
            "targetPosition": "left",
            "data": {"desc": "", "selected": False, **data}}


def chain(name, nodes, mode="workflow", features=None):
    edges = [{"id": f"{a['id']}-source-{b['id']}-target", "type": "custom",
              "source": a["id"], "sourceHandle": "source", "target": b["id"],
              "targetHandle": "target", "zIndex": 0,
              "data": {"sourceType": a["data"]["type"],
                       "targetType": b["data"]["type"],
                       "isInIteration": False, "isInLoop": False}}
             for a, b in zip(nodes, nodes[1:])]
    return {"kind": "app", "version": "0.6.0", "dependencies": [],
            "app": {"name": name, "mode": mode, "icon": "x",
                    "icon_type": "emoji", "icon_background": "#FFEAD5",
                    "description": "", "use_icon_as_answer_icon": False},
            "workflow": {"environment_variables": [],
                         "conversation_variables": [],
                         "features": features or {},
                         "graph": {"nodes": nodes, "edges": edges,
                                   "viewport": {"x": 0, "y": 0, "zoom": 1}}}}


def every_variable():
    variables = [{"label": v["variable"].title(), "required": False,
                  "options": [], **v} for v in VARIABLES]
    return chain("Every variable", [
        node("1001", 0, type="start", title="Start", variables=variables),
        node("1003", 300, type="end", title="End", outputs=[
            {"variable": v["variable"],
             "value_selector": ["1001", v["variable"]]}
            for v in VARIABLES])])


@pytest.fixture(scope="module")
def seen():
    """A studio, an API client, and a browser that is signed in."""
    with world(sign_in=False) as made:
        link = wait_for(lambda: made.studio.output.find(SETUP), 10,
                        "the sign-in URL")
        made.api = Client(made.studio.url)
        with browser(made.studio.url) as page:
            page.driver.get(link.group(1))
            for box in page.wait(lambda p: p.all("input[type=password]")):
                box.send_keys(PASSWORD)
            page.click("Save and start")
            page.one("nav")
            made.api.post("/api/auth/login", {
                "username": "admin", "password": PASSWORD}, (200, 204))
            made.api.use_token()
            made.page = page
            yield made


def deployed(made, dsl):
    answer = made.api.post("/api/workflows", {"dsl": dsl, "deploy": True},
                           headers={"Prefer": "wait=60"}).json()
    assert answer["app_id"], answer
    return answer["id"]


def runs_of(made, workflow):
    return made.api.get(f"/api/runs?workflow_id={workflow}")["items"]


def named(page, name):
    return page.driver.find_element(By.NAME, name)


def test_every_variable_files_again_and_history(seen, tmp_path):
    page = seen.page
    workflow = deployed(seen, every_variable())
    for name in ("note.txt", "a.log", "b.log", "bad.exe"):
        (tmp_path / name).write_text("content of " + name)
    page.go(f"workflows/{workflow}?tab=run")
    page.wait(lambda p: p.driver.find_elements(By.NAME, "short"))
    named(page, "doc").send_keys(str(tmp_path / "bad.exe"))
    page.says("bad.exe does not fit")
    named(page, "doc").send_keys(str(tmp_path / "note.txt"))
    named(page, "all").send_keys(
        f"{tmp_path / 'a.log'}\n{tmp_path / 'b.log'}")
    page.wait(lambda p: len(p.all(".run-files li")) == 3
              and not p.all(".run-files .bar"), 15, "three files")
    named(page, "short").send_keys("hello")
    named(page, "num").send_keys("2.5")
    named(page, "obj").send_keys("[1]")
    page.driver.find_element(
        By.CSS_SELECTOR, ".run-card input[type=checkbox]").click()
    page.press("form button[type=submit]")
    page.says("This is not valid JSON")
    box = named(page, "obj")
    box.clear()
    box.send_keys('{"a": [1]}')
    page.press("form button[type=submit]")
    page.says("This is needed")
    Select(named(page, "pick")).select_by_visible_text("blue")
    page.screens("run-form-filled")
    page.press("form button[type=submit]")
    page.says("Succeeded")
    run = runs_of(seen, workflow)[0]
    out = run["outputs"]
    assert (out["short"], out["long"], out["pick"]) == ("hello", None, "blue")
    assert (out["num"], out["yes"], out["obj"]) == (2.5, True, {"a": [1]})
    assert out["doc"]["filename"] == "note.txt"
    assert [f["filename"] for f in out["all"]] == ["a.log", "b.log"]
    assert list((seen.studio.data / "spool").iterdir()) == []
    page.press("form button[type=submit]")
    wait_for(lambda: len(runs_of(seen, workflow)) == 2, 15, "the second run")
    page.says("Succeeded")
    page.click("Run again")
    wait_for(lambda: [r["status"] for r in runs_of(seen, workflow)]
             == ["succeeded"] * 3, 15, "the third run")
    assert all(r["inputs"] == run["inputs"] for r in runs_of(seen, workflow))
    page.click("Runs", "[role=tab]")
    page.wait(lambda p: len(p.all("tbody tr")) == 3, 10, "three runs")
    page.click("Failed")
    page.says("No such runs")
    assert "status=failed" in page.driver.current_url
    page.driver.refresh()
    page.says("No such runs")
    page.screens("runs-none")
    page.click("Show all")
    page.wait(lambda p: len(p.all("tbody tr")) == 3, 10, "three runs")
    page.go("runs")
    page.wait(lambda p: len(p.all("tbody tr")) == 3, 10, "three runs")
    Select(page.one("select[aria-label=Workflow]")).select_by_visible_text(
        "Every variable")
    page.wait(lambda p: f"workflow={workflow}" in p.driver.current_url)
    Select(page.one("select[aria-label=Time]")).select_by_visible_text(
        "Last 24 hours")
    page.wait(lambda p: len(p.all("tbody tr")) == 3, 10, "three runs")
    page.screens("runs-all")
    assert page.complaints() == []


def think(nid, seconds):
    """Code that takes its time; five seconds are the most it may take."""
    return node(nid, 600, type="code", title="Think", code_language="python3",
                code="import time\n\ndef main(q: str) -> dict:\n"
                     f"    time.sleep({seconds})\n"
                     "    return {'r': 'Done.'}",
                variables=[{"variable": "q",
                            "value_selector": ["sys", "query"]}],
                outputs={"r": {"type": "string", "children": None}})


def thinking_chat():
    """What it is asked again it thinks about longer, so that it can be
    stopped."""
    start = node("1001", 0, type="start", title="Start", variables=[
        {"variable": "lang", "label": "Language", "type": "text-input",
         "required": True, "max_length": 20, "options": []}])
    return chain("Thinking chat", [
        start,
        node("1002", 300, type="answer", title="First", variables=[],
             answer="Number {{#sys.dialogue_count#}}. Let me think. "),
        think("1003", 3), think("1005", "4 if 'again' in q else 0"),
        think("1006", "4 if 'again' in q else 0"),
        node("1004", 900, type="answer", title="Rest", variables=[],
             answer="{{#1003.r#}}")],
        "advanced-chat", {"opening_statement": "Ask me anything.",
                          "suggested_questions": ["How are you?"]})


def test_a_conversation(seen):
    page = seen.page
    workflow = deployed(seen, thinking_chat())
    page.go(f"workflows/{workflow}?tab=run")
    page.says("Ask me anything.")
    page.click("How are you?")
    page.says("This is needed")
    assert runs_of(seen, workflow) == []
    named(page, "lang").send_keys("en")
    page.click("How are you?")
    page.says("Number 1. Let me think.")
    assert runs_of(seen, workflow)[0]["status"] == "running"
    page.says("Number 1. Let me think. Done.")
    page.press(".chat-steps summary")
    page.says("Think")
    page.screens("chat")
    page.write(lambda: named(page, "message"), "And again", Keys.ENTER)
    page.says("Number 2. Let me think.")
    page.click("Stop")
    page.says("Stopped")
    wait_for(lambda: [r["status"] for r in runs_of(seen, workflow)]
             == ["stopped", "succeeded"], 15, "a stopped and a good run")
    talk = {r["conversation_id"] for r in runs_of(seen, workflow)}
    assert len(talk) == 1 and f"c={talk.pop()}" in page.driver.current_url
    page.driver.refresh()
    page.says("And again")
    page.click("New conversation")
    page.wait(lambda p: "And again" not in p.text(), 10, "an empty thread")
    page.write(lambda: named(page, "message"), "Somebody else", Keys.ENTER)
    page.says("Number 1. Let me think.")
    page.wait(lambda p: len(p.all(".chat-talk")) == 2, 10,
              "two conversations")
    page.click("How are you?")
    page.says("Number 2. Let me think.")
    assert page.complaints() == []


def test_a_test_run_of_a_generation(seen):
    """It runs in an app that is gone afterwards; nothing is kept here."""
    page = seen.page
    page.go("new")
    page.labelled("Build it")
    page.write(lambda: page.one("textarea"), "Grade a score from 0 to 100")
    page.click("Build it")
    page.click("Run a test", "button", 40)
    page.says("an app of its own")
    page.screens("trial-asked")
    page.click("Start the test")
    page.wait(lambda p: p.all(".trial .note"), 60, "the end of the test")
    page.screens("trial-done")
    assert "It runs." in page.text(), page.text()
    page.driver.refresh()
    page.says("It runs.", 30)
    assert seen.dify.state()["apps"].get("Grade", 0) == 0
    assert not [name for name in seen.dify.state()["apps"]
                if "Test of" in name]
    assert not [w for w in seen.api.get("/api/workflows")["items"]
                if w["name"].startswith("Test of")]
    assert page.complaints() == []
