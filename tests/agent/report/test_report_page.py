"""The report: each number opens its evidence, the page needs nothing else, and what it shows cannot run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from agent.campaign import Brief
from agent.evidence import Evidence
from agent.figures import Text, references
from agent.report import render_report
from agent.report.anchors import locate
from agent.report.render import roots_of
from agent.report.sources import figures_of
from agent.requests import Finished
from tests.agent.report.page_reader import Page, read_page
from tests.example_campaign import BRIEF, campaign_over, example_campaign
from tests.example_evidence import example_evidence

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</style></script></title><svg onload=alert(1)>",
    "حليب كامل الدسم",
    "cola\u202egnp.exe\x00\x07",
    "]]>&amp;&#x3C;",
    "x" * 3000,
)


@pytest.fixture(scope="module")
def finished() -> Finished:
    return example_campaign()


@pytest.fixture(scope="module")
def html(finished: Finished) -> str:
    return render_report(finished.campaign, finished.evidence)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return read_page(html)


def texts_of(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts_of(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_of(item)


def test_each_figure_is_a_link_to_an_existing_anchor(finished: Finished, page: Page) -> None:
    campaign = finished.campaign
    roots = roots_of(campaign, finished.evidence)
    shown = {(link.href, link.words) for link in page.links}
    figures = list(figures_of((campaign.plan, campaign.copy_deck)))
    assert len(figures) > 50
    for figure in figures:
        paths = references(figure.source)
        if figure.source == f"{{{paths[0]}}}":
            assert (f"#{locate(paths[0], roots)}", figure.text) in shown
        else:
            assert any(href.startswith("#C") and words == figure.text for href, words in shown)
        for path in paths:
            assert locate(path, roots) in page.ids


def test_each_reference_inside_a_text_is_a_link(finished: Finished, page: Page) -> None:
    campaign = finished.campaign
    roots = roots_of(campaign, finished.evidence)
    targets = {link.href for link in page.links}
    texts = list(texts_of(campaign.plan))
    assert len(texts) > 15
    for text in texts:
        for path in references(text.template):
            assert f"#{locate(path, roots)}" in targets


def test_links_lead_to_one_place_each_inside_the_page(page: Page) -> None:
    assert [name for name, count in Counter(page.ids).items() if count > 1] == []
    assert {link.href for link in page.links} <= {f"#{name}" for name in page.ids}


def test_page_needs_nothing_from_elsewhere(html: str, page: Page) -> None:
    names = {name for _, name, _ in page.attributes}
    assert not names & {"src", "srcset", "action", "style", "xlink:href", "data", "ping", "formaction"}
    assert not [name for name in names if name.startswith("on")]
    assert not {"img", "link", "iframe", "object", "embed", "base", "form", "foreignobject"} & set(page.tags)
    assert "url(" not in page.inline["style"]
    assert "@import" not in page.inline["style"]
    assert not re.search(r"fetch|XMLHttp|innerHTML|eval\(|https?:", page.inline["script"])
    assert "http://" not in html
    assert "https://" not in html


def test_policy_allows_exactly_the_style_and_script_of_the_page(page: Page) -> None:
    policy = next(value for _, name, value in page.attributes if name == "content" and "default-src" in value)
    digests = {
        tag: base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        for tag, content in page.inline.items()
    }
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{digests['style']}'" in policy
    assert f"script-src 'sha256-{digests['script']}'" in policy
    assert page.tags.count("script") == page.tags.count("style") == 1


def test_same_campaign_gives_the_same_bytes(finished: Finished, html: str) -> None:
    again = Finished.model_validate_json(finished.model_dump_json())
    assert render_report(again.campaign, again.evidence) == html


def test_sections_stand_in_reading_order(page: Page) -> None:
    sections = (
        "summary brief audience offer products budget schedule outcome demand experiment copy checks risks evidence"
    )
    wanted = [*sections.split(), "calculations", "policy", "run"]
    assert [name for name in page.ids if name in wanted] == wanted
    assert page.tags.count("h1") == 1
    assert page.tags.count("h2") == len(wanted)
    assert page.unclosed == []


def test_each_chart_has_a_title_and_a_description(page: Page) -> None:
    labelled = [value.split() for tag, name, value in page.attributes if (tag, name) == ("svg", "aria-labelledby")]
    assert len(labelled) == page.tags.count("svg") > 8
    assert all(len(names) == 2 and set(names) <= set(page.ids) for names in labelled)


def with_product_names(names: tuple[str, ...]) -> tuple[Evidence, ...]:
    changed = []
    for piece in example_evidence():
        raw = json.loads(piece.model_dump_json())
        for place, product in enumerate(raw["result"].get("products", [])):
            product["name"], product["reason"] = names[place % len(names)], names[place % len(names)]
        raw["warnings"] = [names[0], *raw["warnings"]]
        raw["arguments"]["query"] = names[0]
        changed.append(Evidence.model_validate(raw))
    return tuple(changed)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_shown_and_does_nothing(hostile: str, html: str) -> None:
    evidence = with_product_names((hostile,))
    brief = Brief(**{**BRIEF.model_dump(), "text": hostile, "assumptions": (hostile,)})
    page = read_page(render_report(campaign_over(evidence, hostile, brief), evidence))
    quiet = read_page(html)
    assert set(page.tags) <= set(quiet.tags)
    assert page.tags.count("script") == page.tags.count("style") == 1
    assert {name for _, name, _ in page.attributes} <= {name for _, name, _ in quiet.attributes}
    assert page.unclosed == []
    if hostile.isprintable():
        assert page.text.count(hostile) > 5
    assert "\u202e" not in page.text
    assert "\x00" not in page.text


def test_altered_figure_is_marked_and_not_linked(finished: Finished) -> None:
    plan = finished.campaign.plan
    wrong = plan.budget.total.model_copy(update={"text": "$9,999"})
    budget = plan.budget.model_copy(update={"total": wrong})
    campaign = finished.campaign.model_copy(update={"plan": plan.model_copy(update={"budget": budget})})
    html = render_report(campaign, finished.evidence)
    assert "altered" in html
    assert "$9,999" not in {link.words for link in read_page(html).links}


def test_altered_text_is_marked(finished: Finished) -> None:
    plan = finished.campaign.plan
    wrong = plan.objective.model_copy(update={"text": plan.objective.text.replace("206", "207")})
    campaign = finished.campaign.model_copy(update={"plan": plan.model_copy(update={"objective": wrong})})
    assert 'class="altered"' in render_report(campaign, finished.evidence)


def test_missing_evidence_is_marked_rather_than_a_crash(finished: Finished) -> None:
    page = read_page(render_report(finished.campaign, ()))
    assert {link.href for link in page.links} <= {f"#{name}" for name in page.ids}
    assert ("span", "class", "altered") in page.attributes


def test_customers_are_not_named(finished: Finished) -> None:
    raw = json.loads(finished.evidence[4].model_dump_json())
    raw["arguments"]["customer_id"] = raw["result"]["customer_id"] = "shopper-4711"
    evidence = (*finished.evidence[:4], Evidence.model_validate(raw), *finished.evidence[5:])
    assert "shopper-4711" not in render_report(finished.campaign, evidence)
