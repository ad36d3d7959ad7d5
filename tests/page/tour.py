"""The page's main path, as a person walks it: brief, steps, plan, source, decision."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

Shoot = Callable[[str], object]
PLAN_MILLISECONDS = 120_000


def nothing(_name: str) -> None:
    """Take no picture."""


def send_example(page: Page, url: str, shoot: Shoot = nothing) -> None:
    """Open the page and send the example brief."""
    page.goto(url)
    expect(page.get_by_role("heading", name="Write a brief.")).to_be_visible()
    expect(page.get_by_role("button", name="Use an example")).to_be_enabled()
    shoot("start")
    page.get_by_role("button", name="Use an example").click()
    page.get_by_role("button", name="Plan", exact=True).last.click()
    page.get_by_text("Gather evidence").wait_for()


def read_plan(page: Page, shoot: Shoot = nothing) -> None:
    """Wait for the plan and go to it."""
    page.locator(".ready").wait_for(timeout=PLAN_MILLISECONDS)
    shoot("conversation")
    if page.get_by_role("button", name="Read the plan").is_visible():
        page.get_by_role("button", name="Read the plan").click()
    expect(page.get_by_role("heading", name="Expected outcome")).to_be_visible()
    shoot("plan")


def open_source(page: Page, shoot: Shoot = nothing) -> str:
    """Open the source of the expected responders and return the value that is marked in the evidence."""
    page.locator(".interval-mid .figure").first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_be_visible()
    expect(drawer.locator("mark").first).to_be_visible()
    shoot("source")
    return drawer.locator("mark").first.inner_text()


def approve(page: Page, shoot: Shoot = nothing) -> None:
    """Approve the plan."""
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Approve this plan").click()
    expect(page.get_by_role("link", name="Export copy.csv")).to_be_visible()
    shoot("approved")
