"""What is known of customers: their days, value, segments, clusters, attributes."""
