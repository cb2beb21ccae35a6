"""Characters: what may stand in stored text, and how entities become characters.

Feeds bring NUL (which breaks PostgreSQL), lone surrogates, bidi controls that turn a line around,
zero-width characters that hide words, and entities escaped twice.
"""

import html
import re
import unicodedata

# Whitespace that is a line's end.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Whitespace that is a space: tab, NBSP, en and em spaces, ideographic space.
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# C0 and C1 but \n, soft hyphen, zero-width, bidi controls, fillers, noncharacters, surrogates, tags.
_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200c"
    "\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
# A zero-width joiner stays only between two pictures: family and profession emoji need it.
_PICTURES = "\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff"
_LONE_JOINER = re.compile(f"(?<![{_PICTURES}])\u200d|\u200d(?![{_PICTURES}])")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
# Feeds were seen escaped two and three times; five ends even a hostile tower.
_ROUNDS = 5


def to_plain(raw: str) -> str:
    """Text with only characters a person can see, in NFC, with \\n as its only line end.

    Strips C0, C1, NUL, lone surrogates, bidi controls, U+FEFF and zero-width characters but the
    joiner inside an emoji; a tab or any other space becomes a space. Never raises; linear time.
    """
    text = _LINE_ENDS.sub("\n", raw)
    text = _SPACES.sub(" ", text)
    text = _UNSEEN.sub("", text)
    text = _LONE_JOINER.sub("", text)
    return unicodedata.normalize("NFC", text)


def unescape(raw: str) -> str:
    """Text with its HTML entities turned to characters until none changes (at most five rounds).

    A reference that names no character, such as `&notaword` without its semicolon in a query, stays.
    """
    for _ in range(_ROUNDS):
        text = _ENTITY.sub(_character, raw)
        if text == raw:
            break
        raw = text
    return raw


def one_line(text: str) -> str:
    """Text on one line, with single spaces, and none at its ends."""
    return " ".join(text.split())


def _character(match: re.Match[str]) -> str:
    entity = match.group()
    if not entity.endswith(";") and not entity.startswith("&#"):
        # Only a handful are read without ";" by browsers, and those eat words of query strings:
        # "&copy=1" is a parameter. Keep the five that XML knows.
        return {"&amp": "&", "&lt": "<", "&gt": ">", "&quot": '"', "&apos": "'"}.get(entity, entity)
    return html.unescape(entity)
