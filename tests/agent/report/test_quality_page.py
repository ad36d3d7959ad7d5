"""The quality page: findings first, needs nothing from elsewhere, and what the shop's files say cannot run in it."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET

import pytest

from agent.commands.store_quality import write_quality
from agent.report.charts.stacks import Stack, StackChart, draw_stacks
from agent.report.charts.weeks import WeekChart, draw_weeks
from agent.report.quality import render_quality
from tests.agent.report.page_reader import Page, read_page
from tools.warehouse.folder import StoreMeta
from tools.warehouse.quality import Finding, Merged, Plots, QualityReport, TableQuality
from tools.warehouse.quality.plots import Bin, Histogram, Week
from tools.warehouse.quality.report import Example, Gap, Missing, Reason

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "</style></script></title><svg onload=alert(1)>",
    "cola\u202egnp.exe\x00\x07",
    "]]>&amp;&#x3C;",
    "x" * 3000,
)
MONDAY = dt.date(2024, 1, 1)
WEEK = dt.timedelta(weeks=1)


def meta_of(text: str = "Corner Shop") -> StoreMeta:
    start = dt.datetime(2024, 1, 1)
    return StoreMeta(
        name="shop", shop_name=text, created_at=start, source=text, first_at=start, last_at=start, version="abc"
    )


def report_of(text: str = "color") -> QualityReport:
    example = Example(file=text, row=17, cells={"product_id": text})
    lines = TableQuality(
        table="order_lines",
        rows_in=120,
        kept=100,
        repaired=7,
        quarantined=15,
        duplicates=5,
        repairs=(Reason(reason="a decimal comma", rows=7),),
        set_aside=(Reason(reason=f"quantity is 0 {text}", rows=15, examples=(example,)),),
        missing=(Missing(column=text, rows=60, percent=50.0),),
        merged=Merged(new=3, changed=2, unchanged=95),
    )
    findings = (
        Finding(
            severity="error", check="x", table="order_lines", column=text, rows=9, words=f"odd {text}", remedy="mend it"
        ),
        Finding(severity="notice", check="y", table="stock", words="few", remedy="more"),
    )
    gap = Gap(starts_on=MONDAY + WEEK, ends_on=MONDAY + WEEK * 2)
    return QualityReport(tables=(lines,), gaps=(gap,), findings=findings)


def plots_of(text: str = "1") -> Plots:
    hours = tuple(Bin(label=str(hour), rows=hour) for hour in range(24))
    return Plots(
        weeks=tuple(Week(starts_on=MONDAY + WEEK * n, lines=n, revenue=10.0 * n) for n in range(30)),
        histograms=(
            Histogram(name="Quantity", counted="order lines", bins=(Bin(label=text, rows=5), Bin(label="2", rows=0))),
            Histogram(name="Hour of the day (UTC)", counted="order lines", bins=hours),
        ),
    )


@pytest.fixture(scope="module")
def html() -> str:
    return render_quality(meta_of(), report_of(), plots_of())


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return read_page(html)


def test_findings_come_first(page: Page) -> None:
    sections = ["findings", "sales", "rows", "aside", "repairs", "missing", "spreads"]
    assert [name for name in page.ids if name in sections] == sections
    assert page.tags.count("h1") == 1
    assert page.unclosed == []
    assert {link.href for link in page.links} <= {f"#{name}" for name in page.ids}


def test_the_page_says_what_happened_and_where(page: Page) -> None:
    text = " ".join(page.text.split())
    assert "Error order_lines.color 9 rows Odd color. To do: mend it." in text
    assert "15 rows quantity is 0 color" in text
    assert "color, row 17:" in text
    assert "3 new, 2 changed, 95 unchanged" in text
    assert "No orders from 2024-01-08 to 2024-01-15" in text


def test_the_page_needs_nothing_from_elsewhere(html: str, page: Page) -> None:
    names = {name for _, name, _ in page.attributes}
    assert not names & {"src", "srcset", "action", "style", "xlink:href", "data"}
    assert not {"script", "img", "link", "iframe", "object", "form"} & set(page.tags)
    assert not re.search(r"https?://", html)
    policy = next(value for _, name, value in page.attributes if name == "content" and "default-src" in value)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src" not in policy


def test_the_same_store_gives_the_same_bytes(html: str) -> None:
    assert render_quality(meta_of(), report_of(), plots_of()) == html


def test_each_chart_has_a_title_and_a_description_of_its_own(page: Page) -> None:
    labelled = [value.split() for tag, name, value in page.attributes if (tag, name) == ("svg", "aria-labelledby")]
    assert len(labelled) == page.tags.count("svg") == 2 * (3 + 2)
    assert all(set(names) <= set(page.ids) for names in labelled)
    assert len(set(page.ids)) == len(page.ids)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_shown_and_does_nothing(hostile: str, page: Page) -> None:
    odd = read_page(render_quality(meta_of(hostile), report_of(hostile), plots_of(hostile)))
    assert set(odd.tags) <= set(page.tags)
    assert {name for _, name, _ in odd.attributes} <= {name for _, name, _ in page.attributes}
    assert odd.unclosed == []
    assert "\u202e" not in odd.text
    assert "\x00" not in odd.text
    if hostile.isprintable():
        assert odd.text.count(hostile) > 4


def test_a_store_without_troubles_says_so() -> None:
    sound = TableQuality(table="stock", rows_in=2, kept=2, repaired=0, quarantined=0, duplicates=0)
    text = read_page(render_quality(meta_of(), QualityReport(tables=(sound,)), plots_of())).text
    for words in ("Nothing looks odd.", "No row was set aside.", "Nothing had to be mended.", "has all its values."):
        assert words in text


def test_gaps_are_shaded_where_they_are() -> None:
    gap = (MONDAY + WEEK * 10, MONDAY + WEEK * 12)
    weeks = [(MONDAY + WEEK * n, 0.0 if 10 <= n < 12 else 100.0) for n in range(40)]
    root = ET.fromstring(draw_weeks(WeekChart("x", "t", "a", (gap,), width=960), weeks))  # noqa: S314 - our own drawing
    shade = next(rect.attrib for rect in root.iter("rect") if float(rect.attrib["height"]) > 100)
    points = next(root.iter("polyline")).attrib["points"].split()
    low = [float(point.split(",")[0]) for point in points if float(point.split(",")[1]) == 238.0]
    assert low[0] == pytest.approx(float(shade["x"]), abs=0.1)
    assert all(float(text.attrib["x"]) < 960 for text in root.iter("text"))


def test_one_week_and_none_are_drawn() -> None:
    assert "polyline" in draw_weeks(WeekChart("x", "t", "a"), [(MONDAY, 5.0)])
    assert "no weeks" in draw_weeks(WeekChart("x", "t", "a"), [])


def test_stacks_fill_their_bar_and_no_part_vanishes() -> None:
    chart = StackChart("x", "t", (("kept", "c3"), ("set aside", "c4")), 440)
    root = ET.fromstring(draw_stacks(chart, [Stack("a", (1_000_000, 1), "1,000,001"), Stack("b", (0, 0), "0")]))  # noqa: S314
    widths = [float(rect.attrib["width"]) for rect in root.iter("rect") if rect.attrib["height"] == "16"]
    assert len(widths) == 2
    assert min(widths) == 2.0


def test_the_text_has_findings_first_and_names_rows() -> None:
    lines = write_quality(report_of()).splitlines()
    assert lines[0] == "findings: 1 error, 1 notice"
    assert lines[1] == "  error: order_lines.color (9 rows): odd color"
    assert lines[lines.index("  set aside: 15 rows: quantity is 0 color") + 1] == "    color, rows 17"
    assert "  last import: 3 new, 2 changed, 95 unchanged" in lines
