"""The main job in Chromium, as a person does it: by what is written on the
page. Pictures of every page are kept in build/screens."""
import json
import re

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from lib.browser import browser
from lib import dsl as dsl_of
from lib.client import Client
from lib.prompts import load, with_base
from lib.servers import wait_for
from lib.studio import SETUP
from lib.world import world

ROWS = {row["id"]: row for row in load()}
PASSWORD = "correct horse battery"
PAGES = ("", "workflows", "new", "check", "knowledge", "activity", "models",
         "generations", "connections", "status", "settings")


@pytest.fixture(scope="module")
def seen():
    """A studio that nobody has signed in to, and a browser."""
    with world(sign_in=False) as made:
        with browser(made.studio.url) as page:
            made.page = page
            first_sign_in(made)
            yield made


def first_sign_in(made):
    link = wait_for(lambda: made.studio.output.find(SETUP), 10,
                    "the sign-in URL")
    page = made.page
    page.driver.get(link.group(1))
    page.says("Choose a password")
    page.screens("sign-in-first")
    boxes = page.all("input[type=password]")
    assert len(boxes) == 2
    for box in boxes:
        box.send_keys(PASSWORD)
    page.click("Save and start")
    page.one("nav")
    page.screens("home-empty")


@pytest.fixture
def page(seen):
    seen.llm.heal()
    seen.dify.heal()
    seen.page.look("wide", "light")
    yield seen.page
    assert seen.page.complaints() == []


def ask(page, prompt, keys=False):
    page.go("workflows")
    page.go("new")
    page.labelled("Build it")
    if keys:
        page.write(lambda: page.one("textarea"), prompt, Keys.CONTROL,
                   Keys.ENTER)
    else:
        page.write(lambda: page.one("textarea"), prompt)
        page.click("Build it")


def built(page, seconds=30):
    """Waits for the finished workflow with its graph."""
    page.labelled("Deploy", "main button, button", seconds)
    page.wait(lambda p: len(p.all("svg, .node, [data-node]")) > 0, 5,
              "the graph")


def deploy(page):
    page.click("Deploy")
    page.wait(lambda p: re.search(r"#/workflows/\w+", p.driver.current_url),
              30, "the workflow's page")
    page.says("Deployed")


def field(page, name):
    """The box of the run form that has this label."""
    label = page.labelled(name, "form label")
    return page.driver.find_element(By.ID, label.get_attribute("for"))


def fill_in(page, name, value):
    if page.steady(lambda: field(page, name).tag_name) == "select":
        Select(field(page, name)).select_by_visible_text(str(value))
    else:
        page.write(lambda: field(page, name), str(value))


def text_of(value):
    return value["contains"] if isinstance(value, dict) else str(value)


def say(page, text, answer):
    """A message to a chat, and what it answers, whole and without trouble."""
    page.write(lambda: page.one(".chat-say textarea"), text, Keys.ENTER)
    page.says(answer)
    last = ".chat-thread > li:last-child "
    page.wait(lambda p: p.all(last + ".chat-meta .icon", "Copy"), 15,
              "the end of the answer")
    assert page.all(f"{last}.badge, {last}.note") == []


def look_back(page, runs):
    """The chat's runs, the last one first, and all that came of that one."""
    answers = [text_of(run["outputs"]["answer"]) for run in reversed(runs)]

    def listed(p):
        rows = [row.text for row in p.all("tbody tr")]
        return len(rows) == len(answers) and all(
            "Succeeded" in row and answer in row
            for row, answer in zip(rows, answers))
    page.click("Runs", "[role=tab]")
    page.wait(listed, 15, f"the runs that answered {answers}")
    page.steady(lambda: page.all("tbody tr")[0].click())
    page.wait(lambda p: "Succeeded" in p.one(".run-head").text, 15, "its end")
    for name, value in runs[-1]["outputs"].items():
        page.says(name)
        page.says(text_of(value))


def run_once(page, labels, run):
    page.click("Run", "[role=tab]")
    for name, value in run["inputs"].items():
        fill_in(page, labels[name], value)
    if run.get("query"):
        say(page, run["query"], text_of(run["outputs"]["answer"]))
        return
    before = page.text().count("Succeeded")
    page.press("form button[type=submit]")
    for name, value in run["outputs"].items():
        for line in text_of(value).splitlines():
            page.says(line)
        page.says(name)
    page.wait(lambda p: p.text().count("Succeeded") > before or
              "Succeeded" in p.text(), 15, "Succeeded")


@pytest.mark.parametrize("name", ["score-grade", "mail-sorter",
                                  "shop-assistant"])
