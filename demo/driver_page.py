"""The driver's page in a phone-sized Chromium, worked by its test ids as in driver_app/README.md."""

from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.sync_api import Page, sync_playwright

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
          "--disable-sync", "--no-first-run", "--disable-quic"]  # fmt: skip
_WIDTH, _HEIGHT = 390, 844
_PATIENCE_MILLISECONDS = 20_000


class DriverPage:
    """A driver's phone."""

    def __init__(self, site: str, screens: Path, chromium: str, *, language: str) -> None:
        self._site = site
        self._screens = screens
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        context = self._browser.new_context(
            viewport={"width": _WIDTH, "height": _HEIGHT},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
            locale="zh-CN" if language == "zh_CN" else "en-US",
            geolocation={"latitude": 25.0650, "longitude": 102.7200},
            permissions=["geolocation"],
        )
        context.set_default_timeout(_PATIENCE_MILLISECONDS)
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._browser.close()
        self._playwright.stop()

    def open(self, path: str = "") -> None:
        """Go to a page of the mini program."""
        self.page.goto(f"{self._site}/{path}")

    def tap(self, test_id: str) -> None:
        """Tap near the left upper corner, where its name stands: the middle may be another button of its own."""
        found = self.page.get_by_test_id(test_id).first
        found.wait_for(state="visible")
        box = found.bounding_box() or {"width": 0, "height": 0}
        found.tap(position={"x": min(48, box["width"] / 2), "y": min(24, box["height"] / 2)})

    def fill(self, test_id: str, text: str) -> None:
        """Type into a field."""
        field = self.page.get_by_test_id(test_id).first
        inner = field.locator("input")
        (inner.first if inner.count() else field).fill(text)

    def wait_for(self, test_id: str, containing: str = "") -> str:
        """Wait until it shows and says this; what it says."""
        found = self.page.get_by_test_id(test_id).first
        found.wait_for(state="visible")
        if containing:
            self.page.wait_for_function(
                '([id, text]) => document.querySelector(`[data-testid="${id}"]`)?.innerText.includes(text)',
                arg=[test_id, containing],
            )
        return found.inner_text()

    def wait_for_other(self, test_id: str, other_than: str) -> None:
        """Wait until it says something else than this."""
        self.page.wait_for_function(
            '([id, other]) => !document.querySelector(`[data-testid="${id}"]`)?.innerText.includes(other)',
            arg=[test_id, other_than],
        )

    def wait_until_gone(self, selector: str) -> None:
        """Wait until nothing of this selector shows."""
        self.page.locator(selector).first.wait_for(state="hidden")

    def picture(self, name: str) -> None:
        """Keep how the page looks once what fades or slides has come to rest."""
        self.page.screenshot(path=str(self._screens / f"{name}.png"), animations="disabled")
