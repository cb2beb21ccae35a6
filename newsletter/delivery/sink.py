"""A mail server on loopback that swallows everything, writes down what it accepted, and can misbehave.

For tests, `manage.py storm` and `manage.py benchmark morning`. It speaks SMTP with PIPELINING, logs
each mail before it answers for it, and on request refuses, stalls, or drops the line before or after
it accepted a mail. Run on its own: `python -m newsletter.delivery.sink --port 2525 --log FILE`.
"""

import argparse
import asyncio
import json
import random
import sys
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TextIO

END = b"\r\n.\r\n"
HEAD_BYTES = 4096
MAX_LINE = 2048


@dataclass(frozen=True)
class Faults:
    """How often (0 to 1) a mail meets each misfortune, and which addresses do not exist."""

    temporary: float = 0.0  # 451 to the recipient
    refused_content: float = 0.0  # 554 after the body
    lost_after: float = 0.0  # accepted, then the line drops without an answer
    lost_before: float = 0.0  # not accepted, the line drops
    stall: float = 0.0  # answers late
    stall_seconds: float = 0.5
    latency: float = 0.0  # every answer takes this long
    no_pipelining: bool = False
    dead_words: tuple[str, ...] = ()  # recipients holding one of these get a 550 5.1.1
    seed: int = 0


@dataclass
class Ledger:
    """What the sink accepted, in memory and, if there is a file, a line each."""

    file: TextIO | None = None
    accepted: list[dict[str, object]] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    keep: int = 0
    remember: bool = True
    open: set[asyncio.Transport] = field(default_factory=set)

    def add(self, recipient: str, body: bytes) -> None:
        """Write an accepted mail down; in the file it outlives this process."""
        self.counts["accepted"] += 1
        self.counts["bytes"] += len(body)
        if len(self.kept) < self.keep:
            self.kept.append(body)
        if not self.remember and self.file is None:
            return
        row = {"id": message_id(body), "to": recipient, "at": time.time()}
        if self.remember:
            self.accepted.append(row)
        if self.file is not None:
            self.file.write(json.dumps(row) + "\n")
            self.file.flush()


def message_id(body: bytes) -> str:
    """The Message-ID of a mail, without its angle brackets."""
    head = body[:HEAD_BYTES]
    start = head.find(b"Message-ID: ")
    end = head.find(b"\r\n", start)
    return head[start + 12 : end].decode("ascii", "replace").strip("<>") if start >= 0 else ""


