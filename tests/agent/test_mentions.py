"""What a message mentions: numbers, dates, names, and the spans a name may be copied from."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.dates import find_periods
from agent.mentions import MAX_READ_WORDS, MAX_SPAN_WORDS, describe_mentions, find_groups, find_mentions
from agent.numbers import find_numbers, in_weeks

AS_OF = dt.date(2017, 11, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3k", (3000, "count")),
        ("$3,000", (3000, "money")),
        ("3.000 euros", (3000, "money")),
        ("€1.200,50", (1200.5, "money")),
        ("1.5k dollars", (1500, "money")),
        ("two thousand five hundred dollars", (2500, "money")),
        ("half a million", (500_000, "count")),
        ("20 per cent", (20, "percent")),
        ("twenty-five percent", (25, "percent")),
        ("7.5 pct", (7.5, "percent")),
        ("12w", (12, "weeks")),
        ("six weeks", (6, "weeks")),
        ("a fortnight", (2, "weeks")),
        ("next quarter", (3, "months")),
        ("10 days", (10, "days")),
    ],
)
def test_number(text: str, expected: tuple[float, str]) -> None:
    assert [(n.value, n.kind) for n in find_numbers(text)] == [expected]


def test_month_is_counted_as_thirteen_quarters_of_a_week() -> None:
    assert [in_weeks(n) for n in find_numbers("1 month, 3 months, 6 months")] == [4, 13, 26]


@pytest.mark.parametrize(
    ("text", "starts_on", "ends_on"),
    [
        ("before Thanksgiving", "2017-11-01", "2017-11-22"),
        ("Black Friday week", "2017-11-20", "2017-11-26"),
        ("in the week of 29 November", "2017-11-27", "2017-12-03"),
        ("the week before Christmas", "2017-12-18", "2017-12-24"),
        ("Thanksgiving weekend", "2017-11-23", "2017-11-26"),
        ("Labor Day weekend", "2018-09-01", "2018-09-03"),
        ("over Easter weekend", "2018-03-31", "2018-04-01"),
        ("until the end of February", "2017-11-01", "2018-02-28"),
        ("before the end of January", "2017-11-01", "2018-01-31"),
        ("by the end of the quarter", "2017-11-01", "2017-12-31"),
        ("before Black Friday week", "2017-11-01", "2017-11-19"),
        ("until Christmas", "2017-11-01", "2017-12-25"),
        ("from 3 to 12 May", "2018-05-03", "2018-05-12"),
        ("between 20 November and 10 December", "2017-11-20", "2017-12-10"),
        ("from Nov 5 to Nov 20", "2017-11-05", "2017-11-20"),
        ("2018-01-01 to 2018-02-01", "2018-01-01", "2018-02-01"),
        ("next month", "2017-12-01", "2017-12-31"),
        ("next quarter", "2018-01-01", "2018-03-31"),
        ("in the next 6 weeks", "2017-11-01", "2017-12-13"),
        ("between now and New Year", "2017-11-01", "2018-01-01"),
        ("around Easter", "2018-03-25", "2018-04-08"),
        ("Black Friday to Cyber Monday", "2017-11-24", "2017-11-27"),
        ("in August and September", "2018-08-01", "2018-09-30"),
    ],
)
def test_period(text: str, starts_on: str, ends_on: str) -> None:
    assert [(str(p.starts_on), str(p.ends_on)) for p in find_periods(text, AS_OF)] == [(starts_on, ends_on)]


def test_slashed_date_is_read_by_country() -> None:
    read = {c: str(find_periods("by 03/04/2018", AS_OF, c)[0].ends_on) for c in ("US", "GB")}
    assert read == {"US": "2018-03-04", "GB": "2018-04-03"}


def test_the_demo_brief() -> None:
    brief = (
        "Win back lapsed shoppers before Thanksgiving with a coupon on their favourite categories. "
        "Email and SMS, budget 3,000 dollars."
    )
    found = find_mentions(brief, AS_OF)
    assert (found.segments, found.channels, found.money) == (("lapsed",), ("email", "sms"), (3000,))
    assert describe_mentions(found) == "segment=lapsed channel=email,sms money=3000 period=2017-11-01..2017-11-22"


def test_number_of_an_identifier_is_no_count() -> None:
    found = find_mentions("how did campaign 18 do with customer 1042 and product SKU88", AS_OF)
    assert found.identifiers == (("campaign", "18"), ("customer", "1042"), ("product", "SKU88"))
    assert found.counts == ()


def test_numbers_after_several_campaigns_are_all_campaigns() -> None:
    found = find_mentions("campaigns 18, 20, and 22. which promo, 3 or 4, brought 5 orders?", AS_OF)
    assert [value for kind, value in found.identifiers if kind == "campaign"] == ["18", "20", "22"]
    assert find_mentions("results of campaign 13, 20 products for lapsed", AS_OF).counts == (20,)


def test_earlier_text_serves_what_the_message_leaves_out() -> None:
    found = find_mentions("and at-risk?", AS_OF, earlier="lapsed customers by email, 20% off")
    assert (found.segments, found.channels, found.percents) == (("at_risk",), ("email",), (20,))


@settings(deadline=None)  # the first text loads the dictionary
@given(st.text(max_size=400))
def test_every_span_stands_in_the_text(text: str) -> None:
    found = find_mentions(text, AS_OF)
    assert all(span in found.text for span in found.spans)
    assert len(found.spans) <= MAX_READ_WORDS * MAX_SPAN_WORDS


def test_an_rfm_cell_and_a_cluster_are_names_and_not_numbers_or_identifiers() -> None:
    found = find_mentions("recommend 5 products for cluster 3 and for rfm_155", AS_OF)
    assert find_groups(found.text) == [(25, 34, "cluster_3"), (43, 50, "rfm_155")]
    assert [*found.counts, *found.identifiers] == [5]


def test_sizes_and_marks_of_lists_count_nothing() -> None:
    found = find_mentions("1. find Arabica dark roast 12 oz\n2. show three of them", AS_OF)
    assert found.counts == (3,)


def test_a_name_within_a_sentence_may_begin_with_an_article() -> None:
    assert "The Quiet Harbour" in find_mentions("forecast The Quiet Harbour for 4 weeks", AS_OF).spans
    spans = find_mentions("The Coffee we sell. The Tea as well, and the Sugar", AS_OF).spans
    assert not [span for span in spans if span.lower().startswith("the")]


def test_a_day_that_names_a_campaign_stays_a_name() -> None:
    assert "Black Friday" in find_mentions("how did the Black Friday campaign do?", AS_OF).spans
    assert "Black Friday" not in find_mentions("what sells on Black Friday?", AS_OF).spans


def test_days_and_weeks_are_also_months_for_tools_that_count_in_months() -> None:
    assert find_mentions("reviews of the last 90 days", AS_OF).months == (3,)
    assert find_mentions("orders of last month", AS_OF).weeks == (4,)


@pytest.mark.parametrize(
    ("text", "weeks", "months"),
    [
        ("the next fortnight", (2,), ()),
        ("reviews of the last couple of months", (9,), (2,)),
        ("forecast, 6mths", (26,), (6,)),
        ("a year and a half", (78,), (18,)),
    ],
)
def test_durations_in_words(text: str, weeks: tuple[int, ...], months: tuple[int, ...]) -> None:
    found = find_mentions(text, AS_OF)
    assert (found.weeks, found.months) == (weeks, months)


@pytest.mark.parametrize(
    ("text", "count"), [("half a dozen ideas", 6), ("a half-dozen", 6), ("two dozen products", 24)]
)
def test_dozens(text: str, count: int) -> None:
    assert find_mentions(text, AS_OF).counts == (count,)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("first quarter of next year", "2018-01-01", "2018-03-31"),
        ("Q1 next year", "2018-01-01", "2018-03-31"),
        ("H2", "2017-07-01", "2017-12-31"),
        ("the last quarter of 2018", "2018-10-01", "2018-12-31"),
        ("20/12 to 2/1", "2017-12-20", "2018-01-02"),
        ("12/20 to 1/2", "2017-12-20", "2018-01-02"),
        ("a 50/50 split from 3/11", "2018-03-11", "2018-03-11"),
        ("24/7 chat until then; the sale starts 5/12", "2018-05-12", "2018-05-12"),
        ("the last quarter of the year", "2017-10-01", "2017-12-31"),
        ("next year's Q4", "2018-10-01", "2018-12-31"),
        ("May we see January", "2018-01-01", "2018-01-31"),
        ("May", "2018-05-01", "2018-05-31"),
        ("the first half of December", "2017-12-01", "2017-12-15"),
        ("second half of February 2018", "2018-02-16", "2018-02-28"),
    ],
)
def test_parts_of_years_and_dates_with_slashes(text: str, first: str, last: str) -> None:
    found = find_mentions(text, AS_OF).periods
    assert [(str(period.starts_on), str(period.ends_on)) for period in found] == [(first, last)]


@pytest.mark.parametrize(
    "text", ["sales of the last quarter", "the first half of the list", "the second half price", "Q4 of last year"]
)
def test_what_lies_behind_or_is_no_year_is_no_period(text: str) -> None:
    assert find_mentions(text, AS_OF).periods == ()
