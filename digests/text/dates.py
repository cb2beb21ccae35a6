"""Dates as feeds, pages and people write them, read with the publisher's zone.

NDsoft sites (many Korean papers) write "2026-11-21 09:00:00" and mean Seoul; "KST" is unknown to most
libraries; "2026.11.21" and "2026년 11월 21일" are read as 1 November by feedparser. So we read our own.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

# A date outside this is a hint no more: a CMS clock an hour fast is common, a day is not.
OLDEST = timedelta(days=14)
NEWEST = timedelta(hours=1)

# Hours east of UTC. RFC 822's, and those Asian and European feeds write.
_ZONES = {
    **dict.fromkeys(["z", "ut", "utc", "gmt", "wet"], 0.0),
    **dict.fromkeys(["kst", "jst"], 9.0),
    **dict.fromkeys(["cst", "mdt"], -6.0),
    **dict.fromkeys(["est", "cdt"], -5.0),
    **dict.fromkeys(["pst"], -8.0),
    **dict.fromkeys(["mst", "pdt"], -7.0),
    **dict.fromkeys(["edt"], -4.0),
    **dict.fromkeys(["bst", "cet"], 1.0),
    **dict.fromkeys(["cest", "eet", "sast"], 2.0),
    **dict.fromkeys(["eest", "msk"], 3.0),
    **dict.fromkeys(["hkt", "sgt", "awst"], 8.0),
    **dict.fromkeys(["aest"], 10.0),
    **dict.fromkeys(["aedt"], 11.0),
    "ist": 5.5,
}
_MONTH_NAMES = """
jan january|feb february|mar march|apr april|may|jun june
|jul july|aug august|sep sept september|oct october|nov november|dec december
"""
_MONTHS = {
    name: number for number, names in enumerate(_MONTH_NAMES.split("|"), start=1) for name in names.split()
}
_MONTH = r"(?P<mon>[A-Za-z]{3,9})\.?"
_CLOCK = (
    r"(?:[\sT,·|]*(?:at\s+)?(?P<ampm0>오전|오후)?\s*(?P<h>\d{1,2})\s*(?::|시\s*)(?:(?P<mi>\d{1,2})\s*분?)?"
    r"(?:\s*:?\s*(?P<s>\d{1,2})초?(?:[.,]\d{1,9})?)?\s*(?P<ampm1>[AaPp]\.?[Mm]\.?(?![A-Za-z]))?)?"
)
_OFFSET = (
    r"\s*\(?(?P<off>[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d)|(?:UTC|GMT)[+-]\d{1,2}(?::?\d{2})?"
    r"|[A-Za-z]{1,5}(?![A-Za-z]))?"
)
_WEEKDAY = r"(?:[A-Za-z]{3,9}\.?,?\s+)?"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_DASHED = r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"
_DOTTED = r"(?P<y>\d{4})\s*[./]\s*(?P<m>\d{1,2})\s*[./]\s*(?P<d>\d{1,2})\.?(?!\d)(?:\s*\([월화수목금토일]\))?"
_KOREAN = (
    r"(?P<y>\d{4})\s*년\s*(?P<m>\d{1,2})\s*월\s*(?P<d>\d{1,2})\s*일(?:\s*\(?[월화수목금토일](?:요일)?\)?)?"
)
_DAY_FIRST = rf"{_WEEKDAY}{_DAY}[\s-]+{_MONTH},?[\s-]+(?P<y>\d{{4}}|\d{{2}})(?!\d)"
_MONTH_FIRST = rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+(?P<y>\d{{4}})"
# asctime: Sat Nov 21 09:00:00 2026
_ASCTIME = (
    rf"{_WEEKDAY}{_MONTH}\s+(?P<d>\d{{1,2}})\s+(?P<h>\d{{1,2}}):(?P<mi>\d{{2}})(?::(?P<s>\d{{2}}))?"
    rf"{_OFFSET}\s+(?P<y>\d{{4}})"
)
_COMPACT = r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:T?(?P<h>\d{2})(?P<mi>\d{2})(?P<s>\d{2})?)?(?!\d)"
_SHAPES = (
    *(re.compile(day + _CLOCK + _OFFSET) for day in (_DASHED, _DOTTED, _KOREAN, _DAY_FIRST, _MONTH_FIRST)),
    re.compile(_ASCTIME),
    re.compile(_COMPACT + _OFFSET),
)
# What Korean pages write before the date itself.
_LABEL = re.compile(
    r"^(?:입력|등록|승인|발행|기사입력|최종수정|수정|작성|published|updated|date)\s*:?\s*", re.I
)


@dataclass(frozen=True)
class ReadDate:
    """An instant as it was written: in UTC, and whether only a date was."""

    at: datetime
    is_date_only: bool


def read_date(raw: str, zone: str) -> ReadDate | None:
    """The date that `raw` writes, or None when it writes none.

    A time without a zone is local to `zone` (an IANA name; ZoneInfoNotFoundError for one that is
    none). Midnight to the second counts as "date only": that is how feeds write a date.
    """
    text = _LABEL.sub("", " ".join(raw[:120].split()).strip("[]() "))
    for shape in _SHAPES:
        if match := shape.match(text):
            return _built(match.groupdict(), _zone(zone))
    return None


def trusted_date(read: ReadDate | None, now: datetime) -> ReadDate | None:
    """The date, if it lies within [now - 14 days, now + 1 hour], else None."""
    if read is None:
        return None
    return read if now - OLDEST <= read.at <= now + NEWEST else None


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _built(parts: dict[str, str | None], local: tzinfo) -> ReadDate | None:
    month = _MONTHS.get((parts.get("mon") or "").lower()) if "mon" in parts else int(parts["m"] or 0)
    if not month:
        return None
    year = int(parts["y"] or 0)
    if year < 100:
        year += 2000 if year < 70 else 1900  # RFC 2822 4.3
    hour, has_time = _hour(parts)
    try:
        naive = datetime(  # noqa: DTZ001 - its zone is attached next
            year,
            month,
            int(parts["d"] or 0),
            hour,
            int(parts.get("mi") or 0),
            min(int(parts.get("s") or 0), 59),
        )
        at = naive.replace(tzinfo=_offset(parts.get("off"), local) or local).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return ReadDate(at, not has_time or (naive.hour, naive.minute, naive.second) == (0, 0, 0))


def _hour(parts: dict[str, str | None]) -> tuple[int, bool]:
    """The hour of the day, and whether a time was written at all."""
    if parts.get("h") is None:
        return 0, False
    hour = int(parts["h"] or 0)
    half = (parts.get("ampm0") or parts.get("ampm1") or "").lower()
    if half.startswith(("오후", "p")) and hour < 12:
        hour += 12
    elif half.startswith(("오전", "a")) and hour == 12:
        hour = 0
    return hour, True


def _offset(written: str | None, local: tzinfo) -> tzinfo | None:
    """The zone written after a time, or None when it is no zone we know."""
    if not written:
        return None
    name = written.lower()
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name]))
    match = re.fullmatch(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?", name)
    if not match:
        return None
    sign = -1 if match.group(1) == "-" else 1
    offset = timedelta(hours=int(match.group(2)), minutes=int(match.group(3) or 0))
    return timezone(sign * offset) if offset < timedelta(hours=24) else None