def test_main_job(seen, page, name):
    row = ROWS[name]
    seen.llm.fault(match=row["prompt"], kind="slow", value=0.004)
    ask(page, row["prompt"], keys=name == "mail-sorter")
    page.wait(lambda p: "job=" in p.driver.current_url, 10, "the job's page")
    page.labelled("Cancel")
    page.screens(f"new-working-{name}")
    built(page)
    page.screens(f"new-done-{name}")
    deploy(page)
    page.screens(f"workflow-graph-{name}")
    client = signed_in(seen)
    dsl = client.get("/api/workflows/%s/dsl" % page.driver.current_url
                     .partition("#/workflows/")[2].partition("?")[0])
    start = next(n["data"] for n in dsl["workflow"]["graph"]["nodes"]
                 if n["data"]["type"] == "start")
    labels = {v["variable"]: v["label"] for v in start["variables"]}
    runs = with_base(row["runs"], seen.llm.url)
    for run in runs:
        run_once(page, labels, run)
    if row["mode"] == "chat":
        look_back(page, runs)
    page.screens(f"workflow-run-{name}")
    page.go("workflows")
    page.says("Succeeded")


def signed_in(seen):
    client = Client(seen.studio.url)
    made = seen.page.driver.get_cookies()
    for cookie in made:
        client.http.cookies.set(cookie["name"], cookie["value"])
    return client


def test_reload_in_the_middle_loses_nothing(seen, page):
    prompt = ROWS["invoice-check"]["prompt"]
    seen.llm.fault(match=prompt, kind="slow", value=0.01)
    ask(page, prompt)
    page.wait(lambda p: "job=" in p.driver.current_url, 10, "the job's page")
    page.driver.refresh()
    page.says(prompt[:60])
    built(page)
    calls = [r for r in seen.llm.log()["log"]
             if r["rule"] == "invoice-check"]
    assert len(calls) == 1


def test_the_box_at_home_builds_at_once(page):
    prompt = ROWS["sum-numbers"]["prompt"]
    page.go("")
    page.write(lambda: page.one(".starter textarea"), prompt)
    page.click("Build it")
    page.wait(lambda p: "job=" in p.driver.current_url, 10, "the job's page")
    built(page)
    page.says(prompt[:60])


def test_failure_says_what_to_do(seen, page):
    prompt = ROWS["sum-numbers"]["prompt"]
    seen.llm.fault(match=prompt, kind="prose", value=500, times=0)
    ask(page, prompt)
    page.says("This did not work")
    for way in ("Try again", "Upload your own"):
        page.says(way)
    assert page.one("textarea").get_attribute("value") == prompt
    page.screens("new-failed")
    seen.llm.heal()
    page.click("Try again")
    built(page)


def test_every_page_fits_every_window(page):
    for path in PAGES:
        page.go(path)
        page.wait(lambda p: p.all("main h1, h1"), 10, path)
        assert page.driver.execute_script(
            "return document.documentElement.scrollHeight <= innerHeight"), path
        page.screens(f"page-{path or 'home'}")


def test_chinese(page):
    page.driver.execute_script(
        "localStorage.setItem('studio.lang', 'zh')")
    page.driver.get(page.url + "/#/workflows")
    page.driver.refresh()
    page.wait(lambda p: p.driver.find_element(By.TAG_NAME, "html")
              .get_attribute("lang").startswith("zh"), 10, "lang")
    page.wait(lambda p: re.search("[\u4e00-\u9fff]{2}",
                                  p.one("nav").text), 10, "Chinese words")
    for path in ("", "workflows", "new", "models", "status"):
        page.go(path)
        page.wait(lambda p: p.all("h1"), 10, path)
        page.screens(f"zh-{path or 'home'}")
    page.driver.execute_script(
        "localStorage.setItem('studio.lang', 'en')")
    page.driver.refresh()


