"""Dates: as feeds, pages and people write them."""
# ruff: noqa: E501 - a case reads best in one line

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.dates import ReadDate, read_date, trusted_date

NINE = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)  # 09:00 in Seoul
MIDNIGHT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)

TIMES = [
    "2026-11-21 09:00:00",
    "2026-11-21 09:00",
    "2026-11-21T09:00:00",
    "2026-11-21T09:00:00+09:00",
    "2026-11-21T09:00:00.123+0900",
    "2026-11-21T00:00:01Z",
    "2026.11.21 09:00",
    "2026.11.21. 오전 9:00",
    "2026/11/21 09:00:00",
    "2026년 11월 21일 09:00",
    "2026년 11월 21일 오전 9시",
    "2026년 11월 21일(토) 9시 0분",
    "입력 2026.11.21 09:00",
    "Sat, 21 Nov 2026 09:00:00 +0900",
    "Sat, 21 Nov 2026 09:00:00 KST",
    "Sat, 21 Nov 26 00:00:01 GMT",
    "21 Nov 2026 00:00:01 UT",
    "Fri, 20 Nov 2026 19:00:00 EST",
    "Fri, 20 Nov 2026 16:00:00 PST",
    "Saturday, November 21, 2026 9:00 am KST",
    "Nov. 21, 2026, 9:00 AM",
    "Sat Nov 21 09:00:00 2026",
    "20261121090000",
]
DATES = ["2026-11-21", "2026.11.21", "[2026. 11. 21.]", "2026년 11월 21일", "Nov 21, 2026", "21 November 2026", "20261121", "2026-11-21 00:00:00", "date 2026-11-21"]  # fmt: skip
NONE = ["", "어제", "2026-13-01", "2026-02-30", "2026-11-21 25:00", "11/21", "Foo 21, 2026", "99999999", "0000-00-00 00:00:00", "x" * 500]  # fmt: skip


@pytest.mark.parametrize("raw", TIMES)
def test_a_time_is_read_with_the_publishers_zone(raw: str) -> None:
    read = read_date(raw, "Asia/Seoul")
    assert read is not None
    assert not read.is_date_only
    assert read.at.replace(second=0) == NINE


@pytest.mark.parametrize("raw", DATES)
def test_a_date_alone_is_midnight_there(raw: str) -> None:
    assert read_date(raw, "Asia/Seoul") == ReadDate(MIDNIGHT, is_date_only=True)


@pytest.mark.parametrize("raw", NONE)
def test_what_is_no_date_is_none(raw: str) -> None:
    assert read_date(raw, "Asia/Seoul") is None


def test_midnight_in_utc_is_a_date_too() -> None:
    assert read_date("2026-11-21T00:00:00Z", "Asia/Seoul") == ReadDate(NINE, is_date_only=True)


def test_another_zone_is_another_instant() -> None:
    read = read_date("2026-07-01 09:00:00", "America/New_York")
    assert read is not None
    assert read.at == datetime(2026, 7, 1, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("distance", "is_trusted"),
    [
        (timedelta(0), True),
        (timedelta(hours=1), True),
        (timedelta(hours=1, seconds=1), False),
        (timedelta(days=-14), True),
        (timedelta(days=-14, seconds=-1), False),
    ],
)
def test_a_date_is_trusted_near_now(distance: timedelta, *, is_trusted: bool) -> None:
    read = ReadDate(NINE + distance, is_date_only=False)
    assert trusted_date(read, NINE) == (read if is_trusted else None)


def test_no_date_is_not_trusted() -> None:
    assert trusted_date(None, NINE) is None


@given(st.text(max_size=60))
def test_any_text_is_read_without_error(raw: str) -> None:
    read_date(raw, "Asia/Seoul")


@given(st.datetimes(min_value=datetime(1971, 1, 2), max_value=datetime(2090, 1, 1)))  # noqa: DTZ001
def test_what_iso_writes_is_read_back(at: datetime) -> None:
    read = read_date(at.replace(tzinfo=UTC).isoformat(), "Asia/Seoul")
    assert read is not None
    assert read.at == at.replace(tzinfo=UTC, microsecond=0)
