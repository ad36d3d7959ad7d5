"""Designing tests and reading them."""
