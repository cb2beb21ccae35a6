"""The named reasons why something outside could not be taken."""

from datetime import timedelta


class FetchError(Exception):
    """A request that brought no usable answer.

    `reason` is one of: bad_url, dns, private_address, refused, tls, timeout, disconnected,
    bad_answer, too_large, too_many_redirects, robots, host_busy, http_NNN.
    `detail` says more to a curator; `status` and `retry_after` are the answer's, where there was one.
    """

    def __init__(
        self,
        reason: str,
        detail: str = "",
        *,
        status: int | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail[:500]
        self.status = status
        self.retry_after = retry_after


class NotAFeed(Exception):  # noqa: N818 - it reads as what it says
    """Bytes that are no feed we can take.

    `reason` is one of: empty, not_a_feed, html_page, entities, unreadable, no_readable_entry,
    too_slow, too_heavy, reader_died.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail[:500]
