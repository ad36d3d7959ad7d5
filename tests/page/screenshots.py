"""Take the pictures of docs/images: `python -m tests.page.screenshots [--url URL]`.

With --url it visits a server that runs already, with the real store and model; without, one over the imagined campaign.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from agent.server.app import create_app
from tests.agent.server.fakes import FakePipeline, fake_services
from tests.page.browser import SIZES, Notes, opened_browser, visit
from tests.page.serving import served
from tests.page.tour import open_source, read_plan, send_example


def main() -> None:
    """Take the pictures, wide and narrow, light and (wide only) dark."""
    parser = argparse.ArgumentParser(description="Take the pictures of the chat page.")
    parser.add_argument("--url", help="server to visit; by default one over the imagined campaign")
    parser.add_argument("--out", type=Path, default=Path("docs/images"), help="folder to write to")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with address(args.url) as url, opened_browser() as browser:
        notes = Notes()
        for name, size in SIZES.items():
            page = visit(browser, size)
            notes.watch(page)
            walk(page, url, args.out, name)
            kept = page.url
            page.close()
        dark = visit(browser, SIZES["wide"], dark=True)
        notes.watch(dark)
        dark.goto(kept)
        read_plan(dark)
        dark.screenshot(path=args.out / "page-dark.png")
    print(f"pictures in {args.out}; console errors: {notes.errors or 'none'}; hosts: {', '.join(notes.hosts)}")


def walk(page: Page, url: str, out: Path, size: str) -> None:
    """Walk the main path and take a picture at each stop."""
    shoot = partial(take, page, out, size)
    send_example(page, url, shoot)
    read_plan(page, shoot)
    open_source(page, shoot)
    page.keyboard.press("Escape")
    page.locator(".copy").scroll_into_view_if_needed()
    page.locator(".copy").evaluate("copy => copy.scrollIntoView({block: 'start'})")
    shoot("copy")


def take(page: Page, out: Path, size: str, stop: str) -> None:
    """Take one picture."""
    page.screenshot(path=out / f"page-{size}-{stop}.png")


@contextmanager
def address(url: str | None) -> Iterator[str]:
    """Give the server's address, starting one where none is named."""
    if url is not None:
        yield url
        return
    pipeline = FakePipeline()
    pipeline.go.set()
    with TemporaryDirectory() as home, served(create_app(fake_services(Path(home), pipeline))) as started:
        yield started


if __name__ == "__main__":
    main()
