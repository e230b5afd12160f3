"""What can be wrong with a plan, and how it is told."""
