"""Replay: turns a CSV event log into events of a site that follows its log."""
