"""A mail's bytes from parts encoded once: what all recipients share is encoded once per digest. Pure.

Base64 goes in lines of 57 bytes in, 76 characters out (RFC 2045, 6.8). A shared segment therefore
encodes alike whenever it starts at the same place in its line, so its encoded middle is kept per
start; per mail only a recipient's links and the ends of segments are encoded (measured: FIELD-NOTES,
Speed, 438 µs to 9 µs a mail).
"""

from base64 import b64encode
from binascii import b2a_base64
from collections.abc import Mapping, Sequence

LINE = 57
CRLF = b"\r\n"
# A line of base64 never holds these characters, so no part can contain the boundary.
BOUNDARY = b"=_=_=_jogan_=_=_="
ALTERNATIVE = b'Content-Type: multipart/alternative; boundary="' + BOUNDARY + b'"\r\nMIME-Version: 1.0\r\n'
PART = (
    b"--" + BOUNDARY + b'\r\nContent-Type: text/%s; charset="utf-8"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n"
)
TEXT_PART = PART % b"plain"
HTML_PART = PART % b"html"
END = b"--" + BOUNDARY + b"--\r\n"


def encode_lines(data: bytes) -> bytes:
    """`data` as lines of base64, each ended by CRLF."""
    if len(data) <= LINE:
        return b2a_base64(data, newline=False) + CRLF if data else b""
    encoded = b64encode(data)
    lines = [encoded[at : at + 76] for at in range(0, len(encoded), 76)]
    return CRLF.join(lines) + CRLF


class SharedPart:
    """One text body, as literal segments with named slots between them, ready to be filled as base64."""

    __slots__ = ("_kept", "literals", "names")

    def __init__(self, segments: Sequence[str]) -> None:
        """`segments` alternate: literal text, slot name, literal text, …"""
        self.literals = [crlf(segment).encode() for segment in segments[0::2]]
        self.names = list(segments[1::2])
        self._kept: dict[tuple[int, int], tuple[bytes, bytes]] = {}

    def fill(self, slots: Mapping[str, bytes]) -> bytes:
        """The whole body in base64 lines, `slots` in their places. Raises KeyError for a missing slot."""
        out: list[bytes] = []
        carry = b""
        for index, literal in enumerate(self.literals):
            if index:
                carry += slots[self.names[index - 1]]
            whole = len(carry) // LINE * LINE
            if whole:
                out.append(encode_lines(carry[:whole]))
                carry = carry[whole:]
            if len(carry) + len(literal) < LINE:
                carry += literal
                continue
            need = -len(carry) % LINE
            if carry:
                out.append(b2a_base64(carry + literal[:need], newline=False) + CRLF)
            middle, carry = self._middle(index, need)
            out.append(middle)
        out.append(encode_lines(carry))
        return b"".join(out)

    def _middle(self, index: int, start: int) -> tuple[bytes, bytes]:
        """A literal's whole lines from byte `start` on, encoded, and the bytes left over."""
        found = self._kept.get((index, start))
        if found is None:
            literal = self.literals[index][start:]
            whole = len(literal) // LINE * LINE
            found = self._kept[index, start] = encode_lines(literal[:whole]), literal[whole:]
        return found


def crlf(text: str) -> str:
    """Text with the line ends that RFC 2045 wants inside base64 text."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def alternative(headers: bytes, text: bytes, html: bytes) -> bytes:
    """A multipart/alternative mail of two encoded parts; `headers` are whole lines ended by CRLF."""
    return b"".join((headers, ALTERNATIVE, CRLF, TEXT_PART, text, HTML_PART, html, END))
