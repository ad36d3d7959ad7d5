"""How good a budget's split is: against a general solver, against known curves, and on real spend."""
