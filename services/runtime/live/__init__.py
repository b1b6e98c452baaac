"""A site's live state for screens: read from Redis, kept in step with flow, and sent on to any number of them.

One subscription per process. Each kind of screen is a `View` (channel.py): what it sees of a site, worked out once per change.
"""
