"""Offers: off-policy values against what was seen and what is known, and regret of the policies."""
