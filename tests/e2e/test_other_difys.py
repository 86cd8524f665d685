"""Workflows that come from a Dify and go to another, as a person does it."""
import zipfile

import pytest
import requests
import yaml

from lib.browser import browser
from lib.servers import wait_for
from lib.studio import SETUP
from lib.world import world
from worker.dify_server import Dify

SECRET = "sk-of-the-mail-server-42"


def flow(name, **workflow):
    """A DSL that gives its input back."""
    def node(nid, kind, x, **data):
        return {"id": nid, "type": "custom", "position": {"x": x, "y": 100},
                "data": {"type": kind, "title": kind.title(), "desc": "",
                         "selected": False, **data}}
    nodes = [
        node("1", "start", 0, variables=[{
            "variable": "q", "label": "q", "type": "text-input",
            "required": True, "max_length": 48, "options": []}]),
        node("2", "end", 300, outputs=[{
            "variable": "out", "value_selector": ["1", "q"],
            "value_type": "string"}])]
    edges = [{"id": "e", "type": "custom", "source": "1",
              "sourceHandle": "source", "target": "2",
              "targetHandle": "target",
              "data": {"sourceType": "start", "targetType": "end"}}]
    return {"kind": "app", "version": "0.6.0", "dependencies": [],
            "app": {"name": name, "mode": "workflow", "icon": "x",
                    "icon_type": "emoji", "icon_background": "#FFEAD5",
                    "description": ""},
            "workflow": {"environment_variables": [],
                         "conversation_variables": [], "features": {},
                         "graph": {"nodes": nodes, "edges": edges,
                                   "viewport": {"x": 0, "y": 0, "zoom": 1}},
                         **workflow}}


class Console:
    """A sandbox Dify's console, by its admin key."""

    def __init__(self, url, key):
        self.url, self.key = url + "/console/api", key
        self.space = self("GET", "/all-workspaces")["data"][0]["id"]

    def __call__(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self.key}"}
        if hasattr(self, "space"):
            headers["X-WORKSPACE-ID"] = self.space
        r = requests.request(method, self.url + path, headers=headers,
                             json=body, timeout=10)
        r.raise_for_status()
        return r.json() if r.content else None

    def app(self, name, **workflow):
        return self("POST", "/apps/imports", {
            "mode": "yaml-content",
            "yaml_content": yaml.safe_dump(flow(name, **workflow))})["app_id"]


@pytest.fixture(scope="module")
def seen():
    with world(sign_in=False) as made:
        made.console = Console(made.dify.url, made.admin_key)
        with browser(made.studio.url) as page:
            made.page = page
            link = wait_for(lambda: made.studio.output.find(SETUP), 10,
                            "the sign-in URL")
            page.driver.get(link.group(1))
            page.click("Later")
            page.one("nav")
            yield made


@pytest.fixture
def page(seen):
    seen.dify.heal()
    seen.page.look("wide", "light")
    yield seen.page
    assert seen.page.complaints() == []


def row(page, name):
    return page.wait(lambda p: p.all("tbody tr", name), 15, name)[0]


