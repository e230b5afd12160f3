"""Three versions of a plan become one: what it is to say, and the bytes that say it."""
