"""The API: what the desk, the rooms and the feeds say becomes events, and flow's answer goes back to them."""
