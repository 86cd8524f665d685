"""A language model is set up, tested, changed and looked at in Chromium."""
import pytest

from lib.browser import browser
from lib.servers import wait_for
from lib.studio import SETUP
from lib.world import world

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def seen():
    with world(sign_in=False) as made, browser(made.studio.url) as page:
        link = wait_for(lambda: made.studio.output.find(SETUP), 10,
                        "the sign-in URL")
        page.driver.get(link.group(1))
        page.says("Choose a password")
        for box in page.all("input[type=password]"):
            box.send_keys(PASSWORD)
        page.click("Save and start")
        page.one("nav")
        made.page = page
        yield made
        # One of them is refused on purpose.
        assert [c for c in page.complaints() if "status of 400" not in c] == []


def field(page, label):
    """The control of a labelled field of the form."""
    def find():
        return page.driver.execute_script("""
            const label = [...document.querySelectorAll('.sheet label')]
                .find((l) => l.textContent.startsWith(arguments[0]));
            return label && document.getElementById(label.htmlFor);""", label)
    return page.wait(lambda _: find(), 10, label)


def choose(page, label, value):
    page.driver.execute_script(
        "arguments[0].value = arguments[1];"
        "arguments[0].dispatchEvent(new Event('change'))",
        field(page, label), value)


def test_a_model_is_added_and_tested_at_once(seen):
    page = seen.page
    page.go("models")
    page.click("Add a model")
    choose(page, "Start from", "deepseek")
    assert field(page, "Base URL").get_attribute("value") == \
        "https://api.deepseek.com/v1"
    page.says("platform.deepseek.com")
    for label, text in (("Name", "Mine"), ("Base URL", seen.llm.url + "/v1"),
                        ("Model", "sandbox-no-schema"),
                        ("API key", "sk-0123456789abcdef")):
        page.write(lambda label=label: field(page, label), text)
    page.click("Headers, proxy, certificate", "summary")
    page.click("Add a header")
    page.write(lambda: page.all(".header-row input")[0], "X-Organization")
    page.write(lambda: page.all(".header-row input")[1], "org-0123456789")
    page.screens("model-form")
    page.click("Save")
    for words in ("Models on the server", "Answers", "JSON Schema",
                  "Plans will be held to it"):
        page.says(words)
    page.screens("models-tested")
    assert "0123456789" not in page.text()


def test_what_was_typed_wrong_is_said_at_its_place(seen):
    page = seen.page
    page.go("models")
    page.click("Add a model")
    page.click("Save")
    page.says("This is needed.")
    for label, text in (("Name", "Mine"), ("Base URL", "http://a b"),
                        ("Model", "m")):
        page.write(lambda label=label: field(page, label), text)
    page.click("Save")
    page.wait(lambda p: field(p, "Base URL").get_attribute("aria-invalid"),
              10, "the problem at its field")
    page.click("Cancel")


def test_a_generation_is_counted_for_its_model(seen):
    page = seen.page
    page.go("generations")
    page.says("No generation yet")
    made = page.driver.execute_async_script("""
        const done = arguments[0];
        fetch('/api/workflows/generate-dsl', {method: 'POST',
            headers: {'Content-Type': 'application/json'},
            body: JSON.stringify({prompt: 'Summarise a text'})})
        .then((r) => done(r.status), (e) => done(String(e)));""")
    assert made == 200
    page.driver.refresh()
    page.says("Success by model and engine")
    page.says("1 of 1")
    page.says("Summarise a text")
    page.screens("generations")
    page.press("tbody td.name a")
    page.wait(lambda p: p.all("a.chip", "sandbox-fast"), 10, "one model only")
    page.says("Summarise a text")
    page.press("a.chip")
    page.wait(lambda p: not p.all("a.chip", "sandbox-fast"), 10, "all again")
    page.says("Summarise a text")
    page.press("tbody tr.opens")
    page.says("nodes")


def test_the_generator_of_dify_is_offered_and_used(seen):
    page = seen.page
    page.go("workflows")
    page.go("new")
    page.wait(lambda p: "Generator of Dify" in p.one(".pickers select").text,
              20, "the generator is offered")
    page.driver.execute_script(
        "const s = document.querySelector('.pickers select'); s.value = "
        "'dify'; s.dispatchEvent(new Event('change'))")
    page.write(lambda: page.one("textarea"), "Translate a text")
    page.click("Build it")
    page.labelled("Deploy", "main button, button", 30)
    page.says("Generator of Dify")
    page.screens("new-by-dify")


def test_a_change_to_it_is_made_by_a_model(seen):
    """Only models are offered under a workflow that is there."""
    page = seen.page
    page.write(lambda: page.one("textarea"),
               "Translate the result to French at the end")
    assert "Generator of Dify" not in page.one(".pickers select").text
    page.click("Send")
    page.says("Show what changed", 30)
    assert "Generator of Dify" not in page.one(".answer").text
