"""A plan run by the real decisions: with a simulated clock, simulated agents, and faults that a seed decides on."""