def test_another_version_and_back(seen, page, tmp_path):
    """A file becomes version 2; version 1 takes its place again, here and in
    Dify, where the app stays the same."""
    client = signed_in(seen)
    row = next(w for w in client.get("/api/workflows?limit=100")["items"]
               if w["app_id"])
    path = f"/api/workflows/{row['id']}"
    dsl = client.get(path + "/dsl")
    dsl["workflow"]["graph"]["nodes"][0]["data"]["title"] = "Begin here"
    file = tmp_path / "other.json"
    file.write_text(json.dumps(dsl))
    page.go(f"workflows/{row['id']}?tab=dsl")
    page.labelled("New version from a file")
    page.driver.find_element(
        By.CSS_SELECTOR, ".tab-tools input[type=file]").send_keys(str(file))
    page.says("Kept as version 2")
    page.screens("workflow-dsl")
    page.click("Versions", "[role=tab]")
    page.says("v2")
    page.screens("workflow-versions")
    page.click("Compare with the current one")
    page.labelled("Roll back to version 1")
    page.press(".diff-words summary")
    page.says("Begin here")
    page.screens("workflow-version-compared")
    page.click("Roll back to version 1")
    page.says("Roll back to version 1?")
    page.screens("workflow-rollback")
    page.wait(lambda p: p.all("dialog .btn.danger"), 5, "the dialog")[0].click()
    page.says("Back to version 1")
    now = client.get(path)
    assert (now["version"], now["app_id"]) == (3, row["app_id"])
    assert client.get(path + "/dsl") == client.get(path + "/dsl?version=1")
    for number in (1, 3):
        page.press(f"[aria-label='Pick version {number}']")
    page.click("Compare the two")
    page.says("Version 1 → version 3")
    page.says("Nothing differs.")
    assert page.driver.current_url.endswith("v=1-3")


def test_an_edit_in_dify_is_shown(seen, page):
    """It is a version, and the page says what can be done about it."""
    client = signed_in(seen)
    made = client.create(dsl_of.small("Edited there"))
    path = f"/api/workflows/{made.json()['id']}"

    def change(draft):
        draft["graph"]["nodes"][0]["data"]["title"] = "By somebody"
    page.go(path.removeprefix("/api/"))
    page.says("Deploy again")
    seen.draft(client.get(path)["app_id"], change)
    page.wait(lambda p: "Edited in Dify" in p.text(), 60, "the edit")
    page.wait(lambda p: "By somebody" in p.text(), 10, "the new graph")
    page.screens("workflow-found")
    page.click("What changed")
    page.says("Version 1 → version 2")
    page.press(".diff-words summary")
    page.says("By somebody")
    page.click("Keep it")
    page.says("Version 2 stays the current one.")
    assert "found" not in client.get(path)
    assert client.get(path)["dify_version"] == 2


def test_a_value_that_nobody_knows_is_asked_for(seen, page):
    """Asterisks never reach Dify: the deploy stops and asks."""
    client = signed_in(seen)
    dsl = dsl_of.small("Asks")
    dsl["workflow"] = {**dsl["workflow"], "environment_variables": [
        {"id": "7b3e8f60-0000-4000-8000-000000000001", "name": "KEY",
         "value_type": "secret", "value": "*" * 20, "description": "",
         "selector": ["env", "KEY"]}]}
    made = client.create(dsl, deploy=False).json()
    page.go(f"workflows/{made['id']}")
    page.click("Deploy")
    page.says("Secret values")
    page.screens("workflow-secrets")
    field = page.one("dialog input[type=password]")
    field.send_keys("a-value-of-mine", Keys.ENTER)
    page.wait(lambda p: "Deploy again" in p.text(), 30, "the app in Dify")
    workflow = client.get(f"/api/workflows/{made['id']}")
    assert (workflow["last_status"], workflow["version"]) == ("deployed", 2)
    assert "a-value-of-mine" not in json.dumps(
        client.get(f"/api/workflows/{made['id']}/dsl"))


def test_keys_alone_open_a_workflow(page):
    page.go("workflows")
    page.wait(lambda p: "Succeeded" in p.text(), 10, "the list")
    for _ in range(40):
        page.driver.switch_to.active_element.send_keys(Keys.TAB)
        here = page.driver.switch_to.active_element
        if here.find_elements(By.XPATH, "self::tr|self::*[@role='row']") or \
                "workflows/" in (here.get_attribute("href") or ""):
            break
    else:
        pytest.fail("no workflow was reached with Tab")
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)
    page.wait(lambda p: "#/workflows/" in p.driver.current_url, 10,
              "the workflow's page")


def test_signed_out_the_pages_are_closed(seen, page):
    page.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    page.driver.get(page.url + "/#/workflows")
    page.driver.refresh()
    page.wait(lambda p: p.all("input[type=password]"), 10, "the sign-in")
    page.screens("sign-in")
    name, = page.all("input[name=username]")
    name.send_keys("admin")
    page.one("input[type=password]").send_keys(PASSWORD)
    page.click("Sign in")
    page.wait(lambda p: p.all("nav"), 10, "the frame")
    page.wait(lambda p: "#/workflows" in p.driver.current_url, 10,
              "the page that was asked for")
