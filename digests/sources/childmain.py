"""The child of child.py: `python -m digests.sources.childmain`, pure jobs under limits.

Reads frames from standard input, writes answers to standard output, ends at end of file.
No Django, no network, no database.
"""

import json
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from digests.sources.child import FRAME, LENGTH
from digests.sources.discovery import read_links
from digests.sources.extraction import read_page
from digests.sources.failures import NotAFeed
from digests.sources.parsing import read_feed
from digests.text.cleaning import clean_text

CPU_SECONDS = 9
MEMORY_BYTES = 480 * 1024 * 1024
# A child that has grown past this gives its memory back by ending.
SPENT_KILOBYTES = 220 * 1024


def clean(body: bytes, options: dict[str, Any]) -> dict[str, Any]:
    """The cleaner's answer on `body`, UTF-8."""
    cleaned = clean_text(
        body.decode("utf-8", "surrogatepass"),
        is_html=bool(options.get("is_html")),
        title=str(options.get("title", "")),
        junk=tuple(options.get("junk", ())),
    )
    return asdict(cleaned)


JOBS: dict[str, Callable[[bytes, dict[str, Any]], dict[str, Any]]] = {
    "feed": read_feed,
    "page": read_page,
    "links": read_links,
    "clean": clean,
}


def limit() -> None:
    """Set what a whole child may take: memory, files, processes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; we end with our input
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_cpu() -> None:
    """Give the next job its CPU seconds: the limit counts from the start of the process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + CPU_SECONDS, hard))


def resident_kilobytes() -> int:
    """What this process holds now; 0 where the system does not say.

    Not ru_maxrss: that one starts at what the parent held when it forked.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize() // 1024


def answer(job: str, options: dict[str, Any], body: bytes) -> dict[str, Any]:
    """What `job` says, or the named reason why not."""
    try:
        return JOBS[job](body, options)
    except NotAFeed as refusal:
        return {"error": refusal.reason, "detail": refusal.detail}
    except MemoryError:
        return {"error": "too_heavy", "is_spent": True}
    except RecursionError:
        return {"error": "unreadable", "detail": "nested too deeply", "is_spent": True}
    except Exception as error:  # noqa: BLE001 - whatever a parser raises on hostile bytes is a reason
        return {"error": "unreadable", "detail": f"{type(error).__name__}: {error}"[:300]}


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer frame after frame until the input ends."""
    while len(head := source.read(FRAME.size)) == FRAME.size:
        head_length, body_length = FRAME.unpack(head)
        request = json.loads(source.read(head_length))
        body = source.read(body_length)
        allow_cpu()
        started = time.process_time()
        said = answer(request["job"], request["options"], body)
        said["cpu_seconds"] = time.process_time() - started
        said["is_spent"] = said.get("is_spent") or resident_kilobytes() > SPENT_KILOBYTES
        data = json.dumps(said).encode()
        target.write(LENGTH.pack(len(data)) + data)
        target.flush()
        del request, body, said, data


if __name__ == "__main__":
    limit()
    serve(sys.stdin.buffer, sys.stdout.buffer)
