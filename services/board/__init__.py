"""The wall: what patients in the waiting room look at, live."""
