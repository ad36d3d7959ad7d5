"""The chat page in a real Chromium, over a fake pipeline: from brief to opened source, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright", reason="playwright is not installed; it drives the browser")

from playwright.sync_api import Browser, Page, expect

from agent.server.app import create_app
from tests.agent.server.fakes import FakePipeline, fake_services
from tests.page.browser import SIZES, Notes, chromium_path, opened_browser, visit
from tests.page.serving import served
from tests.page.tour import approve, open_source, read_plan, send_example

pytestmark = [
    pytest.mark.page,
    pytest.mark.skipif(chromium_path() is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as opened:
        yield opened


@pytest.fixture
def pipeline() -> FakePipeline:
    fake = FakePipeline()
    fake.go.set()
    return fake


@pytest.fixture
def url(tmp_path: Path, pipeline: FakePipeline) -> Iterator[str]:
    with served(create_app(fake_services(tmp_path, pipeline))) as address:
        yield address


@pytest.fixture
def notes(url: str) -> Iterator[Notes]:
    """Give notes that must be clean when the test ends."""
    taken = Notes()
    yield taken
    assert taken.errors == []
    assert taken.hosts == {urlsplit(url).netloc}


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser, notes: Notes) -> Iterator[Page]:
    """Give a page; wide, unless the test asks for a size."""
    opened = visit(browser, SIZES[getattr(request, "param", "wide")])
    opened.set_default_timeout(20_000)
    notes.watch(opened)
    yield opened
    opened.close()


both_sizes = pytest.mark.parametrize("page", SIZES, indirect=True)


def no_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@both_sizes
def test_from_brief_to_opened_source_and_approval(page: Page, url: str) -> None:
    send_example(page, url)
    read_plan(page)
    assert no_sideways_scroll(page)
    opener = page.locator(".interval-mid .figure").first
    expected = opener.inner_text()
    open_source(page)
    drawer = page.get_by_role("dialog")
    assert drawer.locator(".drawer-value").inner_text() == expected
    assert drawer.locator("mark").all_inner_texts() == ["12", "15"]
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(opener).to_be_focused()
    approve(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export copy.csv").click()
    assert download.value.suggested_filename == "copy-job-1.csv"


def test_every_value_of_the_plan_opens_a_marked_source(page: Page, url: str) -> None:
    send_example(page, url)
    read_plan(page)
    values = page.locator(".document .figure[role=button]")
    for place in range(0, values.count(), 5):
        values.nth(place).click()
        expect(page.get_by_role("dialog").locator("mark").first).to_be_visible()
        page.keyboard.press("Escape")


def test_the_address_restores_the_thread(page: Page, url: str) -> None:
    send_example(page, url)
    read_plan(page)
    address = page.url
    assert "#/c/job-1" in address
    page.goto("about:blank")
    page.goto(address)
    read_plan(page)
    page.goto(f"{url}/")
    page.goto(f"{url}/#/")


def test_steps_are_seen_while_they_run(page: Page, url: str, pipeline: FakePipeline) -> None:
    pipeline.go.clear()
    send_example(page, url)
    expect(page.locator(".step[data-state=running]")).to_contain_text("Understand the brief")
    pipeline.go.set()
    expect(page.locator(".step[data-state=done]")).to_have_count(6)


@both_sizes
def test_a_question_is_answered_and_its_evidence_opens(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_text("Ask a question").click()
    page.get_by_label("Your question").fill("How many customers are lapsed?")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_contain_text("206 customers are lapsed")
    page.get_by_role("button", name="Profile customers by lifecycle").click()
    expect(page.get_by_role("dialog")).to_contain_text("Evidence E1")


def test_an_error_says_what_to_do(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("Your brief").fill("This has nothing to do with marketing")
    page.get_by_role("button", name="Plan", exact=True).last.click()
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("The brief is not about marketing")
    expect(problem).to_contain_text("Try")


def test_text_is_never_taken_for_html(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("Your brief").fill("<img src=x onerror=alert(1)> <b>Win back</b>")
    page.get_by_role("button", name="Plan", exact=True).last.click()
    expect(page.locator(".bubble")).to_have_text("<img src=x onerror=alert(1)> <b>Win back</b>")


def test_the_documentation_lists_every_operation(page: Page, url: str) -> None:
    page.goto(f"{url}/docs")
    expect(page.get_by_text("/v1/campaigns/{campaign_id}/events")).to_be_visible()
    page.get_by_text("/v1/ask").click()
    expect(page.get_by_text("What the marketer says.")).to_be_visible()
