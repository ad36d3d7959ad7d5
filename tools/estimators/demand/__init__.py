"""A demand model over many series at once: gradient-boosted trees on sales, prices, promotions and season."""
