"""Reviews: what customers wrote, cut into clauses, judged and counted. Their text is only ever data."""
