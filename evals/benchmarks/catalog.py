"""The benchmarks, listed; adding one is a file and a line here. Each is imported only when it is asked for."""

from __future__ import annotations

from importlib import import_module

from evals.benchmarks.measure import Benchmark

BENCHMARKS: dict[str, str] = {
    "bfcl": "evals.benchmarks.bfcl",
    "decoding": "evals.benchmarks.decoding",
    "speed": "evals.benchmarks.speed",
    "clv": "evals.benchmarks.clv",
    "m3": "evals.benchmarks.m3",
    "features": "evals.benchmarks.features",
    "import_kills": "evals.benchmarks.import_kills",
    "response": "evals.benchmarks.response",
    "reviews": "evals.benchmarks.reviews",
    "uplift": "evals.benchmarks.uplift",
    "anomalies": "evals.benchmarks.anomalies",
    "fairness": "evals.benchmarks.fairness",
    "experiments": "evals.benchmarks.experiments.run",
    "offers": "evals.benchmarks.offers.run",
    "budget": "evals.benchmarks.budget.run",
    "bids": "evals.benchmarks.bids",
    "recommend": "evals.benchmarks.recommendation.run",
    "bundles": "evals.benchmarks.bundles",
    "search": "evals.benchmarks.search",
    "faiss": "evals.benchmarks.nearest",
    "orange_juice": "evals.benchmarks.orange_juice",
    "demand": "evals.benchmarks.demand",
}
"""Name on the command line to the module whose `BENCHMARK` it is."""


def benchmark_named(name: str) -> Benchmark:
    """Import a listed benchmark."""
    benchmark: Benchmark = import_module(BENCHMARKS[name]).BENCHMARK
    return benchmark
