"""No process of ours outlives the one that answers for it, not even after `kill -9`."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def dies_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Return a `preexec_fn`: the child gets that signal when its parent is gone.

    The kernel watches the parent's *thread*, so start children from one that stays.
    Linux only; elsewhere the child just goes on.
    """
    parent = os.getpid()
    # Loaded here: between fork and exec as little as possible should happen.
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def arrange() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, int(number))
            if os.getppid() != parent:
                os._exit(1)

    return arrange