class Session(asyncio.Protocol):
    """One connection."""

    def __init__(self, ledger: Ledger, faults: Faults, chance: random.Random) -> None:
        self.ledger, self.faults, self.chance = ledger, faults, chance
        self.buffer = bytearray()
        self.recipient = ""
        self.in_data = False
        self.searched = 0
        self.is_held = False
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self.transport = transport
        self.ledger.counts["connections"] += 1
        self.ledger.open.add(transport)
        transport.write(b"220 sink ESMTP\r\n")

    def connection_lost(self, _error: Exception | None) -> None:
        """Forget the connection."""
        self.ledger.open.discard(self.transport)

    def data_received(self, data: bytes) -> None:
        """Take bytes; with latency or a stall what follows waits."""
        self.buffer += data
        if not self.is_held:
            self.work()

    def work(self) -> None:
        """Answer every whole command, and every whole mail, in the buffer."""
        out: list[bytes] = []
        while not self.is_held and not self.transport.is_closing():
            if self.in_data:
                if not self.take_mail(out):
                    break
                continue
            end = self.buffer.find(b"\r\n")
            if end < 0:
                if len(self.buffer) > MAX_LINE:
                    self.transport.close()
                break
            line = bytes(self.buffer[:end])
            del self.buffer[: end + 2]
            out.append(self.answer(line))
        self.send(out)

    def send(self, out: list[bytes]) -> None:
        """Write answers, late if the line is slow."""
        if not out or self.transport.is_closing():
            return
        if self.faults.latency:
            asyncio.get_running_loop().call_later(self.faults.latency, self.write, b"".join(out))
        else:
            self.write(b"".join(out))

    def write(self, data: bytes) -> None:
        """Write unless the other side has gone."""
        if not self.transport.is_closing():
            self.transport.write(data)

    def answer(self, line: bytes) -> bytes:
        """The reply to one command."""
        verb = line[:4].upper()
        if verb == b"EHLO":
            offered = b"" if self.faults.no_pipelining else b"250-PIPELINING\r\n"
            return b"250-sink\r\n" + offered + b"250 8BITMIME\r\n"
        if verb == b"RCPT":
            return self.answer_recipient(line)
        if verb == b"DATA":
            if not self.recipient:
                return b"554 5.5.1 no valid recipients\r\n"
            self.in_data, self.searched = True, 0
            return b"354 go ahead\r\n"
        if verb == b"QUIT":
            asyncio.get_running_loop().call_soon(self.transport.close)
            return b"221 bye\r\n"
        if verb in (b"MAIL", b"RSET"):
            self.recipient = ""
        return b"250 2.0.0 ok\r\n"

    def answer_recipient(self, line: bytes) -> bytes:
        """Take a recipient, or refuse it."""
        address = line.partition(b"<")[2].partition(b">")[0].decode("ascii", "replace")
        if any(word in address for word in self.faults.dead_words):
            self.ledger.counts["dead"] += 1
            return b"550 5.1.1 <" + address.encode() + b">: no such user\r\n"
        if self.chance.random() < self.faults.temporary:
            self.ledger.counts["temporary"] += 1
            return b"451 4.3.0 try again later\r\n"
        self.recipient = address
        return b"250 2.1.5 ok\r\n"

    def take_mail(self, out: list[bytes]) -> bool:
        """Take the mail at the head of the buffer; False until it is whole."""
        end = self.buffer.find(END, max(0, self.searched - len(END)))
        if end < 0:
            self.searched = len(self.buffer)
            return False
        body = bytes(self.buffer[: end + 2])
        del self.buffer[: end + len(END)]
        self.in_data, recipient = False, self.recipient
        self.recipient = ""
        draw = self.chance.random()
        for name in ("lost_before", "lost_after", "refused_content", "stall"):
            probability: float = getattr(self.faults, name)
            if draw < probability:
                return self.misbehave(name, recipient, body, out)
            draw -= probability
        self.ledger.add(recipient, body)
        out.append(b"250 2.0.0 queued\r\n")
        return True

    def misbehave(self, name: str, recipient: str, body: bytes, out: list[bytes]) -> bool:
        """Do one of the faults to a mail; whether the connection goes on at once."""
        self.ledger.counts[name] += 1
        if name == "refused_content":
            out.append(b"554 5.7.1 message refused\r\n")
            return True
        if name != "lost_before":
            self.ledger.add(recipient, body)
        if name == "stall":
            self.is_held = True
            asyncio.get_running_loop().call_later(self.faults.stall_seconds, self.resume)
        else:
            self.transport.abort()
        return False

    def resume(self) -> None:
        """Give the answer that was held back, and go on."""
        self.is_held = False
        self.write(b"250 2.0.0 queued\r\n")
        self.work()


class Sink:
    """The server in a thread of its own: `with Sink(Faults(...)) as sink: ... sink.port`."""

    def __init__(
        self, faults: Faults | None = None, *, port: int = 0, log: Path | None = None, keep: int = 0
    ) -> None:
        self.faults, self.port = faults or Faults(), port
        self.log = log
        self.ledger = Ledger(keep=keep)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="sink")

    @property
    def accepted(self) -> list[dict[str, object]]:
        """A row {"id", "to", "at"} per accepted mail, in order."""
        return self.ledger.accepted

    def __enter__(self) -> "Sink":
        if self.log is not None:
            self.ledger.file = self.log.open("a")
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        if self.ledger.file is not None:
            self.ledger.file.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        chance = random.Random(self.faults.seed)  # noqa: S311
        server = self._loop.run_until_complete(
            self._loop.create_server(
                lambda: Session(self.ledger, self.faults, chance), "127.0.0.1", self.port, backlog=200
            )
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        try:
            self._loop.run_forever()
        finally:
            server.close()
            for transport in list(self.ledger.open):
                transport.abort()
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.run_until_complete(asyncio.sleep(0))


def main(arguments: list[str]) -> None:
    """Serve until the standard input closes; then print the counts as JSON."""
    parser = argparse.ArgumentParser(prog="python -m newsletter.delivery.sink", description=__doc__)
    parser.add_argument("--port", type=int, default=2525)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--keep", type=int, default=0, help="whole mails to keep for the end")
    for name, value in asdict(Faults()).items():
        if isinstance(value, float | int) and not isinstance(value, bool):
            parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    options = vars(parser.parse_args(arguments))
    port, log, keep = options.pop("port"), options.pop("log"), options.pop("keep")
    sink = Sink(Faults(**options), port=port, log=log, keep=keep)
    sink.ledger.remember = False
    with sink:
        print(sink.port, flush=True)
        sys.stdin.read()
    kept = [body.decode("latin-1") for body in sink.ledger.kept]
    print(json.dumps({"counts": sink.ledger.counts, "kept": kept}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
