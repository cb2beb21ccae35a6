"""Feeds written for tests."""

from email.utils import format_datetime
from html import escape


def item(title: str, *, link: str = "", guid: str = "", date: str = "", text: str = "") -> str:
    """One RSS item."""
    parts = [f"<title>{escape(title)}</title>"]
    parts += [f"<link>{escape(link)}</link>"] if link else []
    parts += [f"<guid isPermaLink='false'>{escape(guid)}</guid>"] if guid else []
    parts += [f"<pubDate>{date}</pubDate>"] if date else []
    parts += [f"<description>{escape(text)}</description>"] if text else []
    return f"<item>{''.join(parts)}</item>"


def rss(*items: str, title: str = "한빛일보", extra: str = "", declaration: str = "") -> str:
    """An RSS 2.0 document."""
    return (
        f"{declaration}<rss version='2.0'><channel><title>{title}</title><link>http://hanbit.example/</link>"
        f"{extra}{''.join(items)}</channel></rss>"
    )


def rfc822(at) -> str:
    """`at` as RSS writes it."""
    return format_datetime(at)
