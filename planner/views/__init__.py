"""The plan, as people and programs look at it."""
