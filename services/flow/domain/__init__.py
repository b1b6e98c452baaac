"""The heart: pure functions from facts to visits. No clock, no network, no randomness."""
