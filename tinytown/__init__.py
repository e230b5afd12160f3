"""Tinytown: the town, what exists in it and where it is kept."""
