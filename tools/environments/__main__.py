"""`python -m tools.environments`."""

import sys

from tools.environments import main

sys.exit(main())
