"""The conductor's rhythm: how often it looks, how long it may be silent, how much it does at once."""

LEASE_SECONDS = 10.0
"""A conductor that did not renew for so long is out of office."""

RENEW_SECONDS = 3.0

SWEEP_SECONDS = 2.0
"""So often it looks for what no event tells: dead agents."""

BATCH = 200
"""At most about so many actions go out in one transaction."""
