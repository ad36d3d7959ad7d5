"""A shop's data: canonical tables, importers, quality, and the view through which tools read."""
