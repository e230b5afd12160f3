"""The examination of a town: each check is a function from what was seen to findings."""
