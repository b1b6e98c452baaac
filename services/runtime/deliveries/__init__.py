"""What the billing system was told, for those who look at it: what a problem means, and how one is tried again."""
