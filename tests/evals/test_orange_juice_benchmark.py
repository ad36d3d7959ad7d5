"""The orange juice benchmark on a made-up data set, and the reader of R's files on bytes written by hand."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evals.benchmarks.orange_juice import FIRST_WEEK, LAST_WEEK, measure, percentage_errors
from evals.rdata_file import read_rda
from tools.estimators.demand.boosted import Plan
from tools.estimators.demand.panel import Panel
from tools.estimators.demand.trees import Size


def _panel() -> Panel:
    rng = np.random.default_rng(0)
    shape = (12, LAST_WEEK - FIRST_WEEK + 1)
    price = np.log(rng.choice([2.0, 3.0], size=shape))
    units = 8 - 3 * price + rng.normal(0, 0.05, shape)
    units[0, 5] = np.nan
    nothing = np.zeros(shape)
    return Panel(
        units, price, nothing, nothing, np.repeat([1, 2, 3], 4), np.tile([1, 2, 3, 4], 3), np.zeros((shape[1], 1)),
        np.zeros((12, 1)),
    )  # fmt: skip


def test_a_tiny_run() -> None:
    size = Size(trees=60, leaves=4, leaf_rows=20, rate=0.1)
    measured = measure(_panel(), [0, 1], Plan(losses=("percentage", "weighted median"), size=size))
    ours, naive = (float(measured.rows[2][column].split()[0].strip("*")) for column in (1, 2))
    # Units move by a factor of 1.5 ** 3 with the price, which is known: only the noise of 5 % is left.
    assert ours < 10 < naive
    assert measured.holds
    assert "--rounds 0-11" in measured.notes[0]


def test_errors_are_in_percent_of_the_truth() -> None:
    truth = np.log([[10.0, 20.0]])
    assert percentage_errors(np.log([[15.0]]), truth) == pytest.approx([50.0, 25.0])
    truth[0, 0] = np.nan
    assert percentage_errors(np.log([[15.0]]), truth) == pytest.approx([25.0])


def _word(text: bytes) -> bytes:
    return struct.pack(">ii", 9, len(text)) + text


def test_an_r_file_is_read(tmp_path: Path) -> None:
    """A pairlist of one frame with the columns a (real) and b (whole, one missing)."""
    names = struct.pack(">ii", 16, 2) + _word(b"a") + _word(b"b")
    columns = struct.pack(">ii2d", 14, 2, 1.5, 2.5) + struct.pack(">ii2i", 13, 2, 7, -(2**31))
    symbol = struct.pack(">i", 1)
    tagged, attributed, end = struct.pack(">i", 2 | 1 << 10), struct.pack(">ii", 19 | 1 << 9, 2), struct.pack(">i", 254)
    frame = struct.pack(">ii", 16, 1) + _word(b"data.frame")
    attributes = tagged + symbol + _word(b"names") + names + tagged + symbol + _word(b"class") + frame + end
    body = tagged + symbol + _word(b"d") + attributed + columns + attributes + end
    file = tmp_path / "d.rda"
    file.write_bytes(gzip.compress(b"RDX2\nX\n" + struct.pack(">iii", 2, 0, 0) + body))
    table = read_rda(file)["d"]
    assert isinstance(table, pd.DataFrame)
    assert table["a"].tolist() == [1.5, 2.5]
    assert table["b"].iloc[0] == 7
    assert np.isnan(table["b"].iloc[1])


def test_another_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.rda"
    file.write_bytes(b"not R at all")
    with pytest.raises(ValueError, match="no R data file"):
        read_rda(file)
