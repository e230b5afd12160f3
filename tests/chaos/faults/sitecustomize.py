"""Python imports this in every process that has this folder on its PYTHONPATH: it arms the process with faults.

Nothing in the program knows of it. Without a schedule in the environment it does nothing.
"""

import os
import sys
from pathlib import Path

if "TT_FAULTS" in os.environ:
    sys.path.append(str(Path(__file__).parents[3]))
    from tests.chaos.faults.arm import arm

    arm(Path(os.environ["TT_FAULTS"]), sys.orig_argv)
