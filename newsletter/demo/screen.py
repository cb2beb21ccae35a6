"""What the demo shows while it works: one line a step, Korean first, a bar where things are counted."""

import time
from collections.abc import Callable
from typing import TextIO

WIDTH = 20


class Screen:
    """Writes steps to a stream; on a terminal the counting line is rewritten, else shown when it ends."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.is_live = out.isatty()
        self.started = time.monotonic()
        self.shown = ""

    def say(self, text: str = "") -> None:
        """A line of its own."""
        self.out.write(text + "\n")
        self.out.flush()

    def step(self, name: str, text: str) -> None:
        """A finished step: its name in both languages, and what came of it."""
        self.clear()
        self.say(f"  {name:<14} {text}   {time.monotonic() - self.started:.1f}s")

    def count(self, name: str, done: int, total: int, text: str) -> None:
        """A step under way: a bar of `done` in `total`."""
        filled = WIDTH * done // total if total else 0
        line = f"  {name:<14} {'█' * filled}{'░' * (WIDTH - filled)} {text}"
        if self.is_live and line != self.shown:
            self.out.write("\r\x1b[K" + line)
            self.out.flush()
        self.shown = line

    def clear(self) -> None:
        """Remove the counting line."""
        if self.is_live and self.shown:
            self.out.write("\r\x1b[K")
        self.shown = ""


class TookTooLong(Exception):  # noqa: N818 - reads as what happened
    """Something the demo waited for did not happen; the message says what."""


def wait_until(is_done: Callable[[], bool], *, seconds: float, what: str, pause: float = 0.25) -> None:
    """Ask `is_done` until it says yes; raises TookTooLong that names `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > deadline:
            raise TookTooLong(f"{what}: not done after {seconds:.0f} s")
        time.sleep(pause)
