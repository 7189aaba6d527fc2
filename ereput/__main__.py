"""`python -m ereput` is the command line."""

import sys

from ereput.cli import main

sys.exit(main())
