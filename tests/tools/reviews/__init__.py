"""Tests of what reads reviews."""
