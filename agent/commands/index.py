"""`marketwright index`: build and search what a store can look up: products, brand guide, past campaigns."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.commands.options import add_store, read_day
from agent.commands.progress import say, show_count
from agent.desk import view_at
from agent.past_campaigns import passages_of_campaigns
from retrieval.building import Built
from tools.errors import InputError
from tools.knowledge.library import SHELVES, put_guide, put_passages, remove_guide, search_shelf, words_of
from tools.products.index import DEFAULT_ENCODER, build_index, named_encoder
from tools.search_products import SearchQuery, search_products
from tools.warehouse.store import Store, open_store

PRODUCTS = "products"
ANY = "*"
"""A query without a word: what fits the filters is listed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    built = actions.add_parser("build", help="index a store's products, or bring their index up to date")
    built.add_argument("store", metavar="S", help="name of the store, or its folder")
    built.add_argument(
        "--encoder",
        metavar="MODEL",
        help=f"folder or hub name of a sentence-transformers model, or `{DEFAULT_ENCODER}`; else the index's own",
    )
    built.add_argument("--guide", metavar="FILE", help="keep and index the shop's brand guide (text or markdown)")
    built.add_argument("--no-guide", action="store_true", help="forget the shop's brand guide and its banned words")
    built.add_argument("--campaigns", metavar="FOLDER", help="index the store's campaigns below a folder")
    searched = actions.add_parser("search", help="search a store's products, guide or campaigns")
    searched.add_argument("query", metavar="QUERY", nargs="?", default=ANY, help="what to look for; none lists all")
    searched.add_argument("-k", type=int, default=5, help="how many (default 5)")
    searched.add_argument("--in", dest="shelf", choices=(PRODUCTS, *SHELVES), default=PRODUCTS, help="where to look")
    searched.add_argument("--category", metavar="C", help="only products of this category")
    searched.add_argument("--max-price", type=float, metavar="N", help="only products at or below this price")
    add_store(searched)


def run(args: argparse.Namespace) -> int:
    """Do the asked action."""
    if args.action == "build":
        _build(open_store(args.store), args)
    elif args.shelf == PRODUCTS:
        _search_products(args)
    else:
        for passage in search_shelf(open_store(args.store), args.shelf, args.query, args.k):
            print(f"{passage.score:.4f}  {passage.place}  {passage.heading}: {passage.text}")
    return 0


def _build(store: Store, args: argparse.Namespace) -> None:
    encoder = named_encoder(args.encoder) if args.encoder else None
    if args.no_guide and args.guide:
        raise InputError("--guide and --no-guide were both given; expected one; try either")
    if args.no_guide:
        remove_guide(store)
        say("  the brand guide is forgotten")
    elif not args.guide and not args.campaigns:
        _tell(PRODUCTS, build_index(store, show_count, encoder))
    if args.guide:
        _tell("passages of the guide", put_guide(store, Path(args.guide), encoder))
        words = words_of(store)
        say(f"  words it bans: {', '.join(words.banned) or 'none listed'}")
        say(f"  words it prefers: {', '.join(words.preferred) or 'none listed'}")
    if args.campaigns:
        passages, unread = passages_of_campaigns(Path(args.campaigns), store.name)
        _tell("passages of campaigns", put_passages(store, "campaigns", passages, encoder))
        if unread:
            say(f"  {unread} campaign files could not be read and were left out")


def _tell(what: str, built: Built) -> None:
    say(
        f"{built.meta.documents:,} {what} ({built.meta.kind} index, {built.meta.encoder.name}): {built.added:,} new, "
        f"{built.changed:,} changed, {built.removed:,} gone; {built.encoded:,} texts encoded"
    )


def _search_products(args: argparse.Namespace) -> None:
    query = SearchQuery(query=args.query, k=args.k, category=args.category, max_price=args.max_price)
    answer = search_products(query, view_at(args.store, read_day(args.as_of), 0))
    for product in answer.products:
        print(f"{product.score:.4f}  {product.product_id:<12} {product.name}  ({product.matched})")
    for warning in answer.warnings:
        say(f"note: {warning}")
