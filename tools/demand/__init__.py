"""Weekly sales, what is expected of them, and what promotions do to them."""
