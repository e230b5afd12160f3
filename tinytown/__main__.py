"""`python -m tinytown`: the same as `tt`."""

import sys

from tinytown.cli import main

if __name__ == "__main__":
    sys.exit(main())
