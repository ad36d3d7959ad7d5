"""Forecasts of many series: methods, choice between them, and intervals. Arrays in, arrays out."""
