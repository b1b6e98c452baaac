"""The pure part of billing: what a visit's content is, what is to be told next, when it is tried again, and how it is signed."""
