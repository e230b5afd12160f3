"""What is wrong with a file that is no TOML: all of it in one run, as far as that is certain."""
