"""Response to spend: adstock and saturating curves with uncertainty, and the split of money that uses them best."""
