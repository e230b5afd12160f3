"""`tt`: the command line. One module for each command; each is imported only when its command runs."""


def main() -> int:
    """The entry of the script `tt`. Returns its exit status."""
    from tinytown.cli.run_command import run_command

    return run_command()
