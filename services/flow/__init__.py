"""Folds the log of each site into live waits, rooms, tickets, alerts and summaries."""
