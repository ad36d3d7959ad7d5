"""What looks odd in orders, coupons, ad spend and reviews: one file each, over data frames."""
