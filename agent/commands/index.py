"""`marketwright index`: build and search a store's product index."""

from __future__ import annotations

import argparse

from agent.commands.options import add_store, read_day
from agent.commands.progress import show_count
from agent.desk import view_at
from tools.products.index import build_index
from tools.search_products import SearchQuery, search_products
from tools.warehouse.store import open_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    built = actions.add_parser("build", help="index a store's products")
    built.add_argument("store", metavar="S", help="name of the store, or its folder")
    searched = actions.add_parser("search", help="search a store's products")
    searched.add_argument("query", metavar="QUERY", help="what to look for")
    searched.add_argument("-k", type=int, default=5, help="how many products (default 5)")
    add_store(searched)


def run(args: argparse.Namespace) -> int:
    """Do the asked action."""
    if args.action == "build":
        build_index(open_store(args.store), show_count)
        return 0
    answer = search_products(SearchQuery(query=args.query, k=args.k), view_at(args.store, read_day(args.as_of), 0))
    for product in answer.products:
        print(f"{product.score:.4f}  {product.product_id:<12} {product.name}  ({product.matched})")
    return 0
