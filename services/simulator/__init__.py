"""The simulator: one clinic's days, driven through the public API as its staff would."""
