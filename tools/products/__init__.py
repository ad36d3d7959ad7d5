"""What the shop sells, who bought it, and how it is found."""
