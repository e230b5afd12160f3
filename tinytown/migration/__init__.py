"""What other programs left in the town's Redis, brought into this town.

Two layouts are known: keys without a town (`tt:task:<uuid>`), and those of Tinytown 0.10 under this town's own
prefix, whose tasks and agents are hashes. Each record is converted whole, in a transaction that relies on what
was read; so a run that is cut off has lost nothing, and the next one does the rest.
"""
