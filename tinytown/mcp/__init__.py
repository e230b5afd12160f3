"""The town for coding agents that speak the Model Context Protocol: each client is an agent of the town."""
