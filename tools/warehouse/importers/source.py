"""What every importer hands over: tables still to be sifted, and what it knows about the shop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import ibis

from tools.warehouse.writer import ShopFacts

# Two columns an importer may add to a row: why it must be set aside, and what was repaired in it.
REASON: Final = "_reason"
REPAIR: Final = "_repair"
# Two more, where the source is a file: its name, and the line the row begins on (the header is line 1), as int64.
FILE: Final = "_file"
ROW: Final = "_row"
# Two that matter where the store knows the thing already. Withdrawn: what the store has under the row's key goes, such
# as an order that was cancelled since. Mentioned: the row stands in for one that the source lacks, such as a customer
# known from an order only, and does not take the place of what the store knows.
WITHDRAWN: Final = "_withdrawn"
MENTIONED: Final = "_mentioned"
MARKS: Final = (REASON, REPAIR, FILE, ROW)


@dataclass(frozen=True)
class Source:
    """The tables of one source under their canonical names, columns renamed but not yet typed or sifted."""

    facts: ShopFacts
    tables: Mapping[str, ibis.Table]
