"""What may be said, by whom, and the event it becomes. Values in, values out."""
