"""One row a customer: whether they will buy soon, why, what next, and how likely they respond."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tools.progress import say
from tools.response.next_category import next_categories
from tools.response.purchase_prediction import HORIZON_WEEKS, predict_buying
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView


def buying_rows(view: StoreView, customers: frozenset[str]) -> pd.DataFrame:
    """Return will_buy_percent (within four weeks), reasons and next_category of customers with an order.

    Says on standard error which model was chosen and how it did.

    Raises:
        ToolError: Too little history to learn from.
    """
    buying = predict_buying(view)
    say(f"who buys within {HORIZON_WEEKS} weeks: {buying.comparison}")
    category = next_categories(view, HORIZON_WEEKS)
    if category.hits is not None and category.rule_hits is not None:
        say(
            f"next category: right for {category.hits:.0%} of {category.customers} customers on the weeks just past; "
            f"their most bought category {category.rule_hits:.0%}"
        )
    table = buying.table[buying.table.index.isin(customers)]
    frame = pd.DataFrame(
        {
            "will_buy_percent": np.round(100 * table["will_buy"], 1),
            "reasons": table["reasons"],
            "next_category": category.named.reindex(table.index),
        }
    )
    return frame.rename_axis(Column.CUSTOMER_ID).reset_index()
