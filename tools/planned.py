"""Tools that are designed and not built: the model may choose them, and the answer then says that they are to come.

Without their names a message about reviews would be pressed into a tool that does something else.
"""

from __future__ import annotations

from typing import Final

from tools.contract import Query

PLANNED: Final[dict[str, type[Query]]] = {}
"""Name to arguments; building one moves it to the catalogue. Every designed tool is built."""
