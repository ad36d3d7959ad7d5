"""The suites, one file each; evals/catalog.py lists them."""
