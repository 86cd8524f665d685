"""A generation in Chromium while it goes on, in two browsers at once."""
import json
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from lib.browser import browser
from lib.prompts import load
from lib.servers import wait_for
from lib.studio import SETUP
from lib.world import world

QUESTIONS = Path(__file__).parents[1] / "data/answers/questions.jsonl"
ROUNDS = QUESTIONS.with_name("rounds.jsonl")
ROWS = {row["id"]: row for row in load()}
PROMPT = ROWS["policy-desk"]["prompt"]
PASSWORD = "correct horse battery"
LINES = ("[...document.querySelectorAll('.phases li')].map(e => "
            "[e.className, ...[...e.querySelectorAll('span')].map(s => s.textContent)])")
NODES = "[...document.querySelectorAll('.board [data-id]')].map(e => e.dataset.id)"


@pytest.fixture(scope="module")
def seen():
    """A studio, and two browsers that are signed in."""
    with world(sign_in=False, llm_options=("--answers", QUESTIONS, "--answers", ROUNDS)) as made, browser(made.studio.url) as one, browser(made.studio.url) as two:
        link = wait_for(lambda: made.studio.output.find(SETUP), 10, "the sign-in URL").group(1)
        one.driver.get(link)
        one.says("Choose a password")
        for box in one.all("input[type=password]"):
            box.send_keys(PASSWORD)
        one.click("Save and start")
        one.one("nav")
        two.open("/")
        two.write(lambda: two.one("input[autocomplete=username]"), "admin")
        two.write(lambda: two.one("input[type=password]"), PASSWORD)
        two.click("Sign in")
        two.one("nav")
        made.pages = one, two
        yield made


def phases(page):
    """[class, words, time] of each line."""
    return page.driver.execute_script(f"return {LINES}")


def nodes(page):
    return page.driver.execute_script(f"return {NODES}")


def ask(page, prompt):
    page.go("workflows")
    page.go("new")
    page.write(lambda: page.one("textarea"), prompt)
    page.click("Build it")
    page.wait(lambda p: "job=" in p.driver.current_url, 10, "the job's page")


def ended(lines):
    return [line for line in lines if line[0] == "done" and line[2]]


def test_two_browsers_and_a_reload_see_the_same(seen):
    one, two = seen.pages
    seen.llm.fault(match=PROMPT, kind="slow", value=0.03)
    ask(one, PROMPT)
    two.open("/#" + one.driver.current_url.partition("#")[2])
    for page in (one, two):
        page.wait(lambda p: len(nodes(p)) >= 2, 30, "steps while they are written")
        page.says(PROMPT[:60])
        assert [line[1].partition(" – ")[0] for line in phases(page)][:1] == ["Preparing the question"]
        assert phases(page)[-1][0] == "now"
    before = len(nodes(one))
    one.driver.refresh()
    one.wait(lambda p: len(nodes(p)) >= before, 10, "the steps, again")
    assert phases(one)[0][2] == phases(two)[0][2] != ""
    for page in (one, two):
        page.labelled("Deploy", "main button, button", 60)
        page.wait(lambda p: p.all(".phases-done"), 5, "its phases")
    one.driver.find_element(By.CSS_SELECTOR, ".phases-done summary").click()
    two.driver.find_element(By.CSS_SELECTOR, ".phases-done summary").click()
    assert phases(one) == phases(two)
    assert len(ended(phases(one))) == len(phases(one)) >= 7
    assert sorted(nodes(one)) == sorted(nodes(two))
    one.screens("new-phases")
    assert one.complaints() + two.complaints() == []


def test_a_plan_asks_and_is_answered(seen):
    one, two = seen.pages
    row = json.loads(QUESTIONS.read_text())
    ask(one, row["prompt"])
    one.says("It would help to know", 30)
    one.says("Every mail is an order.")
    button = one.labelled("Answer and build again")
    assert not button.is_enabled()
    one.write(lambda: one.one(".questions textarea"), "French")
    one.screens("new-questions")
    one.driver.refresh()
    assert one.one(".questions textarea").get_attribute("value") == "French"
    first = one.driver.current_url
    one.click("Answer and build again")
    one.wait(lambda p: p.driver.current_url != first, 10, "another job")
    one.labelled("Deploy", "main button, button", 30)
    assert not one.all(".questions")
    two.open("/#" + one.driver.current_url.partition("#")[2])
    for page in (one, two):
        page.wait(lambda p: len(p.all(".bubble")) == 2, 10, "the conversation")
        said = [b.text for b in page.all(".bubble")]
        assert said == [row["prompt"], "Which language shall the reply have?\nFrench"]
    one.screens("new-answered")
    assert one.complaints() + two.complaints() == []


def test_a_plan_that_is_wrong_is_mended_by_hand(seen):
    one, _ = seen.pages
    row = next(r for r in map(json.loads, open(ROUNDS, encoding="utf-8")) if r["id"] == "never-changes")
    ask(one, row["prompt"])
    one.says("Ways on", 30)
    one.click("Edit the plan")
    one.says("1 thing to mend")
    box = one.one(".editor-box")
    lines = box.get_attribute("value").splitlines()
    wrong = 1 + next(i for i, line in enumerate(lines) if "later.text" in line)
    marked = one.driver.execute_script(
        "return [...document.querySelectorAll('.editor-lines .marked')].map(e => [e.textContent, e.title])")
    assert any(number == str(wrong) and "later" in title for number, title in marked)
    one.screens("plan-wrong")
    one.click(f"Line {wrong}")
    picked = one.driver.execute_script(
        "const b = document.querySelector('.editor-box'); return b.value.slice(b.selectionStart, b.selectionEnd)")
    assert "later.text" in picked
    type_over(one, "\n".join(lines[:3]) + ' "steps": oops')
    one.says("cannot be read")
    one.driver.refresh()
    assert "oops" in one.one(".editor-box").get_attribute("value")
    type_over(one, "\n".join(lines).replace("later.text", "inputs.text"))
    one.says("Dify takes this workflow")
    one.click("YAML")
    one.wait(lambda p: p.one(".editor-box").get_attribute("value").startswith("name: "), 10, "YAML")
    one.press(".plan-more details:last-child summary")
    one.click("Add a step")
    one.wait(lambda p: "step_2" in p.one(".editor-box").get_attribute("value"), 10, "another step")
    one.click("Actions for step_2")
    one.click("Move up") if one.all("[role=menuitem]", "Move up") else None
    one.wait(lambda p: p.one(".editor-box").get_attribute("value").index("step_2") <
             p.one(".editor-box").get_attribute("value").index("id: sum"), 10, "the new step first")
    one.click("Actions for step_2")
    one.click("Remove", "[role=menuitem]")
    one.wait(lambda p: "step_2" not in p.one(".editor-box").get_attribute("value"), 10, "the step away")
    one.says("Dify takes this workflow")
    one.screens("plan-fine")
    one.click("Keep", ".studio-head button")
    one.wait(lambda p: "#/workflows/" in p.driver.current_url, 20, "the workflow's page")
    assert one.complaints() == []


def type_over(page, text):
    """Another text in the editor, as if it had been pasted."""
    page.driver.execute_script(
        "const b = document.querySelector('.editor-box'); b.value = arguments[0];"
        "b.dispatchEvent(new Event('input', {bubbles: true}))", text)
