"""Feed bytes to text: which encoding, and what may not go on.

The order is RFC 7303's: byte order mark, then the transport's charset, then the XML declaration,
then UTF-8. Each candidate must decode strictly, else the next one is tried, because Korean hosts
send headers and declarations that are not true.
"""

import codecs
import re

from digests.sources.failures import NotAFeed

BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The first bytes of a document without a mark (XML 1.0, appendix F).
FIRST_BYTES = (
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<\x00", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
# Pages labelled EUC-KR hold CP949's further syllables (똠, 펲, 뷁); CP949 contains all of EUC-KR.
ALIASES = {
    "euc-kr": "cp949",
    "euckr": "cp949",
    "euc_kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ks_c_5601-1989": "cp949",
    "ksc5601": "cp949",
    "ksc_5601": "cp949",
    "korean": "cp949",
    "ms949": "cp949",
    "x-windows-949": "cp949",
    "windows-949": "cp949",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
}
# Servers announce these by default, whatever the document is.
UNMEANT = frozenset({"cp1252", "us-ascii", "ascii"})
# With more unreadable characters than this, the guess was wrong.
TOLERABLE_LOSS = 0.2
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}?\?>", re.IGNORECASE)
DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})""")
CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
# Not XML 1.0 characters: they would send the whole feed to the lenient parser.
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ROOT = re.compile(r"<[A-Za-z_]")


def codec_of(name: str) -> str:
    """Python's codec for a label of the outside, or "" if there is none for text."""
    name = name.strip().lower()
    name = ALIASES.get(name, name)
    try:
        info = codecs.lookup(name)
    except LookupError:
        return ""
    # rot13, base64, punycode, idna and their like are codecs, but no encodings of documents.
    is_text = getattr(info, "_is_text_encoding", False)
    unsafe = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7"}
    return ALIASES.get(info.name, info.name) if is_text and info.name not in unsafe else ""


def declared_in(body: bytes, guess: str) -> str:
    """The encoding that the XML declaration names, read through `guess` where bytes are not ASCII."""
    head = body[:1000]
    if guess:
        head = head.decode(guess, "ignore").encode("ascii", "ignore")
    match = DECLARED.match(head)
    return codec_of(match.group(1).decode("ascii")) if match else ""


def candidates(body: bytes, content_type: str) -> list[str]:
    """Encodings to try for `body`, in order, each once."""
    for mark, name in BOMS:
        if body.startswith(mark):
            return [name]
    shape = next((name for first, name in FIRST_BYTES if body.lstrip(b"\n\r\t ").startswith(first)), "")
    match = CHARSET.search(content_type)
    transport = codec_of(match.group(1)) if match else ""
    declared = declared_in(body, shape)
    order = [transport, declared, shape, "utf-8", "cp949"]
    if transport in UNMEANT and declared not in {"", transport}:
        order = [declared, transport, *order[2:]]
    elif transport in UNMEANT or (not transport and declared in UNMEANT):
        order = ["utf-8", *order]
    if shape:
        order = [declared if declared.startswith(shape[:3]) or shape == "cp037" else "", shape, *order]
    return [name for name in dict.fromkeys(order) if name]


def decode(body: bytes, content_type: str = "") -> str:
    """`body` as text, by the first encoding that reads it whole."""
    body = body.lstrip(b"\x00") if body.startswith(b"\x00\x00\x00\x00") else body
    names = candidates(body, content_type)
    for name in names:
        try:
            return body.decode(name)
        except (UnicodeError, ValueError):
            continue
    # Cut in the middle of a syllable, or a few broken bytes: the best guess, with marks of loss.
    if names[0].startswith(("utf-16", "utf-32")):
        return body.decode(names[0], "replace")
    guesses = {name: body.decode(name, "replace") for name in names}
    best = min(guesses, key=lambda name: loss(guesses[name]))
    return guesses[best] if loss(guesses[best]) < TOLERABLE_LOSS else body.decode("cp1252", "replace")


def loss(text: str) -> float:
    """The share of characters beyond ASCII that could not be read."""
    return text.count("\ufffd") / max(sum(not char.isascii() for char in text), 1)


def has_entities(text: str) -> bool:
    """Whether the document declares entities of its own before its root: the road of entity bombs."""
    position = 0
    while True:
        start = text.find("<", position)
        if start < 0:
            return False
        if text.startswith("<!--", start):
            end = text.find("-->", start)
            if end < 0:
                return False
            position = end + 3
        elif text.startswith("<?", start):
            end = text.find("?>", start)
            if end < 0:
                return "<!ENTITY" in text[start:].upper()
            position = end + 2
        elif text[start : start + 8].upper() == "<!ENTITY":
            return True
        elif ROOT.match(text, start):
            return False
        else:
            position = start + 1


def without_comments(text: str) -> str:
    """`text` without XML comments, CDATA untouched.

    feedparser's lenient parser is quadratic on repeated `<!--`: 320 KB took 19 s. This is one pass.
    """
    kept: list[str] = []
    position = 0
    while True:
        start = text.find("<!", position)
        if start < 0:
            kept.append(text[position:])
            return "".join(kept)
        if text.startswith("<![CDATA[", start):
            end = text.find("]]>", start)
            end = len(text) if end < 0 else end + 3
            kept.append(text[position:end])
            position = end
        elif text.startswith("<!--", start):
            kept.append(text[position:start])
            end = text.find("-->", start + 4)
            if end < 0:
                kept.append(text[start:].replace("<!--", ""))
                return "".join(kept)
            position = end + 3
        else:
            kept.append(text[position : start + 2])
            position = start + 2


def clean_document(body: bytes, content_type: str = "") -> str:
    """`body` as text that an XML parser may see: decoded, no declaration, comments or controls.

    Raises NotAFeed `empty` or `entities`.
    """
    text = ILLEGAL.sub("", decode(body, content_type).replace("\x00", "")).lstrip("\ufeff \t\r\n")
    if not text:
        raise NotAFeed("empty")
    text = DECLARATION.sub("", text, count=1).lstrip()
    if has_entities(text):
        raise NotAFeed("entities", "<!ENTITY in the document type")
    return without_comments(text)
