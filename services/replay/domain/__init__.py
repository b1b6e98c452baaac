"""What a log says, row by row: pure."""
