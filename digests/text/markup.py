"""Markup without a parser: tags known by name are taken out of text in linear time."""

import re

_BLOCKS_NAMES = """
address article aside blockquote body br button caption center dd details dialog dir div dl dt
fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html
legend li main menu nav ol optgroup option p pre section select summary table tbody td tfoot th
thead title tr ul video
"""
BLOCKS = frozenset(_BLOCKS_NAMES.split())
# Elements whose content is no text for a reader.
_SILENT_NAMES = """
script style noscript template iframe object embed applet svg math textarea noembed noframes nav
button select xmp
canvas audio video map datalist
"""
SILENT = frozenset(_SILENT_NAMES.split())
_INLINES_NAMES = """
a abbr acronym area audio b base basefont bdi bdo bgsound big blink canvas cite code col colgroup
command content data datalist del dfn element em font i image img input ins isindex kbd keygen label
link listing mark marquee menuitem meta meter nobr output param picture plaintext portal progress q
rb rp rt rtc ruby s samp search shadow slot small source spacer span strike strong sub sup time
track tt u var wbr animate animatemotion animatetransform circle clippath defs desc ellipse feblend
feimage filter foreignobject g line lineargradient marker mask metadata path pattern polygon
polyline radialgradient rect set stop switch symbol text textpath tspan use view annotation
annotation-xml maction mglyph mi mn mo mprescripts ms mspace mtext mrow
"""
INLINES = frozenset(_INLINES_NAMES.split())
KNOWN = BLOCKS | SILENT | INLINES

# A tag: its name (as HTML reads one: anything up to a space, a slash or the end), and the rest; an
# unclosed one ends where the next begins or the text ends.
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][^\s/<>]{0,60})(?P<rest>(?:[\s/][^<>]*)?)(?P<shut>>|$|(?=<))"
)
_PLAIN_NAME = re.compile(r"[a-z][a-z0-9]*")
_ATTRIBUTE = re.compile(r"[\s/\"'][\w:@.-]{1,40}\s*=")
_COMMENT = re.compile(r"<!--|<!\[CDATA\[|<!doctype\b|<!entity\b|<\?(?=xml|php)", re.IGNORECASE)
# Taking a tag out can join the halves of another ("<scr<b>ipt>"); so we look again, but not for ever.
_ROUNDS = 5


def strip_tags(text: str) -> str:
    """Text without tags: block elements leave a line's end, script and its like go with their content.

    A tag is one when HTML, SVG or MathML knows its name; or when it closes, closes itself, has a closing
    partner, a hyphen or an attribute. So "<흑백요리사>", "<Squid Game>", "1 < 2", "<3" and "List<String>"
    stay, as characters. Comments and CDATA marks go. Linear time.
    """
    for _ in range(_ROUNDS):
        if "<" not in text:
            break
        stripped = _strip_once(_without_comments(text))
        if stripped == text:
            break
        text = stripped
    return text


def _strip_once(text: str) -> str:
    pieces: list[str] = []
    at = 0
    silent_end: dict[str, int] = {}
    lowered = text.lower()
    closed = {match["name"].lower() for match in _TAG.finditer(text) if match["end"]}
    for match in _TAG.finditer(text):
        name = (_PLAIN_NAME.match(match["name"].lower()) or match)[0]
        if match.start() < at or not _is_tag(match, name, closed):
            continue
        pieces.append(text[at : match.start()])
        at = match.end()
        if name in BLOCKS:
            pieces.append("\n" if name in {"br", "td", "th"} else "\n\n")
        if name in SILENT and not match["end"] and not match["rest"].endswith("/"):
            end = silent_end.get(name, 0)
            if 0 <= end <= at:
                end = lowered.find(f"</{name}", at)
                silent_end[name] = end
            # Never closed: a parser would drop the rest of the page; we keep what may be text.
            if end >= 0:
                at = end
    pieces.append(text[at:])
    return "".join(pieces)


def _is_tag(match: re.Match[str], name: str, closed: set[str]) -> bool:
    rest, written = match["rest"], match["name"].lower()
    if not match["shut"] and not rest[:1].isspace() and not rest.startswith("/"):
        return False
    if name in KNOWN and (written == name or not written[len(name)].isalnum()):
        return True
    return (
        bool(match["end"])
        or rest.endswith("/")
        or "-" in written.rstrip("-")
        or ":" in written
        or written in closed
        or bool(_ATTRIBUTE.search(rest))
    )


def _without_comments(text: str) -> str:
    pieces: list[str] = []
    at = 0
    unclosed: set[str] = set()
    for match in _COMMENT.finditer(text):
        if match.start() < at:
            continue
        opener = match.group().lower()
        if opener.startswith("<![cdata["):
            pieces.append(text[at : match.start()])
            at = match.end()
            continue
        closer = "-->" if opener == "<!--" else ">"
        end = -1 if closer in unclosed else text.find(closer, match.end())
        if end < 0:
            unclosed.add(closer)
            continue
        pieces.append(text[at : match.start()])
        at = end + (3 if opener == "<!--" else 1)
    pieces.append(text[at:])
    return "".join(pieces).replace("]]>", " ") if pieces[:-1] else text
