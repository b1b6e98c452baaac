"""The book from a file, a CSV or a calendar: each row is judged on its own, and the good ones become people and bookings."""
