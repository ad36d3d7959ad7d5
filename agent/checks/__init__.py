"""Checks: plain functions over a campaign and its evidence that return what they examined and found."""
