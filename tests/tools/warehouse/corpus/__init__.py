"""Hostile and damaged sources, made by code, with what an import must make of each."""
