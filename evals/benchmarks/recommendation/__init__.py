"""How well products are recommended: on public ratings, and on the demo's next baskets."""
