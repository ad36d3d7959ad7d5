"""The best offer: on a shop whose offers were drawn by lot with known responses, and where little is known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.offer_shop import AS_OF, CHANCES, CUSTOMERS, OFFERS, ROUNDS, exposures, make_offer_shop
from tools.catalog import customer_rows, run_tool
from tools.choose_offer import MOST_LISTED
from tools.errors import ToolError
from tools.offers.answer import CandidateValue, OfferAnswer
from tools.warehouse.view import StoreView

WORDS = ("10 percent off", "Free Shipping", "30% OFF")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> StoreView:
    """Give the shop with known offers."""
    return make_offer_shop(tmp_path_factory.mktemp("offers") / "shop", exposures())


def choose(view: StoreView, *candidates: str, segment: str = "everybody") -> OfferAnswer:
    answer = run_tool("choose_offer", {"segment": segment, "candidates": candidates}, view)
    assert isinstance(answer, OfferAnswer)
    return answer


def by_offer(answer: OfferAnswer) -> Mapping[str | None, CandidateValue]:
    return {one.offer: one for one in answer.candidates}


def holds(one: CandidateValue, true: float) -> bool:
    return one.low is not None and one.high is not None and one.low < true < one.high


def drawn(view: StoreView, *candidates: str, segment: str = "everybody") -> pd.DataFrame:
    return customer_rows("choose_offer", {"segment": segment, "candidates": candidates}, view)


def test_values_hold_the_known_responses(shop: StoreView) -> None:
    answer = choose(shop, *WORDS)
    assert (answer.evidence, answer.reward, answer.exposures) == ("logged", "conversion", CUSTOMERS * ROUNDS)
    assert by_offer(answer).keys() == OFFERS.keys()
    for offer, one in by_offer(answer).items():
        assert holds(one, 100 * float(np.mean(OFFERS[str(offer)])))
        assert [estimate.method for estimate in one.estimates][:3] == ["ips", "snips", "direct"]


def test_candidates_are_read_in_the_marketers_words(shop: StoreView) -> None:
    answer = choose(shop, *WORDS)
    assert {one.candidate: one.offer for one in answer.candidates} == dict(zip(WORDS, OFFERS, strict=True))
    assert answer.took == ("took '10 percent off' as '10% off' (meaning)",)


def test_the_policy_gives_free_shipping_to_the_keen_only(shop: StoreView) -> None:
    rows = drawn(shop, *WORDS).set_index("customer_id")
    keen = rows.index < f"c{CUSTOMERS // 2:03d}"
    free = rows["offer_id"] == "free shipping"
    assert free[keen].mean() > 0.8
    assert free[~keen].mean() < 0.2


def test_choosing_for_each_is_worth_more_than_choosing_evenly(shop: StoreView) -> None:
    policies = {one.policy: one for one in choose(shop, *WORDS).policies}
    # Knowing all: 25 from the keen, 12 from the calm; evenly: the mean of all offers.
    known, even = (25 + 12) / 2, 100 * np.mean([np.mean(rates) for rates in OFFERS.values()])
    assert even < (policies["thompson"].low or 0.0) < (policies["thompson"].value or 0.0) < known
    assert policies["even"].value == pytest.approx(even, abs=2)


def test_a_clear_winner_is_better_beyond_chance(tmp_path: Path) -> None:
    shown = exposures()
    rng = np.random.default_rng(1)
    winner = shown["offer_id"] == "30% off"
    shown["converted"] = rng.random(len(shown)) < np.where(winner, 0.4, 0.1)
    answer = choose(make_offer_shop(tmp_path / "shop", shown), *WORDS)
    assert (answer.verdict, answer.recommended) == ("better", "30% OFF")
    assert "beyond chance" in answer.reason


def test_offers_without_recorded_chances_are_observational(tmp_path: Path) -> None:
    shown = exposures().assign(propensity=np.nan)
    answer = choose(make_offer_shop(tmp_path / "shop", shown), *WORDS)
    assert answer.evidence == "observational"
    assert answer.verdict == "not_clear"
    assert "Observational" in answer.note
    for offer, one in by_offer(answer).items():
        assert holds(one, 100 * float(np.mean(OFFERS[str(offer)])))


def test_impossible_chances_are_left_out_and_counted(tmp_path: Path) -> None:
    shown = exposures()
    shown.loc[:9, "propensity"] = 0.0
    shown.loc[10:19, "propensity"] = 1.5
    answer = choose(make_offer_shop(tmp_path / "shop", shown), *WORDS)
    assert (answer.evidence, answer.exposures) == ("logged", CUSTOMERS * ROUNDS - 20)
    assert any("20 exposures have no propensity" in warning for warning in answer.warnings)


def test_chances_that_cannot_be_right_are_doubted(tmp_path: Path) -> None:
    answer = choose(make_offer_shop(tmp_path / "shop", exposures().assign(propensity=0.9)), *WORDS)
    assert any("do not agree with how often they were shown" in warning for warning in answer.warnings)


def test_offers_of_different_campaigns_are_not_compared_as_by_lot(tmp_path: Path) -> None:
    shown = exposures()
    turn = shown["campaign_id"].str[1:].astype(int) % 2
    shown = shown[(shown["offer_id"] == "10% off") == (turn == 0)]
    answer = choose(make_offer_shop(tmp_path / "shop", shown), *WORDS)
    assert answer.evidence == "observational"
    assert any("hardly shown in the same campaign" in warning for warning in answer.warnings)


def test_no_response_at_all_is_told_and_not_a_point(tmp_path: Path) -> None:
    answer = choose(make_offer_shop(tmp_path / "shop", exposures().assign(converted=False)), *WORDS)
    assert (answer.verdict, answer.recommended) == ("cannot_tell", None)
    for one in answer.candidates:
        assert (one.high or 0.0) > 0.1
        assert one.cannot_tell_because == "0 responses; at least 10 are needed"


def test_a_candidate_never_shown_gets_its_part_by_lot_only(shop: StoreView) -> None:
    answer = choose(shop, *WORDS, "mystery gift")
    (mystery,) = [one for one in answer.candidates if one.candidate == "mystery gift"]
    assert (mystery.offer, mystery.value, mystery.shown) == (None, None, 0)
    assert mystery.share_percent == pytest.approx(10 / 4)
    assert answer.candidates[-1] == mystery


def test_one_candidate_is_not_called_the_best(shop: StoreView) -> None:
    answer = choose(shop, "30% off")
    assert (answer.verdict, answer.recommended, answer.found) == ("only_one", "30% off", 1)
    assert drawn(shop, "30% off")["propensity"].eq(1).all()


def test_the_same_candidate_twice_counts_once(shop: StoreView) -> None:
    answer = choose(shop, "30% off", "30 percent off", "10% off")
    assert answer.found == 2
    assert "'30 percent off' is the same candidate as '30% off': counted once" in answer.warnings


def test_two_hundred_candidates(shop: StoreView) -> None:
    answer = choose(shop, *WORDS, *(f"gift {number}" for number in range(197)))
    assert (answer.found, len(answer.candidates)) == (200, MOST_LISTED)
    assert "180 of 200 candidates are not listed" in answer.warnings
    assert {one.offer for one in answer.candidates[:3]} == OFFERS.keys()


@pytest.mark.parametrize("candidates", [(), ("",), ("10% off", "  ")])
def test_no_candidate(shop: StoreView, candidates: tuple[str, ...]) -> None:
    with pytest.raises(ToolError, match="expected at least one offer in words"):
        choose(shop, *candidates)


def test_guard_rails_keep_an_offer_out(tmp_path: Path) -> None:
    view = make_offer_shop(tmp_path / "shop", exposures(), cost=15.0)
    answer = choose(view, *WORDS, "60% off")
    blocked = {one.candidate: one.blocked_because for one in answer.candidates if not one.allowed}
    # A cost of 15 at a price of 20 leaves 25 %; at 14 it leaves less than nothing.
    assert blocked == {
        "30% OFF": "leaves -7.1 % of the price paid, below the floor of 10 %",
        "60% off": "takes off 60 %, above the cap of 50 %",
    }
    assert set(drawn(view, *WORDS, "60% off")["offer_id"]) == {"10% off", "free shipping"}
    assert by_offer(answer)["10% off"].margin_percent == pytest.approx(100 * (1 - 15 / 18), abs=1e-3)


def test_all_candidates_beyond_the_guard_rails(shop: StoreView) -> None:
    with pytest.raises(ToolError, match="break the guard rails, all of them: '80% off' takes off 80 %"):
        choose(shop, "80% off")


def test_profit_decides_where_revenue_and_costs_are_known(tmp_path: Path) -> None:
    paid = {"10% off": 18.0, "30% off": 14.0}
    shown = exposures()
    shown = shown[shown["offer_id"] != "free shipping"]
    shown = shown.assign(revenue=shown["offer_id"].map(paid).where(shown["converted"]))
    answer = choose(make_offer_shop(tmp_path / "shop", shown.assign(propensity=np.nan), cost=8.0), "10% off", "30% off")
    assert answer.reward == "profit"
    # 10 of 100 at 18 - 8 against 12 of 100 at 14 - 8.
    for offer, true in {"10% off": 0.10 * 10, "30% off": 0.12 * 6}.items():
        assert holds(by_offer(answer)[offer], true)
    assert answer.recommended == "10% off"


def test_chances_add_up_and_repeat(shop: StoreView) -> None:
    first = drawn(shop, *WORDS)
    assert first.equals(drawn(shop, *WORDS))
    assert len(first) == first["customer_id"].nunique() == CUSTOMERS
    assert first["propensity"].between(0.1 / 3, 1).all()
    other = make_other_seed(shop)
    assert not first["offer_id"].equals(drawn(other, *WORDS)["offer_id"])


def make_other_seed(view: StoreView) -> StoreView:
    return StoreView(view.store, view.as_of, seed=7)


def test_new_results_change_the_next_choice(shop: StoreView) -> None:
    early = StoreView(shop.store, pd.Timestamp("2024-03-13").date())
    before, after = choose(early, *WORDS), choose(shop, *WORDS)
    assert before.exposures == CUSTOMERS
    assert before.candidates != after.candidates


def test_results_after_the_day_are_not_seen(shop: StoreView, tmp_path: Path) -> None:
    day = pd.Timestamp("2024-05-01")
    known = exposures()
    cut = make_offer_shop(tmp_path / "shop", known[known["at"] < day])
    early = StoreView(shop.store, day.date())
    assert choose(early, *WORDS).candidates == choose(StoreView(cut.store, day.date()), *WORDS).candidates


def test_a_segment_without_exposures_of_its_own_is_told_by_all(tmp_path: Path) -> None:
    shown = exposures()
    calm = shown[shown["customer_id"] >= f"c{CUSTOMERS // 2:03d}"]
    answer = choose(make_offer_shop(tmp_path / "shop", calm), *WORDS, segment="top")
    # Those who spent most are of the keen, who were never shown anything.
    assert (answer.evaluated_on, answer.exposures) == ("everybody", len(calm))
    assert any("too few exposures of offers of its own" in warning for warning in answer.warnings)


def test_an_empty_segment(shop: StoreView) -> None:
    with pytest.raises(ToolError, match="has nobody in it as of"):
        choose(shop, *WORDS, segment="new")


def test_no_exposures_names_the_table_and_the_first_round(tmp_path: Path) -> None:
    view = make_offer_shop(tmp_path / "shop", None)
    with pytest.raises(ToolError, match=r"table exposures is not in .*first round by lot with `--customers FILE`"):
        choose(view, *WORDS)
    rows = drawn(view, *WORDS)
    assert rows["propensity"].to_numpy() == pytest.approx(1 / 3)
    assert rows.groupby("candidate").size().between(CUSTOMERS // 3 - 1, CUSTOMERS // 3 + 1).all()


def test_unknown_offers_fall_back_to_kinds_of_campaign(tiny_view: StoreView) -> None:
    answer = choose(tiny_view, "20% off", "free shipping")
    assert (answer.evidence, answer.verdict, answer.recommended) == ("none", "cannot_tell", None)
    assert "columns offer_id and propensity of table exposures are empty" in answer.reason
    (kind,) = answer.campaign_kinds
    # Of the six who were mailed in spring one redeemed; the summer campaign still ran.
    assert (kind.kind, kind.campaigns, kind.exposures, kind.responders) == ("coupon", 1, 6, 1)
    assert kind.rate_percent == pytest.approx(100 / 6, abs=0.01)


def test_a_kind_of_campaign_is_described_and_not_chosen(tiny_view: StoreView) -> None:
    answer = choose(tiny_view, "Coupons")
    assert (answer.evidence, answer.recommended) == ("campaign_kinds", None)
    assert answer.candidates[0].offer == "coupon"
    assert "do not say which kind is better for the same customer" in answer.reason


def test_offers_known_but_not_these(shop: StoreView) -> None:
    answer = choose(shop, "mystery gift")
    assert answer.evidence == "none"
    assert "name offers, but none of these candidates" in answer.reason


def test_arguments_are_what_the_model_was_trained_on() -> None:
    with pytest.raises(ToolError, match="expected segment, candidates"):
        run_tool("choose_offer", {"segment": "loyal"}, None)  # type: ignore[arg-type]  # refused before it is read


def test_the_log_has_the_chances_it_was_drawn_with() -> None:
    shares = exposures()["offer_id"].value_counts(normalize=True)
    assert shares[list(OFFERS)].to_numpy() == pytest.approx(CHANCES, abs=0.03)
    assert AS_OF.isoformat() == "2024-09-01"
