"""Pages in a browser, and small pictures of them."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from tests.services.beside import application
from tests.services.browser import watch
from tools.pictures import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from flask import Flask
    from playwright.sync_api import Browser, Page

    from tests.services.server import Server

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PHONE, DESK = (360, 640), (1280, 800)
COLOURS = (256, 128, 64, 32, 16)


class Camera:
    """A running installation seen through a browser. `troubles`: what went wrong on a page meanwhile."""

    def __init__(self, server: Server, browser: Browser, folder: Path = FOLDER) -> None:
        self.server, self.folder = server, folder
        self.troubles: list[list[str]] = []
        self._browser = browser

    def phone(self) -> Page:
        """A page on a learner's phone, with cookies of its own; two dots of the picture to a pixel of the page."""
        return self._page(PHONE, scale=2)

    def desk(self) -> Page:
        return self._page(DESK, scale=1)

    def _page(self, size: tuple[int, int], *, scale: int) -> Page:
        context = self._browser.new_context(
            base_url=self.server.url,
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=scale,
            locale="en-GB",
            color_scheme="light",
            reduced_motion="reduce",
        )
        page = context.new_page()
        self.troubles.append(watch(page))
        return page

    def take(self, page: Page, name: str, *, at: str = "", height: int = 0) -> None:
        """The window as it is; `at`: a selector of what shall stand at its top; `height`: of the window, in pixels."""
        page.wait_for_load_state("networkidle")
        page.mouse.move(0, 0)
        size = page.viewport_size
        if size is None:
            raise RuntimeError("a page of ours has a window of a size")
        page.set_viewport_size({"width": size["width"], "height": height or size["height"]})
        if at:
            page.locator(at).first.evaluate("element => element.scrollIntoView({block: 'start'})")
        taken = page.screenshot()
        page.set_viewport_size(size)
        self.keep(Image.open(io.BytesIO(taken)), name)

    def keep(self, picture: Image.Image, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}.png").write_bytes(small(picture.convert("RGB")))

    def beside(self) -> AbstractContextManager[Flask]:
        """An application of our own on the same database, for what others do meanwhile."""
        return application(self.server.env)


def small(picture: Image.Image) -> bytes:
    """The picture as PNG with as many colours as fit into LIMIT; with the fewest where none fits."""
    for fewer in _versions(picture):
        if len(fewer) <= LIMIT:
            break
    return fewer


def _versions(picture: Image.Image) -> Iterator[bytes]:
    for colours in COLOURS:
        out = io.BytesIO()
        few = picture.quantize(colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(out, "PNG", optimize=True)
        yield out.getvalue()


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile(r"/$"))
