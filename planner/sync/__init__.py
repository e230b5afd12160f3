"""Base, file and Redis: what differs, and how it is brought together."""
