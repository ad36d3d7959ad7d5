"""Offline evaluation: cases in YAML, run through the product's own functions, scored with intervals."""
