"""A town as a file of JSON lines, which git can compare and another town can be filled from."""
