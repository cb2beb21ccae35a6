"""Work on hostile bytes, in a child process that can be killed.

feedparser, bleach and trafilatura are given outside bytes only behind `ask`: a kept-alive child
(`childmain`) with limits on CPU, memory and files does the job, and is killed when the wall time
is over. Requests and answers are length-prefixed frames of JSON and bytes. A child serves many
jobs, is replaced after JOBS_PER_CHILD or once it has grown, and ends by itself when its parent does.
Works in threads, and in Celery's forked (daemonic) workers, each of which starts its own.
"""

import atexit
import contextlib
import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# With the cleaning of a feed's entries (fetching.py) at most 20 s for whatever bytes came.
WALL_SECONDS = 9.0
JOBS_PER_CHILD = 2000
# More would only take turns on the same processors, and run out of their wall time doing so.
CHILDREN_AT_WORK = max(os.cpu_count() or 1, 2)
MAX_ANSWER = 64 * 1024 * 1024
ROOT = Path(__file__).resolve().parent.parent.parent
FRAME = struct.Struct("!II")
LENGTH = struct.Struct("!I")


class ChildFailed(Exception):  # noqa: N818 - it reads as what it says
    """The child gave no answer: `reason` is too_slow, too_heavy or reader_died."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Child:
    """One child process and the pipes to it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "digests.sources.childmain"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            # No secret of the service is in the child's environment.
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONUTF8": "1"},
        )
        assert self.process.stdin is not None  # noqa: S101 - for the type checker
        assert self.process.stdout is not None  # noqa: S101
        self.to, self.back = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self.to, False)
        os.set_blocking(self.back, False)
        self.jobs = 0
        self.is_spent = False

    def ask(self, request: bytes, seconds: float) -> dict[str, Any]:
        """The answer to `request`, or ChildFailed; a child that failed is closed."""
        ends = time.monotonic() + seconds
        self.jobs += 1
        try:
            self.write(request, ends)
            (length,) = LENGTH.unpack(self.read(LENGTH.size, ends))
            answer: dict[str, Any] = json.loads(self.read(min(length, MAX_ANSWER), ends))
        except (BrokenPipeError, ValueError):  # dead, or an answer cut off at MAX_ANSWER
            self.close()
            raise ChildFailed("reader_died") from None
        except ChildFailed:
            self.close()
            raise
        return answer

    def write(self, data: bytes, ends: float) -> None:
        """Write all of `data` by the instant `ends`."""
        view = memoryview(data)
        while view:
            self.wait(ends, writing=True)
            with contextlib.suppress(BlockingIOError):
                view = view[os.write(self.to, view) :]

    def read(self, size: int, ends: float) -> bytes:
        """Exactly `size` bytes by the instant `ends`."""
        data = bytearray()
        while len(data) < size:
            self.wait(ends, writing=False)
            piece = os.read(self.back, min(size - len(data), 1 << 20))
            if not piece:
                # The kernel kills with SIGXCPU past the CPU limit; past memory Python says so itself.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(1.0)
                raise ChildFailed("too_slow" if self.process.returncode in {-24, -9} else "reader_died")
            data += piece
        return bytes(data)

    def wait(self, ends: float, *, writing: bool) -> None:
        """Until the pipe is ready; raises ChildFailed `too_slow` at `ends`."""
        poller = select.poll()
        poller.register(self.to if writing else self.back, select.POLLOUT if writing else select.POLLIN)
        if not poller.poll(max(ends - time.monotonic(), 0) * 1000):
            raise ChildFailed("too_slow")

    def close(self) -> None:
        """Kill and reap the process."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self.process.wait()


class Nursery:
    """The children of this process: at most one a processor at work, idle ones kept."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin without children; in a fork, because those we knew answer to our parent."""
        self.lock = threading.Lock()
        self.seats = threading.BoundedSemaphore(CHILDREN_AT_WORK)
        self.idle: list[Child] = []

    @contextlib.contextmanager
    def child(self) -> Iterator[Child]:
        """A child for one job; surplus threads wait their turn here, before the job's time runs."""
        with self.seats:
            child = self.take()
            yield child
            if child.is_spent or child.jobs >= JOBS_PER_CHILD:
                child.close()
                return
            with self.lock:
                self.idle.append(child)

    def take(self) -> Child:
        """An idle child that lives, or a new one."""
        with self.lock:
            while self.idle:
                child = self.idle.pop()
                if child.process.poll() is None:
                    return child
                child.close()
        return Child()

    def close(self) -> None:
        """End every idle child."""
        with self.lock:
            children, self.idle = self.idle, []
        for child in children:
            child.close()


NURSERY = Nursery()
atexit.register(NURSERY.close)
os.register_at_fork(after_in_child=NURSERY.reset)


def ask(
    job: str, options: Mapping[str, Any], body: bytes = b"", *, seconds: float = WALL_SECONDS
) -> dict[str, Any]:
    """What the child's `job` makes of `body`; raises ChildFailed.

    `options` and the answer are JSON objects; an answer with "error" names a reason of the job's own,
    "cpu_seconds" says what it took.
    """
    head = json.dumps({"job": job, "options": dict(options)}).encode()
    with NURSERY.child() as child:
        answer = child.ask(FRAME.pack(len(head), len(body)) + head + body, seconds)
        child.is_spent = bool(answer.pop("is_spent", False))
    if answer.get("error") == "too_heavy":
        raise ChildFailed("too_heavy")
    return answer
