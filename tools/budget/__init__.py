"""How a budget is read, limited and split."""