def test_apps_come_from_dify(seen, page):
    seen.console.app("Mail sorter", environment_variables=[{
        "id": "5b1c1ee4-8ed0-4a9c-8d0d-0e4a5e4bd7a1", "name": "KEY",
        "value_type": "secret", "value": SECRET, "description": "",
        "selector": ["env", "KEY"]}])
    tag = seen.console("POST", "/tags", {"name": "office", "type": "app"})
    mail = seen.console.app("Invoices")
    seen.console("POST", "/tag-bindings", {
        "tag_ids": [tag["id"]], "target_id": mail, "type": "app"})
    seen.console("POST", "/apps", {"name": "Old bot", "mode": "chat"})
    seen.console("POST", "/apps", {"name": "Empty one", "mode": "workflow"})
    page.go("workflows")
    page.says("No workflows yet")
    page.screens("workflows-empty-import")
    page.click("Import from Dify")
    row(page, "Mail sorter")
    assert "office" in row(page, "Invoices").text
    assert "have a graph" in row(page, "Old bot").text
    assert not page.all("tr.off input:not(:disabled)")
    page.screens("import-list")
    box = page.one("input[type=search]")
    box.send_keys("office")
    page.wait(lambda p: not p.all("tbody tr", "Mail sorter"), 5, "a search")
    assert row(page, "Invoices")
    page.write(lambda: page.one("input[type=search]"), " ")
    row(page, "Mail sorter")
    page.press(".filters > .check input")
    page.says("3 selected")
    page.screens("import-chosen")
    page.click("Import", ".bulk button")
    page.says("2 apps imported")
    page.says("1 failed")
    page.wait(lambda p: "Imported" in row(p, "Mail sorter").text, 10, "an end")
    assert "It is empty" in row(page, "Empty one").text
    page.screens("import-done")
    seen.console("DELETE", "/apps/" + next(
        a["id"] for a in seen.console("GET", "/apps?page=1&limit=100")["data"]
        if a["name"] == "Empty one"))
    page.click("Try it again")
    page.wait(lambda p: "deleted" in row(p, "Empty one").text, 10, "a retry")
    page.driver.refresh()
    page.wait(lambda p: "Is here already" in row(p, "Invoices").text, 10,
              "what is kept")
    row(page, "Mail sorter").find_element("css selector", "a").click()
    page.labelled("Deploy again")
    page.says("Mail sorter")
    assert SECRET not in page.driver.page_source
    page.go("workflows?tag=office")
    row(page, "Invoices")


def test_an_import_under_way_is_seen_and_outlives_the_page(seen, page):
    names = [f"Slow {i:02}" for i in range(8)]
    apps = [seen.console.app(name) for name in names]
    seen.dify.fault(match=f"GET /console/api/apps/{apps[3]}", kind="slow",
                    value=2)
    page.go("import")
    row(page, "Slow 07")
    page.write(lambda: page.one("input[type=search]"), "slow")
    page.wait(lambda p: len(p.all("tbody tr")) == 8, 5, "a search")
    page.press(".filters > .check input")
    page.click("Import", ".bulk button")
    page.says("of 8 apps")
    page.screens("import-working")
    page.driver.refresh()
    page.says("8 apps imported", 20)
    for name in names:
        assert "Imported" in row(page, name).text


# ---- to another Dify ----


def with_model(provider, name):
    """Nodes and edges between start and end, with a model in them."""
    dsl = flow("x")["workflow"]["graph"]
    llm = {"id": "3", "type": "custom", "position": {"x": 150, "y": 100},
           "data": {"type": "llm", "title": "Think", "desc": "",
                    "selected": False, "model": {
                        "provider": provider, "name": name, "mode": "chat",
                        "completion_params": {}},
                    "prompt_template": [{"role": "user", "id": "p",
                                         "text": "{{#1.q#}}"}],
                    "context": {"enabled": False, "variable_selector": []},
                    "vision": {"enabled": False}, "variables": []}}
    dsl["nodes"].insert(1, llm)
    dsl["nodes"][2]["data"]["outputs"][0]["value_selector"] = ["3", "text"]
    dsl["edges"] = [
        {**dsl["edges"][0], "id": f"{a}-{b}", "source": a, "target": b,
         "data": {"sourceType": x, "targetType": y}}
        for a, b, x, y in (("1", "3", "start", "llm"),
                           ("3", "2", "llm", "end"))]
    return dsl


def kept(seen, page, name):
    """An app of Dify under management, its page open."""
    page.go("import")
    row(page, name)
    page.write(lambda: page.one("input[type=search]"), name)
    page.wait(lambda p: len(p.all("tbody tr")) == 1, 5, "a search")
    page.press(".filters > .check input")
    page.click("Import", ".bulk button")
    page.says("1 app imported")
    row(page, name).find_element("css selector", "a").click()
    page.labelled("Deploy again")
    return page.driver.current_url.partition("#/workflows/")[2]


