"""A real Chromium on the pages of a running daemon.

Whatever the console says against a page (an error, a refusal by the Content-Security-Policy) fails the test that met it,
unless the test said before that it provokes it.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from weir import WAIT_S, build_folder
from weir import eventually as in_time

AXE = Path(__file__).resolve().parent / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"desktop": (1280, 860, False), "phone": (390, 844, True), "wide": (1920, 1080, False)}

# Text that must stay text wherever it comes from: markup, marks that turn the direction of writing, and a lot of it.
HOSTILE = ('"><script>window.hacked=1</script><img src=x onerror="window.hacked=1">',
           "\u202egnirts\u202c \u200f\u05d0\u05d1 {{7*7}} ${7*7} javascript:alert(1)",
           "x" * 10_000)


def eventually(what: Callable[[], Any], timeout: float = WAIT_S, every: float = 0.02, say: str = "") -> Any:
    """As the river's. What was drawn anew while it was looked at is looked at again."""
    def look() -> Any:
        try:
            return what()
        except StaleElementReferenceException:
            return None
    return in_time(look, timeout, every, say)


def quoted(text: str) -> str:
    """As an XPath string."""
    if "'" not in text:
        return f"'{text}'"
    return "concat(" + ",\"'\",".join(f"'{part}'" for part in text.split("'")) + ")"


