"""Parts encoded once give the same mail as parts encoded each time."""

import base64
import email
from email.policy import default

from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.delivery.mime import SharedPart, alternative, crlf, encode_lines

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@settings(deadline=None)
@given(literals=st.lists(TEXT, min_size=1, max_size=6), values=st.lists(TEXT, min_size=5, max_size=5))
def test_a_filled_part_decodes_to_the_join_of_its_segments(literals: list[str], values: list[str]) -> None:
    segments: list[str] = [literals[0]]
    for number, literal in enumerate(literals[1:]):
        segments += [f"slot{number}", literal]
    part = SharedPart(segments)
    slots = {f"slot{n}": value.encode() for n, value in enumerate(values)}
    expected = crlf(literals[0]) + "".join(
        value + crlf(literal) for value, literal in zip(values, literals[1:], strict=False)
    )
    for _again in range(2):
        filled = part.fill(slots)
        assert base64.b64decode(filled).decode() == expected
        lines = filled.split(b"\r\n")
        assert all(len(line) == 76 for line in lines[:-2])
        assert len(lines[-2] if len(lines) > 1 else b"") <= 76


@settings(deadline=None)
@given(st.binary(max_size=500))
def test_lines_are_those_of_the_standard_library(data: bytes) -> None:
    assert encode_lines(data) == base64.encodebytes(data).replace(b"\n", b"\r\n")


def test_a_mail_of_two_parts_reads_back() -> None:
    text, html = SharedPart(["안녕하세요, ", "name", "님.\n끝"]), SharedPart(["<p>", "name", "</p>"])
    slots = {"name": "가온".encode()}
    raw = alternative(b"Subject: x\r\n", text.fill(slots), html.fill(slots))
    message = email.message_from_bytes(raw, policy=default)
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == "안녕하세요, 가온님.\n끝"
    assert message.get_body(("html",)).get_content() == "<p>가온</p>"
    assert not message.defects
