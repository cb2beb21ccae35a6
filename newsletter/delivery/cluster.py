"""A PostgreSQL and a Redis of one's own, to be restarted and killed without harm to anybody.

For `manage.py storm` only. PostgreSQL does not run as root, so root starts it as user postgres.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path


class NotInstalled(RuntimeError):  # noqa: N818 - the glossary's word
    """A server's program is not on this machine."""


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, seconds: float = 30.0) -> None:
    """Return once something listens on `port`; raises TimeoutError."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


def find_program(name: str) -> str:
    """The path of a PostgreSQL or Redis program; Debian keeps PostgreSQL's out of PATH."""
    found = shutil.which(name)
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    if beside:
        return str(beside[0])
    if found is None:
        raise NotInstalled(f"{name} is not installed")
    return found


def postgres_url(port: int) -> str:
    """DATABASE_URL of a cluster on `port`."""
    return f"postgres://postgres@127.0.0.1:{port}/postgres"


class PostgreSQL:
    """A cluster in a folder of its own: `with PostgreSQL(free_port()) as database: database.url`."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.folder = Path(tempfile.mkdtemp(prefix="storm-postgres-"))
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self.url = postgres_url(port)

    def __enter__(self) -> "PostgreSQL":
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user)
        initdb = [find_program("initdb"), "-D", f"{self.folder}/data", "-U", "postgres"]
        self._run(*initdb, "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start it. Commits survive a crash of the server; only the disk's cache is trusted."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._control("start", "-w", "-o", options, "-l", f"{self.folder}/log")
        wait_for(self.port)

    def stop(self, mode: str) -> None:
        """Stop it: "fast" says goodbye to its clients, "immediate" crashes and recovers at the next start."""
        self._control("stop", "-w", "-m", mode)

    def restart(self, mode: str) -> None:
        """Stop and start again."""
        self.stop(mode)
        self.start()

    def _control(self, *arguments: str) -> None:
        self._run(find_program("pg_ctl"), "-D", f"{self.folder}/data", *arguments)

    def _run(self, *command: str) -> None:
        user = self.user if os.geteuid() == 0 else None
        # The server must not inherit our pipes, or it would keep them open.
        with (self.folder / "output").open("a") as output:
            done = subprocess.run(  # noqa: S603
                command, stdout=output, stderr=output, check=False, cwd=self.folder, user=user
            )
        if done.returncode:
            raise RuntimeError(
                f"{Path(command[0]).name} failed: {(self.folder / 'output').read_text()[-500:]}"
            )


class Redis:
    """A Redis without persistence, which may be flushed, killed, frozen and started again."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Redis":
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it, empty."""
        command = [find_program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1"]
        self.process = subprocess.Popen(  # noqa: S603
            [*command, "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(self.port)

    def kill(self) -> None:
        """Kill it: what was queued is lost."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        """Let it take connections and never answer."""
        if self.process is not None:
            self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