def choose(page, name, label):
    """Takes an option of the select that is called so."""
    def act():
        box = page.labelled(name, "select")
        next(o for o in box.find_elements("tag name", "option")
             if label in o.text).click()
    page.steady(act)


@pytest.fixture(scope="module")
def live(seen, tmp_path_factory):
    """A second Dify, and a connection to it."""
    with Dify(tmp_path_factory.mktemp("live"), "1.13") as server:
        page = seen.page
        page.driver.execute_async_script("""
            const done = arguments[arguments.length - 1];
            fetch('/api/connections', {method: 'POST',
              headers: {'Content-Type': 'application/json'},
              body: JSON.stringify({name: 'Live', base_url: arguments[0],
                auth: 'admin_key', api_key: arguments[1],
                colour: 'red'})}).then(r => done(r.status));
            """, server.url, server.admin_key)
        wait_for(lambda: server.log("GET", "/console/api/workspaces/current"
                                    "/tools"), 15, "a look at what it has")
        yield Console(server.url, server.admin_key)


def test_a_deploy_asks_for_what_is_missing(seen, page):
    seen.console.app("Thinker", graph=with_model("acme/ai/ai", "big"))
    kept(seen, page, "Thinker")
    page.click("Deploy again")
    page.says("What takes its place?")
    page.says("Think")
    page.screens("mapping-question")
    page.click("Deploy", "dialog button[type=submit]")
    page.says("Something has no answer yet.")
    choose(page, "In place of big", "sandbox-fast")
    page.click("Deploy", "dialog button[type=submit]")
    page.says("Thinker is deployed")
    app, = [a["id"] for a in seen.console(
        "GET", "/apps?page=1&limit=100&name=Thinker")["data"]]
    nodes = seen.console("GET", f"/apps/{app}/workflows/draft")[
        "graph"]["nodes"]
    assert nodes[1]["data"]["model"]["name"] == "sandbox-fast"
    page.click("Versions", "[role=tab]")
    page.says("Fitted to a Dify")


def test_a_workflow_goes_to_another_dify(seen, page, live):
    seen.console.app("Goer", graph=with_model("else/x/x", "sandbox-fast"),
                     environment_variables=[{
                         "id": "7c1c1ee4-8ed0-4a9c-8d0d-0e4a5e4bd7a2",
                         "name": "KEY", "value_type": "secret",
                         "value": SECRET, "description": "",
                         "selector": ["env", "KEY"]}])
    here = kept(seen, page, "Goer")
    page.click("More")
    page.click("Promote to another Dify")
    page.screens("promote-targets")
    page.click("Live", "[role=radio]")
    page.says("Has the same name")
    page.screens("promote-mapping")
    assert not live("GET", "/apps?page=1&limit=20&name=Goer")["data"]
    choose(page, "In place of KEY", "Another value")
    page.labelled("Value of KEY", "input").send_keys("sk-live-1")
    page.click("Compare with what is there")
    page.says("It is new at Live")
    page.screens("promote-first")
    assert not live("GET", "/apps?page=1&limit=20&name=Goer")["data"]
    page.click("Promote to Live")
    page.says("It is at Live now.", 20)
    page.screens("promote-done")
    app, = live("GET", "/apps?page=1&limit=20&name=Goer")["data"]
    text = live("GET", f"/apps/{app['id']}/export?include_secret=true")["data"]
    assert "sk-live-1" in text and SECRET not in text
    page.click("Open the workflow there")
    page.says("Live")
    assert here not in page.driver.current_url
    # again, after a change there
    draft = live("GET", f"/apps/{app['id']}/workflows/draft")
    draft["graph"]["nodes"][1]["data"]["title"] = "Ponder"
    live("POST", f"/apps/{app['id']}/workflows/draft", {
        k: draft[k] for k in ("graph", "features", "hash",
                              "environment_variables",
                              "conversation_variables")})
    page.go(f"workflows/{here}/promote")
    page.click("Live", "[role=radio]")
    page.says("Ponder")
    page.screens("promote-diff")
    page.click("Promote to Live")
    page.says("It is at Live now.", 20)
    now = live("GET", f"/apps/{app['id']}/workflows/draft")
    assert now["graph"]["nodes"][1]["data"]["title"] == "Think"
    text = live("GET", f"/apps/{app['id']}/export?include_secret=true")["data"]
    assert "sk-live-1" in text
    assert len(live("GET", "/apps?page=1&limit=20&name=Goer")["data"]) == 1


