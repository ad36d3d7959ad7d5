"""Find texts by meaning and by word; knows nothing of shops, tools or models."""
