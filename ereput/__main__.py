"""`python -m ereput` is the command line."""

import sys

from ereput.cli import main

# Guarded: the processes that score texts import this module again.
if __name__ == "__main__":
    sys.exit(main())
