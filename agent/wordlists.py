"""Words by which marketers name segments, channels and countries, and words no name begins or ends with."""

from __future__ import annotations

import re

_PEOPLE = r"(?:customers?|shoppers?|buyers?|members?|households?|people|clients?|users?|ones?|folks|subscribers?|accounts?|segment|group|stage|cohort|crowd|lot)"
_SEGMENTS: dict[str, str] = {
    "new": rf"new(?:est|ly)?[\s-]+(?:acquired\s+)?{_PEOPLE}|first[\s-]time[\s-]{_PEOPLE}|newcomers?|new joiners?|newbies|newly acquired|segment new",
    "promising": rf"promising(?:\s+{_PEOPLE})?|up[- ]and[- ]coming {_PEOPLE}",
    "active": rf"(?<!in)(?<!in-)active(?:\s+{_PEOPLE})?",
    "loyal": rf"loyal(?:s|ists)?(?:\s+{_PEOPLE})?|regulars?\b(?!\s+price)|faithful {_PEOPLE}",
    "champions": rf"champions?(?:\s+{_PEOPLE})?|vips?(?:\s+{_PEOPLE})?|(?:very )?best {_PEOPLE}",
    "at_risk": rf"at[\s_-]+risk(?:\s+{_PEOPLE})?|{_PEOPLE} (?:who(?:'re| are) )?(?:about to (?:leave|churn)|slipping away|likely to churn|drifting away)|churn[- ]risks?|slipping {_PEOPLE}",
    "hibernating": rf"hibernat(?:ing|ors?)(?:\s+{_PEOPLE})?|dormant(?:\s+{_PEOPLE})?|sleep(?:ing|y|ers?)(?:\s+{_PEOPLE})|(?:sleepers|hibernators)",
    "lapsed": rf"laps(?:ed|ing)(?:\s+{_PEOPLE})?|churned(?:\s+{_PEOPLE})?|inactive(?:\s+{_PEOPLE})?|lost {_PEOPLE}|{_PEOPLE} (?:who|that|we)(?:'ve| have)? (?:lost|left|gone quiet|stopped (?:buying|shopping))|gone[- ]quiet|{_PEOPLE} who haven'?t (?:bought|shopped|ordered)[a-z ]*",
    "top": rf"(?<!our )\btop(?:[\s-]+(?:value|tier|spend(?:ing|ers)?))?(?:\s+{_PEOPLE})|top[\s-]+(?:value|tier|spenders)|(?:highest|biggest|big)[\s-]+spend(?:ing|ers)(?:\s+{_PEOPLE})?",
    "high": rf"high(?:er)?[\s-]+(?:value|tier|spend(?:ing)?)(?:\s+{_PEOPLE})?|high spenders",
    "middle": rf"mid(?:dle)?[\s-]+(?:value|tier|spend(?:ing|ers)?)(?:\s+{_PEOPLE})?|middle of the range {_PEOPLE}",
    "low": rf"low(?:er|est)?[\s-]+(?:value|tier|spend(?:ing|ers)?)(?:\s+{_PEOPLE})?|(?:smallest|lowest) spenders",
}
SEGMENT_NAMES = tuple(_SEGMENTS)
_CHANNELS: dict[str, str] = {
    "email": r"e-?mails?|e-?mailing|e-?mailed|newsletters?|mailings?|inbox",
    "sms": r"sms(?:es)?|text messages?|texts?|texting|text them",
    "push": r"push(?: notifications?| messages?)?|app notifications?",
    "google_ads": r"google(?: ads?)?|adwords|search ads?|paid search|sea\b",
    "meta_ads": r"meta(?: ads?)?|facebook(?: ads?)?|instagram(?: ads?)?|\bfb\b|\big\b",
    "social": r"social(?: media| posts?)?|organic social|tiktok",
    "onsite": r"on-?site(?: banners?)?|website banners?|banners?|home ?page",
    "coupon_mail": r"coupon[\s_-]mail(?:er|ing)?s?|direct mail|postal mail|mailers?|by post|post ?cards?|paper coupons?",
    "display": r"display ads?|programmatic",
    "affiliate": r"affiliates?",
}
CHANNEL_NAMES = tuple(_CHANNELS)
_COUNTRIES: dict[str, str] = {
    "US": r"(?-i:\bUS\b|\bUSA\b)|u\.s\.(?:a\.)?|united states|america|stateside",
    "GB": r"\bu\.?k\.?\b|united kingdom|great britain|britain|england|british",
    "DE": r"germany|german|deutschland",
    "FR": r"france|french(?! fries| press)",
    "ES": r"spain|spanish",
    "IT": r"italy|italian(?= holidays| market| calendar)",
    "NL": r"netherlands|holland|dutch",
    "BE": r"belgium|belgian(?= holidays| market)",
    "AT": r"austria",
    "CH": r"switzerland|swiss(?= holidays| market| calendar)",
    "IE": r"ireland|irish(?= holidays| market)",
    "CA": r"canada|canadian",
    "AU": r"australia|aussie",
    "IN": r"india\b|indian(?= holidays| market| calendar| festivals)",
    "CN": r"china\b|chinese(?= holidays| market| calendar)",
    "JP": r"japan|japanese(?= holidays| market| calendar)",
    "BR": r"brazil|brazilian",
    "MX": r"mexico",
    "PL": r"poland|polish(?= holidays| market)",
    "SE": r"sweden|swedish",
    "DK": r"denmark|danish(?= holidays| market)",
    "NO": r"norway|norwegian",
}


def _patterns(words: dict[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rf"(?<![\w]){'(?:'}{pattern})(?![\w])", re.IGNORECASE), name) for name, pattern in words.items())


SEGMENT_WORDS = _patterns({name: f"{pattern}|\\b{name}\\b" if name not in ("new", "top", "high", "middle", "low", "active") else pattern for name, pattern in _SEGMENTS.items()})
CHANNEL_WORDS = _patterns({name: f"{pattern}|{name}" for name, pattern in _CHANNELS.items()})
COUNTRY_WORDS = _patterns(_COUNTRIES)

EDGE_WORDS = frozenset(
    """a an the this that these those my our your their his her its of for to in on at by from with without about and or
    but nor so if then than as is are was were be been being do does did have has had can could should would will shall may
    might must i we you they he she it us them me who whom whose which what when where why how much many more most some any
    no not also just please pls plz thanks next last past coming over per into during between until till before after under
    give show tell find get list let's lets make need want like use using run check see look help suggest recommend forecast
    predict estimate allocate split plan what's whats how's hows there here let out up well too very really only all each
    every both off it's i'd we'd i'm we're vs versus against around upcoming now today tomorrow yesterday say expect expected
    will'll gonna wanna going buy buying bought sell selling sold compare whether does-it got keep put through across within
    among know think could've again instead cheaper dollars dollar euros euro pounds pound usd eur gbp bucks percent weeks
    week months month days day""".split()
)
