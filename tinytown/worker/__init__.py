"""The agent's process: take, run, report, beat."""
