"""Import this module first in the process from which children are forked: it ignores Ctrl+C.

A terminal sends Ctrl+C to all processes of a command. The command ends its children itself, and a
process that loads modules at that moment would print a traceback.
"""

from __future__ import annotations

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