# ---- a zip of them ----

@pytest.fixture
def downloads(seen, tmp_path):
    seen.page.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {
        "behavior": "allow", "downloadPath": str(tmp_path)})
    return tmp_path


def down(page):
    page.driver.execute_script(
        "document.querySelector('.lines.boxed').scrollIntoView("
        "{block: 'end'})")


def test_a_backup_goes_out_and_comes_back(seen, page, downloads):
    page.go("settings")
    page.click("Export all workflows")
    file = wait_for(lambda: next(iter(downloads.glob("*.zip")), None), 15,
                    "the zip")
    assert file.name.startswith("workflows-")
    names = zipfile.ZipFile(file).namelist()
    assert "manifest.json" in names and len(names) > 2
    box = page.driver.find_element("css selector", "input[accept^='.zip']")
    box.send_keys(str(file))
    page.says("What it would change")
    page.says(f"{len(names) - 1} equal")
    assert page.labelled("Restore 0 workflows").get_attribute("disabled")
    mixed = downloads / "mixed.zip"
    with zipfile.ZipFile(mixed, "w") as z:
        z.writestr("new.yml", yaml.safe_dump(flow("Brought back")))
        z.writestr("Invoices.yml", yaml.safe_dump(flow("Invoices", graph=(
            with_model("a/b/c", "other")))))
        z.writestr("readme.txt", "hello")
    box.send_keys(str(mixed))
    page.says("Name is taken")
    page.says("Only .yml, .yaml and .json files are workflows")
    down(page)
    page.screens("backup-look")
    choose(page, "Add it beside", "Add it beside")
    page.click("Restore 2 workflows")
    page.says("2 workflows restored")
    down(page)
    page.screens("backup-done")
    broken = downloads / "broken.zip"
    broken.write_text("not a zip")
    box.send_keys(str(broken))
    page.says("This is no zip archive")
    page.screens("backup-broken")
    seen.page.driver.get_log("browser")  # the 422 that was asked for
    page.go("workflows")
    row(page, "Brought back")
    assert len(page.all("tbody tr", "Invoices")) == 2


def test_the_apps_of_another_dify_are_listed_when_it_is_chosen(
        seen, page, live):
    seen.console.app("Only here")
    live.app("Only there")
    page.go("workflows")
    page.go("import")
    row(page, "Only here")
    assert not page.all("tbody tr", "Only there")
    choose(page, "Which Dify", "Live")
    row(page, "Only there")
    page.write(lambda: page.one("input[type=search]"), "only")
    page.wait(lambda p: len(p.all("tbody tr")) == 1, 5, "a search")
    page.steady(lambda: page.one(".filters > .check input").click())
    page.steady(lambda: page.labelled("Import", ".bulk button").click())
    page.says("1 app imported")


def test_what_becomes_of_a_connection_is_seen_by_itself(seen, page, live):
    def says(words):
        return sorted(words in c.text for c in page.all(".thing"))
    page.go("connections")
    page.wait(lambda p: says("Reachable") == [True, True], 40, "both are up")
    seen.stop_dify()
    page.wait(lambda p: says("tried again by itself") == [False, True], 60,
              "one is away")
    assert says("Unknown") == [False, True]
    seen.start_dify()
    page.wait(lambda p: says("Reachable") == [True, True], 120, "it is back")
