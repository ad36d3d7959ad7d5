"""Public data sets that benchmarks read: which package holds them, under which licence, and what their bytes must be.

None of them is in this repository; each is fetched into the home folder's cache once, and checked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tools.home import cache_folder
from tools.packages import fetch_into
from tools.pinned import Package
from tools.progress import Report, say

DATASETS: Final[dict[str, Package]] = {
    "cdnow": Package(
        name="lifetimes",
        version="0.11.3",
        holds="the CDNOW 1/10 sample; package MIT, the data's owner gave no licence: read only",
        megabytes=2,
        sha256="261e3dc89977c2b60767ca6728aaa29d429de0c814635070a749c36555895da8",
        inside="lifetimes/datasets/",
        members={
            "CDNOW_sample.txt": "6fae10155c0b0ba363c2c386e30f77990d22328220efd862a5edd1443420d94a",
            "cdnow_customers_summary.csv": "09d92ca80daaabe8be0f997d4c539f9c9606106baa5b199081fe01cbce5fa9f6",
        },
    ),
    "microfinance": Package(
        name="causeinfer",
        version="1.0.2",
        holds="the microfinance trial of Hyderabad; package BSD, the data are the authors': read only",
        megabytes=10,
        sha256="fa2192361862a7692e384bd6002c75cb0ddc90cadcee14d48a28cd6af9173693",
        inside="causeinfer/data/datasets/cmf_micro/",
        members={
            "2013-0533_data_endlines1and2.dta": "a62e1da20a0efb448a571f4509f10fcd7ef2bcb4c8f1118e2d3d6175f2e7fcfc",
        },
    ),
}


def dataset(name: str, report: Report = say) -> Path:
    """Return the folder of a data set's files; fetch it first where it is not there.

    Raises:
        MissingCapabilityError: It cannot be had; the message says what to do.
    """
    return fetch_into(cache_folder(), DATASETS[name], report)
