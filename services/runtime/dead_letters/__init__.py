"""Records that could not be used: as they stand on their topic, opened, and put on the log again."""
