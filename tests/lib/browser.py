"""Debian's Chromium, headless, for tests that use the pages as people do."""
import contextlib
import time

from selenium import webdriver
from selenium.common.exceptions import (ElementClickInterceptedException,
                                        ElementNotInteractableException,
                                        NoSuchElementException,
                                        StaleElementReferenceException,
                                        TimeoutException)
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from .studio import BUILD

SCREENS = BUILD / "screens"
WIDTHS = {"wide": (1280, 860, False), "narrow": (390, 844, True)}
CONTROLS = "button, a, [role=button], [role=tab]"
THEMES = ("light", "dark")
# What a log line may say without being a fault of the page.
HARMLESS = ("the server responded with a status of 401",
            "favicon.ico")

FIND = """
const [css, words] = arguments;
const want = words.toLowerCase();
const said = e => (e.innerText + '\\n' + (e.getAttribute('aria-label') || ''))
  .toLowerCase();
return [...document.querySelectorAll(css)].filter(e =>
  e.checkVisibility({checkVisibilityCSS: true}) &&
  (!want || said(e).includes(want)));
"""


GO = """
if (location.hash === arguments[0]) return;
for (const old of document.querySelectorAll('.mount')) old.dataset.left = '';
location.hash = arguments[0];
"""


class Page:
    """One browser; finds by CSS or by the words a person reads."""

    def __init__(self, driver, url):
        self.driver = driver
        self.url = url

    def open(self, path):
        self.driver.get(self.url + path)

    def go(self, path):
        """To another page; the one before is gone when this returns."""
        self.driver.execute_script(GO, "#/" + path)
        self.wait(lambda p: not p.driver.find_elements(
            By.CSS_SELECTOR, ".mount[data-left]"), 15, path)

    def wait(self, check, seconds=15, what="the page"):
        """The first true value of check(page)."""
        ignored = (NoSuchElementException, StaleElementReferenceException)
        try:
            return WebDriverWait(self.driver, seconds, 0.05, ignored).until(
                lambda _: check(self))
        except TimeoutException:
            raise AssertionError(f"{what}: not within {seconds} s\n"
                                 + self.text()[:2000]) from None

    def all(self, css, words=""):
        """The visible elements; with words those whose text or label holds
        them, whatever the case."""
        return self.driver.execute_script(FIND, css, words)

    def one(self, css, seconds=15):
        return self.wait(lambda p: p.all(css), seconds, css)[0]

    def labelled(self, words, kind=CONTROLS, seconds=15):
        """The visible control that is called so."""
        return self.wait(lambda p: p.all(kind, words), seconds,
                         f"a control called {words!r}")[0]

    def steady(self, act, seconds=15):
        """Does something that finds its elements itself, again as long as the
        page draws itself anew in between or cannot take it yet."""
        end = time.monotonic() + seconds
        while True:
            try:
                return act()
            except (StaleElementReferenceException,
                    ElementNotInteractableException,
                    ElementClickInterceptedException):
                if time.monotonic() > end:
                    raise
            time.sleep(0.05)

    def click(self, words, kind=CONTROLS, seconds=15):
        """Presses what is called so."""
        self.steady(
            lambda: self.labelled(words, kind, seconds).click(), seconds)

    def press(self, css, seconds=15):
        """Presses the first that is there."""
        self.steady(lambda: self.one(css, seconds).click(), seconds)

    def write(self, find, text, *keys):
        """Types into the box that find() gives; all of it must be there."""
        def act():
            box = find()
            box.clear()
            box.send_keys(text)
            if box.get_attribute("value") != text:
                raise StaleElementReferenceException("the box is another")
            if keys:
                box.send_keys(*keys)
        self.steady(act)

    def text(self):
        try:
            return self.driver.find_element(By.TAG_NAME, "body").text
        except (NoSuchElementException, StaleElementReferenceException):
            return ""

    def says(self, words, seconds=15):
        """Waits for a text to be readable."""
        self.wait(lambda p: words in p.text(), seconds, repr(words))

    def look(self, width, theme):
        """Sets size and colour scheme."""
        wide, high, mobile = WIDTHS[width]
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": wide, "height": high, "deviceScaleFactor": 1,
             "mobile": mobile})
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": theme},
                          {"name": "prefers-reduced-motion",
                           "value": "reduce"}]})

    def overflow(self):
        """Pixels by which the page is wider than the window."""
        return self.driver.execute_script(
            "return document.documentElement.scrollWidth - "
            "document.documentElement.clientWidth")

    def screens(self, name):
        """Pictures in every width and theme; the page must fit in all."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.wait(lambda p: not p.all(".skeleton"), 10, "all is loaded")
        for width in WIDTHS:
            for theme in THEMES:
                self.look(width, theme)
                self.driver.execute_async_script(
                    "requestAnimationFrame(() => requestAnimationFrame("
                    "arguments[0]))")
                file = SCREENS / f"{name}-{width}-{theme}.png"
                self.driver.save_screenshot(str(file))
                assert self.overflow() <= 0, f"{file.name} is too wide"
        self.look("wide", "light")

    def complaints(self):
        """What the browser logged as errors."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] == "SEVERE" and
                not any(h in entry["message"] for h in HARMLESS)]


@contextlib.contextmanager
def browser(url, language="en"):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu",
                     "--disable-dev-shm-usage", "--window-size=1280,860",
                     "--force-device-scale-factor=1", f"--lang={language}",
                     "--no-proxy-server", "--disable-extensions"):
        options.add_argument(argument)
    options.add_experimental_option(
        "prefs", {"intl.accept_languages": language})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options,
                              service=Service("/usr/bin/chromedriver"))
    try:
        driver.set_page_load_timeout(30)
        page = Page(driver, url)
        page.look("wide", "light")
        yield page
    finally:
        driver.quit()


