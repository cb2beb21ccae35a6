"""The demo's child processes: the Celery worker and the web server, started with it and gone with it."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent.parent
# A worker asked to end finishes its task, a page or a send; then its broker connection takes its time.
WARM, COLD = 2.0, 5.0
# SIGINT as well: a shell that starts the demo in the background makes Python ignore it.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ChildDied(Exception):  # noqa: N818 - reads as what happened
    """A child ended by itself; the message says which, and the last lines of its log."""


class Child:
    """A process in a group of its own, with its output in a file."""

    def __init__(self, name: str, words: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        command = [sys.executable, "-m", "newsletter.demo.child", str(os.getpid()), *words]
        with log.open("wb") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and words
                command,
                cwd=ROOT,
                env={**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def check(self) -> None:
        """Raise ChildDied if it ended."""
        if (code := self.process.poll()) is not None:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
            raise ChildDied("\n".join([f"{self.name} ended with {code} ({self.log})", *lines]))

    def stop(self) -> None:
        """Ask it to end, then end it and all of its group."""
        for number, seconds in ((signal.SIGTERM, WARM), (signal.SIGQUIT, COLD)):
            if self.process.poll() is None:
                self.process.send_signal(number)
                with suppress(subprocess.TimeoutExpired):
                    self.process.wait(seconds)
        # An empty group is "no such process" on Linux and "not permitted" on macOS.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def worker(env: Mapping[str, str], log: Path) -> Child:
    """A Celery worker for every queue, one task at a time."""
    words = "-m celery -A newsletter worker --pool solo --queues fetch,stories,deliver --hostname demo@%h"
    quiet = "--without-gossip --without-mingle --without-heartbeat --loglevel WARNING"
    return Child("worker", [*words.split(), *quiet.split(), "--include", "newsletter.demo.tasks"], env, log)


def web(port: int, env: Mapping[str, str], log: Path) -> Child:
    """Django's own threaded server for the site."""
    words = ["-m", "django", "runserver", f"127.0.0.1:{port}", "--noreload"]
    hidden = {"DJANGO_RUNSERVER_HIDE_WARNING": "true", "DJANGO_SETTINGS_MODULE": "newsletter.settings"}
    return Child("web", words, {**env, **hidden}, log)


@contextmanager
def stopped_at_the_end(children: list[Child]) -> Iterator[None]:
    """Stop every child in the list when the block ends, also by Ctrl-C, SIGTERM or SIGHUP."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, leave) for number in SIGNALS}
    if before[signal.SIGHUP] == signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        # A second Ctrl-C must not leave a child behind.
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        for child in children:
            child.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def free_port(wanted: int, tries: int = 20) -> int:
    """The first port from `wanted` on that nobody listens at; raises OSError if all are taken."""
    for port in range(wanted, wanted + tries):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port from {wanted} to {wanted + tries - 1}")


def answers(url: str) -> bool:
    """Whether the server behind `url` answers at all."""
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own loopback address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
