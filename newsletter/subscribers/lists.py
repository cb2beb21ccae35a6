"""Reading other services' lists: which service wrote a CSV, and what each row says. Pure.

Columns are recognised by name, whatever their order: Mailchimp ("Email Address", MEMBER_RATING,
OPTIN_TIME, CONFIRM_TIME), Substack (email, active_subscription, created_at), beehiiv (email, status,
created_at, utm_source), listmonk (email, status, subscription_status, attributes), Ghost (email,
subscribed_to_emails, created_at), Stibee (이메일 주소, 구독 상태, 구독일), our own export, and any other CSV
with one column of addresses.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

ADDRESS_COLUMNS = (
    "email",
    "email address",
    "e-mail",
    "이메일",
    "이메일 주소",
    "메일 주소",
    "mail",
    "address",
)
STATUS_COLUMNS = (
    *("status", "subscription_status", "subscribed_to_emails", "subscribed", "active_subscription"),
    *("구독 상태", "구독상태", "상태"),
)
# What services call people who do not, or no longer, want mail.
GONE = frozenset(
    [
        *("unsubscribed", "unsubscribe", "inactive", "disabled", "blocklisted", "cleaned", "bounced"),
        *("complained", "deleted", "archived", "suppressed", "false", "0", "no", "수신거부", "구독취소"),
        *("수신 거부", "구독 취소", "자동삭제", "자동 삭제", "스팸신고"),
    ]
)
PENDING = frozenset(["pending", "unconfirmed", "invited", "구독대기", "구독 대기", "미확인"])
MARKS = {
    "ai-jogan": {"email", "status", "language", "zone", "hour", "weekdays"},
    "mailchimp": {"email address", "member_rating"},
    "beehiiv": {"email", "status", "utm_source"},
    "listmonk": {"uuid", "email", "attributes"},
    "ghost": {"email", "subscribed_to_emails"},
    "substack": {"email", "active_subscription"},
    "stibee": {"이메일 주소"},
}
MAX_FIELD = 2000


class Lines(Protocol):
    """What `csv.reader` gives."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


class UnreadableList(Exception):  # noqa: N818 - reads as what it is
    """A file that is no list of addresses; its message names the line and the reason."""


@dataclass(frozen=True)
class Row:
    """One line of a list: `wish` is "wants", "pending" or "gone", as the other service knew it."""

    line: int
    email: str
    wish: str
    language: str = ""
    zone: str = ""
    hour: str = ""


def decode(raw: bytes) -> str:
    """The text of a CSV file: UTF-8 with or without mark, UTF-16 with one, else CP949, as Excel writes it.

    Raises UnreadableList.
    """
    if b"\x00" in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableList("line 1: not a text file")
    encodings = ["utf-16"] if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp949"]
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableList("line 1: neither UTF-8 nor CP949")


def recognise(columns: list[str]) -> str:
    """Which service wrote columns of these names; "csv" for none we know."""
    names = set(columns)
    return next((service for service, marks in MARKS.items() if marks <= names), "csv")


def read_list(text: str) -> tuple[str, Iterator[Row]]:
    """The service that wrote a list, and its rows, lazily. Raises UnreadableList, while iterating too."""
    dialect = csv.excel_tab if "\t" in text.partition("\n")[0] else csv.excel
    reader = csv.reader(io.StringIO(text), dialect)
    try:
        header = next(reader)
    except (StopIteration, csv.Error) as error:
        raise UnreadableList("line 1: the file is empty") from error
    columns = [name.strip().strip("\ufeff").casefold() for name in header]
    if len(columns) == 1 and "@" in columns[0]:
        return "csv", chain([row_of(1, ["email"], header)], rows_of(reader, ["email"]))
    if not set(columns) & set(ADDRESS_COLUMNS):
        raise UnreadableList("line 1: no column is named email")
    return recognise(columns), rows_of(reader, columns)


def rows_of(reader: Lines, columns: list[str]) -> Iterator[Row]:
    """The rows below the header; an empty line is no row."""
    try:
        for values in reader:
            if any(value.strip() for value in values):
                yield row_of(reader.line_num, columns, values)
    except csv.Error as error:
        raise UnreadableList(f"line {reader.line_num}: {error}") from error


def row_of(line: int, columns: list[str], values: list[str]) -> Row:
    """What one line says."""
    cells = {name: value.strip()[:MAX_FIELD] for name, value in zip(columns, values, strict=False)}
    return Row(
        line=line,
        email=next((cells[name] for name in ADDRESS_COLUMNS if cells.get(name)), ""),
        wish=wish_of(cells),
        language=cells.get("language", ""),
        zone=cells.get("zone", "") or cells.get("timezone", ""),
        hour=cells.get("hour", ""),
    )


def wish_of(cells: Mapping[str, str]) -> str:
    """Whether the person of a row wanted mail; one word of refusal in any column decides."""
    said = {cells[name].casefold() for name in STATUS_COLUMNS if cells.get(name)}
    if said & GONE or cells.get("unsub_time") or cells.get("unsubscribed_at"):
        return "gone"
    return "pending" if said & PENDING else "wants"