class Page:
    """The one window of a browser. Waits end as soon as what is waited for is there."""

    def __init__(self, driver: webdriver.Chrome, folder: Path) -> None:
        self.driver = driver
        self.folder = folder
        self._allowed: list[re.Pattern[str]] = []
        self._seen: list[str] = []
        self._hacked = False

    # Going somewhere

    def open(self, url: str) -> None:
        self._hacked = self._hacked or bool(self.js("return window.hacked"))
        self.driver.get(url)

    def reset(self) -> None:
        """Forget what a test before this one left behind."""
        self.size("desktop")
        self.colours("light")
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.driver.get("about:blank")
        self._allowed = []
        self._console()
        self._seen = []
        self._hacked = False

    def size(self, name: str) -> None:
        width, height, mobile = SIZES[name]
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile})

    def colours(self, scheme: str) -> None:
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme},
                         {"name": "prefers-reduced-motion", "value": "reduce"}]})

    # Finding

    def all(self, css: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def find(self, css: str, timeout: float = 15.0) -> WebElement:
        """The first that fits and is shown."""
        def look() -> WebElement | None:
            return next((one for one in self.all(css) if self._is_shown(one)), None)
        return eventually(look, timeout, say=f"nothing shown fits {css}\n{self.text()[:2000]}")

    def _xpath(self, xpath: str, what: str, timeout: float) -> WebElement:
        def look() -> WebElement | None:
            return next((one for one in self.driver.find_elements(By.XPATH, xpath) if self._is_shown(one)), None)
        return eventually(look, timeout, say=f"there is no {what}\n{self.text()[:2000]}")

    @staticmethod
    def _is_shown(one: WebElement) -> bool:
        try:
            return one.is_displayed()
        except StaleElementReferenceException:
            return False

    def button(self, name: str, timeout: float = 15.0, within: str = "") -> WebElement:
        """A button, link or tab of that name: its text, or its aria-label."""
        fits = f"(normalize-space(.)={quoted(name)} or @aria-label={quoted(name)})"
        scope = f"//*[{within}]" if within else ""
        return self._xpath(f"{scope}//*[self::button or self::a][{fits}]", f"button or link {name!r}", timeout)

    def field(self, label: str, timeout: float = 15.0) -> WebElement:
        """What is to be filled in below that label."""
        xpath = (f"//label[normalize-space(.)={quoted(label)}]/following::*[self::input or self::select or self::textarea][1]"
                 f" | //*[self::input or self::select or self::textarea][@aria-label={quoted(label)}]")
        return self._xpath(xpath, f"field {label!r}", timeout)

    def has(self, text: str) -> bool:
        return text in self.text()

    def text(self) -> str:
        try:
            return self.driver.find_element(By.TAG_NAME, "body").text
        except (NoSuchElementException, StaleElementReferenceException):
            return ""

    def wait_text(self, text: str, timeout: float = 15.0) -> None:
        eventually(lambda: self.has(text), timeout, say=f"{text!r} is not shown\n{self.text()[:3000]}")

    def wait_no_text(self, text: str, timeout: float = 15.0) -> None:
        eventually(lambda: not self.has(text), timeout, say=f"{text!r} is still shown\n{self.text()[:3000]}")

    # Doing

    def click(self, name: str, timeout: float = 15.0) -> None:
        def go() -> bool:
            try:
                one = self.button(name, timeout)
                self.driver.execute_script("arguments[0].scrollIntoView({block:'center'})", one)
                one.click()
            except StaleElementReferenceException:
                return False
            return True
        eventually(go, timeout, say=f"{name!r} could not be clicked")

    def fill(self, label: str, value: str) -> None:
        one = self.field(label)
        if one.tag_name == "select":
            one.find_element(By.XPATH, f".//option[normalize-space(.)={quoted(value)} or @value={quoted(value)}]").click()
            return
        one.send_keys(Keys.CONTROL, "a")
        one.send_keys(Keys.DELETE)
        one.send_keys(value)

    def switch(self, label: str) -> None:
        self._xpath(f"//label[normalize-space(.)={quoted(label)}][.//*[contains(@class,'track')]]", f"switch {label!r}", 15.0).click()

    def press(self, *keys: str) -> None:
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def js(self, script: str, *args: Any) -> Any:
        return self.driver.execute_script(script, *args)

    def title(self) -> str:
        return self.driver.title

    def path(self) -> str:
        return str(self.js("return location.pathname + location.search"))

    @contextmanager
    def frame(self, css: str) -> Iterator[None]:
        """Within a frame of the page."""
        self.driver.switch_to.frame(self.find(css))
        try:
            yield
        finally:
            self.driver.switch_to.default_content()

    @contextmanager
    def network(self, **conditions: Any) -> Iterator[None]:
        """With latency=ms or offline=True, and as before behind it, however it ends."""
        self.driver.set_network_conditions(**{"latency": 0, "throughput": -1} | conditions)
        try:
            yield
        finally:
            self.driver.delete_network_conditions()

    # Judging

    def expect_console(self, pattern: str) -> None:
        """This test provokes what fits."""
        self._allowed.append(re.compile(pattern))

    def _console(self) -> None:
        for entry in self.driver.get_log("browser"):
            if entry["level"] == "SEVERE" or "Content Security Policy" in entry["message"]:
                self._seen.append(f"{entry['source']}: {entry['message']}")

    def leave(self) -> None:
        """To no page at all: one that asks again and again must not meet a daemon that has ended."""
        self._console()
        self._hacked = self._hacked or bool(self.js("return window.hacked"))
        self.driver.get("about:blank")

    def check(self) -> None:
        """Nothing was held against the pages that this test saw."""
        self.leave()
        # A visitor who is not signed in is told so by a 401; that is how a page finds out.
        normal = [re.compile(r"/admin/v1/session - Failed to load resource: .* 401")]
        bad = [one for one in self._seen if not any(p.search(one) for p in [*normal, *self._allowed])]
        assert not bad, "the console says:\n" + "\n".join(bad)
        assert not self._hacked, "text from outside was run as a script"

    def axe(self) -> None:
        """Nothing serious for those who use a keyboard or a screen reader. The page as it stands, in both colours."""
        for scheme in ("light", "dark"):
            self.colours(scheme)
            self.js(AXE.read_text("utf-8"))
            found = self.driver.execute_async_script(
                "const done = arguments[arguments.length - 1];"
                "axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations), e => done(String(e)))")
            assert isinstance(found, list), found
            bad = [f"{v['impact']} {v['id']}: {v['help']}\n    " + "\n    ".join(n["html"][:200] for n in v["nodes"][:5])
                   for v in found if v["impact"] in ("serious", "critical")]
            assert not bad, f"{self.path()} ({scheme}):\n" + "\n".join(bad)
        self.colours("light")

    def shot(self, name: str) -> None:
        """Keep how the page looks: desktop and phone, light and dark. For people; nothing compares them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for size in ("desktop", "phone"):
            self.size(size)
            for scheme in ("light", "dark"):
                self.colours(scheme)
                time.sleep(0.15)  # a chart is drawn anew in a frame after the change
                area = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
                width = SIZES[size][0]
                assert area["width"] <= width + 1, f"{self.path()} is {area['width']} wide on a {size} of {width}: it scrolls sideways"
                shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {
                    "format": "png", "captureBeyondViewport": True,
                    "clip": {"x": 0, "y": 0, "width": width, "height": min(max(area["height"], SIZES[size][1]), 4000), "scale": 1}})
                (self.folder / f"{name}-{size}-{scheme}.png").write_bytes(base64.b64decode(shot["data"]))
        self.size("desktop")
        self.colours("light")


def start(folder: Path) -> webdriver.Chrome:
    """A browser of its own, with its profile in folder. It reaches nothing but this machine."""
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=en-GB", "--hide-scrollbars",
                     "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                     "--disable-features=OptimizationHints,MediaRouter", f"--user-data-dir={folder}",
                     "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.set_capability("unhandledPromptBehavior", "ignore")  # a page that opens one has run what it should not
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    driver.set_page_load_timeout(30)
    driver.set_script_timeout(30)
    return driver


def screenshots() -> Path:
    return build_folder() / "screenshots"


def stop(driver: webdriver.Chrome) -> None:
    try:
        driver.quit()
    except WebDriverException:
        pass
