"""Tests of what a shop has written about itself."""
