"""Changes to the bytes of tasks.toml: just what is meant, every other byte stays."""
