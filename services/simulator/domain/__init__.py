"""What happens on a simulated day, and what must then be seen: pure, the same for the same seed."""
