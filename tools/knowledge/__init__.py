"""What a shop has written about itself: its brand guide and its past campaigns, searched passage by passage."""
