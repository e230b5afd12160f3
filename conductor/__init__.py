"""The work: pure decisions over a board of tasks and agents, and the loop that carries them out."""
