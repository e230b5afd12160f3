"""What the commands print with --json, as JSON Schemas made of the values themselves."""
