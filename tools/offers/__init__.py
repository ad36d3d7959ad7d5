"""Offers: what candidates mean, what past exposures say of them, guard rails, and who is to get which."""
