"""What is searched of a product: its title, the words that may be matched, and the words that carry the meaning."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from retrieval.documents import Document
from tools.warehouse.columns import Column

DESCRIPTION: Final = "description"
ATTRIBUTES: Final = "attributes"
DOCUMENT_COLUMNS: Final = [
    Column.NAME, Column.CATEGORY, Column.DEPARTMENT, Column.BRAND, DESCRIPTION, ATTRIBUTES, Column.PRICE
]  # fmt: skip

LONGEST_TEXT: Final = 20_000
"""Characters of a description that are matched word by word; what comes later is not found."""

SHORT_NAME: Final = 3
MEANT_DESCRIPTION: Final = 150
"""A name of fewer words says too little, so the encoder reads that many characters of the description too. Otherwise it
does not: on CA-Prod's development queries titles alone have nDCG@10 .547, with 150 characters .529, with all .510."""

BANDS: Final = ("budget", "mid-range", "premium")
FEWEST_PRICED: Final = 6
"""Prices that a category needs to be cut into three bands, two in each."""

# A size ("12 oz", "6 ct", "2.5 lb") matters to the words of a query, but not to what a product is.
_UNIT: Final = r"(?:oz|lb|ct|pk|ga|gal|qt|pt|dz|l|ml|g|kg|sq\s?ft|inch|in|rolls?|load)\b\.?"
_SIZE: Final = re.compile(
    rf",?\s*(?:\(\d+\)\s*)?\b\d[\d./-]*\s?{_UNIT}(?:[/\s]\s*\d[\d./-]*\s?{_UNIT})*(?:\(\d+\))?", re.IGNORECASE
)


def documents_of(products: pd.DataFrame) -> list[Document]:
    """Return one document a product (index: product_id), in the frame's order."""
    parts = [Column.NAME, Column.CATEGORY, Column.DEPARTMENT, Column.BRAND, DESCRIPTION, ATTRIBUTES]
    texts = products[parts].fillna("").astype(str).assign(band=price_bands(products))
    return [
        _document(str(product_id), *row)
        for product_id, row in zip(products.index, texts.itertuples(index=False, name=None), strict=True)
    ]


def _document(product_id: str, name: str, category: str, department: str, *rest: str) -> Document:
    brand, description, attributes, band = rest
    written = (name, category, department, brand, attributes, band, description[:LONGEST_TEXT])
    more = description[:MEANT_DESCRIPTION] if len(name.split()) < SHORT_NAME else ""
    meant = (without_size(name), category, department, more)
    return Document(
        id=product_id,
        title=name,
        text=" · ".join(part for part in written if part),
        meaning=". ".join(part for part in meant if part),
    )


def price_bands(products: pd.DataFrame) -> pd.Series:
    """Return in which third of its category's prices each product lies, in words; '' where there are too few prices.

    >>> frame = pd.DataFrame({"category": ["Tea"] * 6, "price": [1.0, 2, 3, 4, 5, 6]})
    >>> price_bands(frame).tolist()
    ['budget', 'budget', 'mid-range', 'mid-range', 'premium', 'premium']
    """
    price = products[Column.PRICE].where(products[Column.PRICE] > 0).astype(float)
    by_category = price.groupby(products[Column.CATEGORY])
    share, count = by_category.rank(pct=True, method="average"), by_category.transform("count")
    cut = pd.cut(share, [0, 1 / 3 + 1e-9, 2 / 3 + 1e-9, 1], labels=list(BANDS)).astype(object)
    return cut.where(share.notna() & (count >= FEWEST_PRICED), "").astype(str)


def without_size(name: str) -> str:
    """Return a product's name without its package size.

    >>> without_size("Apple sauce, 50 oz, store brand"), without_size("7 grain bread")
    ('Apple sauce, store brand', '7 grain bread')
    """
    return _SIZE.sub("", name).strip(" ,")
