"""Estimators: arrays or frames in, arrays or frames out; they know nothing of tools, stores or models."""
