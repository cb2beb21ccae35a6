"""Run Python as a child that cannot outlive its parent: `python -m newsletter.demo.child -m celery …`.

On Linux the kernel is asked to end the child when the parent dies, by whatever cause; the wish
survives the exec that follows. Elsewhere the parent's own clean-up has to do.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(parent: int) -> None:
    """Ask for SIGTERM when the parent dies; leave at once if it is already gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    os.execv(sys.executable, [sys.executable, *sys.argv[2:]])  # noqa: S606 - our own interpreter and words
