"""Tests of the feature queries."""
