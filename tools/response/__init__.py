"""How customers respond and what they buy next, learned from past campaigns and orders."""
