"""What is known of customers and products, written once as Ibis expressions for every engine that Ibis speaks to."""
