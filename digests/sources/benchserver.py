"""Feeds on loopback for the benchmark, in a process of its own: `python -m digests.sources.benchserver N MS`.

Answers every path after MS milliseconds with one of N feeds, or 304 to a matching ETag. Prints its port.
"""

import asyncio
import sys
from email.utils import formatdate

ENTRIES = 30
KOREAN = "한빛연구소는 오늘 새 언어 모델을 공개하고 시험 결과를 함께 내놓았다. 매개변수는 700억 개다."
ENGLISH = "Hanbit Lab released a new language model today and published its results with it."


def feed(number: int) -> bytes:
    """The feed `number`: thirty entries with two paragraphs of markup each."""
    text = (KOREAN if number % 2 else ENGLISH) * 3
    markup = f"&lt;p&gt;{text}&lt;/p&gt;&lt;p&gt;&lt;a href='/x'&gt;{text}&lt;/a&gt;&lt;/p&gt;"
    items = "".join(
        f"<item><title>소식 {number}-{n}</title><link>https://bench.example/{number}/{n}</link>"
        f"<guid isPermaLink='false'>{number}-{n}</guid><pubDate>{formatdate(usegmt=True)}</pubDate>"
        f"<description>{markup}</description></item>"
        for n in range(ENTRIES)
    )
    return f"<rss version='2.0'><channel><title>피드 {number}</title>{items}</channel></rss>".encode()


async def serve(count: int, seconds: float) -> None:
    """Serve until killed."""
    bodies = [feed(number) for number in range(count)]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        number = int(head.split(b" ", 2)[1].strip(b"/") or 0) % count
        tag = b'"%d"' % number
        await asyncio.sleep(seconds)
        if b"if-none-match: " + tag in head.lower():
            writer.write(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")
        else:
            start = (
                b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=utf-8\r\nETag: %s\r\n" % tag
            )
            length = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(bodies[number])
            writer.write(start + length + bodies[number])
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "0.0.0.0", 0, backlog=512)  # noqa: S104 - loopback addresses
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]) / 1000))
