"""As much of WebDriver (W3C, level 2) as the browser tests need: chromedriver over HTTP, Chromium without a screen."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeAlias, cast

__all__ = ["Browser", "WebDriverError", "open_browser"]

JSON: TypeAlias = "None | bool | int | float | str | Sequence[JSON] | Mapping[str, JSON]"

ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"  # the key of an element's id, by the specification
SECONDS: Final = 60

ARGUMENTS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
)


class WebDriverError(Exception):
    """The driver refused a command, or did not start."""


class Browser:
    """One session of a browser.

    Args:
        port: Of the driver.
        capabilities: Of the session.
    """

    def __init__(self, port: int, capabilities: Mapping[str, JSON]) -> None:
        self._port = port
        self._path = "/session"
        created = self._send("POST", "", {"capabilities": {"alwaysMatch": capabilities}})
        self._path = f"/session/{cast('dict[str, str]', created)['sessionId']}"  # the specification's answer

    def _send(self, method: str, command: str, data: Mapping[str, JSON] | None = None) -> JSON:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
        try:
            connection.request(method, self._path + command, json.dumps(data or {}) if method == "POST" else None)
            response = connection.getresponse()
            answer = cast("dict[str, JSON]", json.loads(response.read()))
        finally:
            connection.close()
        if response.status != 200:
            raise WebDriverError(f"{method} {command}: {answer}")
        return answer["value"]

    def open(self, url: str) -> None:
        """Go to a page and wait for it."""
        self._send("POST", "/url", {"url": url})

    def reload(self) -> None:
        """Ask for the page again, as its user may."""
        self._send("POST", "/refresh")

    @property
    def url(self) -> str:
        """Where the browser is."""
        return str(self._send("GET", "/url"))

    @property
    def title(self) -> str:
        """The title of the page."""
        return str(self._send("GET", "/title"))

    def _find(self, css: str) -> list[str]:
        found = self._send("POST", "/elements", {"using": "css selector", "value": css})
        return [element[ELEMENT] for element in cast("list[dict[str, str]]", found)]

    def _one(self, css: str) -> str:
        found = self._find(css)
        if not found:
            raise WebDriverError(f"no {css} on the page {self.title!r} at {self.url}")
        return found[0]

    def texts(self, css: str) -> list[str]:
        """The text of every element that a selector matches, as it shows."""
        return [str(self._send("GET", f"/element/{element}/text")) for element in self._find(css)]

    def type(self, css: str, text: str) -> None:
        """Type into a field; a path into a file input."""
        self._send("POST", f"/element/{self._one(css)}/value", {"text": text})

    def click(self, css: str) -> None:
        """Click an element, and wait for the page that this may open."""
        self._send("POST", f"/element/{self._one(css)}/click")

    def style(self, css: str, name: str) -> str:
        """The computed value of a style property."""
        return str(self._send("GET", f"/element/{self._one(css)}/css/{name}"))

    def resize(self, width: int, height: int, *, dark: bool = False) -> None:
        """Show pages as on a screen of this size, in light or dark."""
        metrics: dict[str, JSON] = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        scheme: dict[str, JSON] = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._devtools("Emulation.setDeviceMetricsOverride", metrics)
        self._devtools("Emulation.setEmulatedMedia", {"features": [scheme]})

    def save_into(self, folder: Path) -> None:
        """Save downloads in a folder, without asking."""
        self._devtools("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})

    def script(self, source: str) -> JSON:
        """What a script returns; the page's policy does not hold for it."""
        return self._send("POST", "/execute/sync", {"script": source, "args": []})

    def script_until(self, source: str, *arguments: JSON) -> JSON:
        """What a script hands to the function that is its last argument: it may take half a minute."""
        return self._send("POST", "/execute/async", {"script": source, "args": arguments})

    def screenshot(self, *, whole: bool = True) -> str:
        """The page as a PNG, in base64: the whole of it, or what of it shows."""
        picture = self._devtools("Page.captureScreenshot", {"captureBeyondViewport": whole})
        return cast("dict[str, str]", picture)["data"]

    def forget_cookies(self) -> None:
        """Remove all cookies, of every site."""
        self._devtools("Network.clearBrowserCookies", {})

    def _devtools(self, command: str, parameters: Mapping[str, JSON]) -> JSON:
        return self._send("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until a condition holds.

        Raises:
            WebDriverError: It does not, for a minute.
        """
        until = time.monotonic() + SECONDS
        while not condition():
            if time.monotonic() > until:
                raise WebDriverError(f"waited in vain for {what} at {self.url}: {self.title!r}")
            time.sleep(0.02)  # leave the processor to the browser

    def quit(self) -> None:
        """End the session."""
        self._send("DELETE", "")


@contextmanager
def open_browser(chromium: str, driver: str, profile: Path, *more: str) -> Generator[Browser]:
    """A browser with a fresh profile, ended at the end.

    Args:
        chromium: The program.
        driver: Its driver.
        profile: A folder for its user data.
        more: Arguments of the program.
    """
    environ = {**os.environ, "LC_ALL": "C.UTF-8"}
    arguments = [*ARGUMENTS, f"--user-data-dir={profile}", *more]
    command = [driver, "--port=0"]
    # A group of its own: if the browser hangs, its processes outlive the driver, and end with the group.
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ, start_new_session=True) as process:
        try:
            options: dict[str, JSON] = {"binary": chromium, "args": arguments}
            browser = Browser(_port(process), {"browserName": "chrome", "goog:chromeOptions": options})
            yield browser
            browser.quit()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _port(process: subprocess.Popen[str]) -> int:
    said: list[str] = []
    for line in process.stdout or ():
        said.append(line)
        if " was started successfully on port " in line:
            return int(line.rstrip(".\n").rpartition(" ")[2])
    raise WebDriverError(f"the driver did not start: {said}")
