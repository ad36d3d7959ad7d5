"""Draw the values that fill the slots of a source line: what is written and what it means."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from agent.candidates import DEFAULT_PERIOD_DAYS
from agent.dates import find_periods

SOURCES = Path(__file__).parent / "sources"
VOICES = tuple(f"voices/{file.stem}" for file in sorted((SOURCES / "voices").glob("*.yaml")))
"""Sources in which one kind of person asks for everything, each by a hand of its own."""
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_CURRENCIES = (
    ("${}", 5),
    ("{} dollars", 3),
    ("€{}", 2),
    ("£{}", 2),
    ("{} euros", 1),
    ("{} USD", 1),
    ("{} pounds", 1),
    ("{} bucks", 1),
    ("{}€", 1),
    ("{} EUR", 1),
    ("{} CHF", 1),
    ("USD {}", 1),
    ("{} quid", 1),
    ("{}", 2),
)
_TOTALS = (
    300, 500, 750, 800, 1000, 1200, 1500, 1800, 2000, 2500, 3000, 3500, 4000, 4500, 5000, 6000, 6500, 7500, 8000, 9000,
    10000, 12000, 15000, 18000, 20000, 25000, 30000, 40000, 50000, 60000, 75000, 100000, 250000,
)  # fmt: skip
_SHARES = (0.1, 0.2, 0.25, 0.3, 0.4)  # of the total, for a minimum or maximum of one channel
_SHOUTED_SHARE = 0.04  # of names are written in capitals, as exports have them
_TITLED_SHARE = 0.08


@dataclass(frozen=True)
class Value:
    """What a slot reads as in the message and what it is in the call."""

    surface: str
    meaning: object


@cache
def load_yaml(name: str) -> dict[str, object]:
    """Read one source file."""
    return yaml.safe_load((SOURCES / f"{name}.yaml").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@cache
def lines(name: str, key: str) -> tuple[str, ...]:
    """Return the lines of one block of a source file."""
    return tuple(line for line in str(load_yaml(name)[key]).splitlines() if line.strip())


def ask_lines(tool: str, voices: Sequence[str] = VOICES) -> tuple[str, ...]:
    """Return a tool's asks, `text => call`: the lines that name their call, and those gathered under one.

    >>> len(set(ask_lines("find_bundles"))) == len(ask_lines("find_bundles")) > 50
    True
    """
    own = (*lines(f"asks/{tool}", "asks"), *gathered_lines(f"asks/{tool}", "more"))
    spoken = (line for voice in voices for line in gathered_lines(voice, "asks"))
    return (*own, *(line for line in spoken if line.rpartition(" => ")[2].startswith(f"{tool}(")))


def all_lines(name: str, key: str, voices: Sequence[str] = VOICES) -> tuple[str, ...]:
    """Return the lines of one block of a source file and of the block of that name of every voice."""
    return (*lines(name, key), *(line for voice in voices for line in lines(voice, key)))


def gathered_lines(name: str, key: str) -> tuple[str, ...]:
    """Return the lines that a source file gathers under the call or calls they mean, each as `text => calls`."""
    gathered: dict[str, str] = load_yaml(name)[key]  # type: ignore[assignment]
    return tuple(
        f"{text.strip()} => {calls}" for calls, block in gathered.items() for text in block.splitlines() if text.strip()
    )


@dataclass
class Drawer:
    """Draws values for slots from one shop's words; equal slots of one message get equal values."""

    rng: random.Random
    shop: dict[str, list[str]]
    as_of: dt.date
    drawn: dict[str, Value] = field(default_factory=dict)
    currency: str = ""

    def value(self, slot: str) -> Value:
        """Return the value of a slot, drawing it at first use."""
        if slot not in self.drawn:
            self.drawn[slot] = self._distinct(slot)
        return self.drawn[slot]

    def _distinct(self, slot: str) -> Value:
        kind = slot.rstrip("23")
        others = [value.meaning for name, value in self.drawn.items() if name.rstrip("23") == kind]
        for _ in range(20):
            value = self._draw(kind)
            if value.meaning not in others:
                break
        return value

    def _draw(self, kind: str) -> Value:
        if kind in ("category", "department", "product", "query"):
            word = self.rng.choice(self.shop[{"category": "categories", "query": "queries"}.get(kind, kind + "s")])
            word = self._cased(word) if kind != "product" else word
            return Value(word, word)
        return getattr(self, f"_{kind}")() if hasattr(self, f"_{kind}") else self._listed(kind)

    def _cased(self, word: str) -> str:
        draw = self.rng.random()
        if draw < _SHOUTED_SHARE:
            return word.upper()
        return word.title() if draw < _SHOUTED_SHARE + _TITLED_SHARE else word

    def _listed(self, kind: str) -> Value:
        surface, _, meaning = self.rng.choice(lines("surfaces", kind)).strip().partition(" => ")
        return Value(surface, meaning or surface)

    def _segment(self) -> Value:
        return self._listed(self.rng.choices(("stage", "tier"), (8, 2))[0])

    def _weeks(self) -> Value:
        n = self.rng.choice((1, 2, 3, 4, 5, 6, 8, 10, 12))
        word = self.rng.choice((str(n), str(n), _WORDS[n - 1]))
        return Value(f"{word} week{'s' if n > 1 else ''}", n)

    def _horizon(self) -> Value:
        fixed = (
            ("next month", 4),
            ("next quarter", 13),
            ("next three months", 13),
            ("next 2 months", 9),
            ("coming quarter", 13),
            ("next 6 months", 26),
            ("next month", 4),
        )
        if self.rng.random() < 0.4:
            return Value(*self.rng.choice(fixed))
        weeks = self._weeks()
        return Value(
            f"{self.rng.choice(('next', 'coming', 'next'))} {weeks.surface}" if weeks.meaning != 1 else "next week",
            weeks.meaning,
        )

    def _months(self) -> Value:
        n = self.rng.choice((2, 3, 4, 6, 9, 12))
        return Value(f"{self.rng.choice((str(n), _WORDS[n - 1]))} months", n)

    def _percent(self) -> Value:
        n = self.rng.choice((5, 5, 10, 10, 12, 15, 15, 20, 20, 25, 30, 35, 40, 50))
        return Value(self.rng.choice((f"{n}%", f"{n}%", f"{n}%", f"{n} percent", f"{n} %", f"{n} per cent")), n)

    def _money(self) -> Value:
        return self._amount(self.rng.choice(_TOTALS))

    def _part(self) -> Value:
        return self._amount(int(float(str(self.value("money").meaning)) * self.rng.choice(_SHARES)))

    def _income(self) -> Value:
        return self._amount(int(float(str(self.value("money").meaning)) * self.rng.choice((2, 3, 4, 5, 8))))

    def _orders(self) -> Value:
        n = self.rng.choice((50, 80, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 1200, 2000))
        return Value(f"{n:,}" if self.rng.random() < 0.5 else str(n), n)

    def _amount(self, n: int) -> Value:
        if n >= 10000 and n % 1000 == 0 or n % 1000 == 0 and self.rng.random() < 0.4:
            forms: tuple[str, ...] = (f"{n // 1000}k", f"{n:,}", str(n), f"{n // 1000} thousand")
        else:
            forms = (f"{n:,}", str(n), str(n))
        if n % 100 == 0 and n < 10000:
            forms = (*forms, f"{n / 1000:g}k")
        if n % 1000 == 0 and n <= 12000:
            forms = (*forms, f"{_WORDS[n // 1000 - 1]} thousand")
        number = self.rng.choice(forms)
        self.currency = self.currency or self.rng.choices([c for c, _ in _CURRENCIES], [w for _, w in _CURRENCIES])[0]
        pattern = self.currency
        return Value(number if number.endswith("k") and self.rng.random() < 0.5 else pattern.format(number), n)

    def _price(self) -> Value:
        n = self.rng.choice((3, 5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 9.99, 19.99, 49.5))
        return Value(self.rng.choice(("${}", "${}", "{} dollars", "€{}", "£{}", "{} euros")).format(n), n)

    def _k(self) -> Value:
        n = self.rng.choice((2, 3, 3, 4, 5, 6, 7, 8, 10, 10, 12, 15, 20))
        return Value(str(n) if n > 12 or self.rng.random() < 0.6 else _WORDS[n - 1], n)

    def _customer(self) -> Value:
        number = self.rng.choice(
            (
                str(self.rng.randint(3, 2500)),
                f"C-{self.rng.randint(100, 9999)}",
                f"K{self.rng.randint(10, 99999)}",
                f"cust_{self.rng.randint(1, 999)}",
            )
        )
        return Value(f"{self.rng.choice(('customer', 'household', 'shopper', 'customer'))} {number}", number)

    def _rfm(self) -> Value:
        cell = "".join(str(self.rng.randint(1, 5)) for _ in range(3))
        form = self.rng.choice(("rfm_{}", "RFM {}", "rfm {}", "RFM cell {}", "RFM-{}"))
        return Value(form.format(cell), f"rfm_{cell}")

    def _cluster(self) -> Value:
        number = self.rng.randint(1, 9)
        return Value(self.rng.choice(("cluster {}", "cluster {}", "cluster_{}")).format(number), f"cluster_{number}")

    def _soon(self) -> Value:
        end = self.as_of + dt.timedelta(DEFAULT_PERIOD_DAYS)
        return Value("", {"start": str(self.as_of), "end": str(end)})

    def _past(self) -> Value:
        if self.rng.random() < 0.5:
            surface, _, weeks = self.rng.choice(lines("surfaces", "past")).strip().partition(" => ")
            return Value(surface, int(weeks))
        weeks_value = self._weeks()
        if weeks_value.meaning == 1:
            return Value("last week", 1)
        return Value(f"the {self.rng.choice(('last', 'past', 'last'))} {weeks_value.surface}", weeks_value.meaning)

    def _lately(self) -> Value:
        surface, _, months = self.rng.choice(lines("surfaces", "lately")).strip().partition(" => ")
        return Value(surface, int(months))

    def _pid(self) -> Value:
        number = self.rng.choice(
            (
                str(self.rng.randint(10000, 999999)),
                f"P-{self.rng.randint(10, 9999)}",
                f"SKU{self.rng.randint(100, 9999)}",
                f"B0{self.rng.randint(100, 999)}X",
            )
        )
        return Value(f"{self.rng.choice(('product', 'item', 'product'))} {number}", number)

    def _campaign(self) -> Value:
        number = self.rng.choice(
            (
                str(self.rng.randint(1, 40)),
                f"C{self.rng.randint(1, 400)}",
                f"{self.rng.choice(('spring', 'xmas', 'welcome', 'summer', 'loyalty'))}_{self.rng.randint(18, 26)}",
                f"CMP-{self.rng.randint(10, 999)}",
            )
        )
        return Value(f"{self.rng.choice(('campaign', 'campaign', 'promo'))} {number}", number)

    def _channels(self) -> Value:
        picked: dict[str, str] = {}
        wanted = self.rng.choice((2, 2, 3, 3, 4))
        while len(picked) < wanted:
            channel = self._listed("channel")
            picked.setdefault(str(channel.meaning), channel.surface)
        words = list(picked.values())
        return Value(_listing(words, self.rng.choice((" and ", " and ", " & ", ", "))), list(picked))

    def _picked_offers(self) -> dict[str, str]:
        picked: dict[str, str] = {}
        wanted = self.rng.choice((2, 2, 3))
        while len(picked) < wanted:
            offer = self._listed("offer")
            percent, price = f"{self._percent().meaning}%", f"{self.rng.choice('$$€£')}{self.rng.choice((5, 10, 20))}"
            surface, meaning = (
                str(text).replace("{percent}", percent).replace("{price}", price)
                for text in (offer.surface, offer.meaning)
            )
            picked.setdefault(meaning, surface)
        return picked

    def _offers(self) -> Value:
        picked = self._picked_offers()
        last = self.rng.choice((" or ", " or ", " or ", " and ", " vs ", " versus ", " against ", " / "))
        return Value(_listing(list(picked.values()), last), list(picked))

    def _offerlist(self) -> Value:
        picked = self._picked_offers()
        mark = self.rng.choice(("\n- ", "\n* ", "\n- "))
        return Value("".join(mark + surface for surface in picked.values()), list(picked))

    def _period(self) -> Value:
        surface = self.rng.choice(lines("surfaces", "period")).strip()
        periods = find_periods(surface, self.as_of)
        return Value(surface, {"start": str(periods[0].starts_on), "end": str(periods[0].ends_on)})


def _listing(words: list[str], last: str) -> str:
    return last.join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
