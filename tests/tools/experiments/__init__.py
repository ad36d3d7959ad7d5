"""Tests of the rooms behind the experiment tools."""
