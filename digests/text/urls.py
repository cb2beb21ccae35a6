"""Addresses: one form per page, a key for it, and which may be shown as a link."""

import hashlib
import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit, urlunsplit

# Parameters that say how a reader came, never which page it is. Everything else stays, in order:
# `articleView.html?idxno=205133` IS the article.
_TRACKING = re.compile(
    r"^(?:utm_\w+|pk_\w+|mtm_\w+|matomo_\w+|hsa_\w+|at_\w+|_hs\w+|ga_\w+|fbclid|gclid|dclid|gbraid|wbraid"
    r"|gclsrc|msclkid|twclid|ttclid|yclid|ysclid|igshid|igsh|li_fat_id|mc_cid|mc_eid|mkt_tok|oly_anon_id"
    r"|oly_enc_id|vero_id|vero_conv|wickedid|s_cid|icid|ncid|cmpid|smid|sref|ref_src|ref_url|__twitter_impression"
    r"|_ga|_gl|sc_campaign|sc_channel|sc_content|sc_medium|sc_outcome|sc_geo|sc_country|taid|guccounter"
    r"|guce_referrer|guce_referrer_sig|spm|scm|ocid|cvid|fb_action_ids|fb_action_types|fb_source|fb_ref"
    r"|ceid|share_id|n_cid|lfrom|rss_id)$",
    re.IGNORECASE,
)
# Common words for the same: tracking only with these values.
_TRACKING_VALUES = {
    "ref": re.compile(r"^(?:rss|feed|feeds|twitter|facebook|naver|newsletter|hackernews|producthunt)", re.I),
    "source": re.compile(r"^(?:rss|feed|twitter|facebook|newsletter)", re.I),
    "src": re.compile(r"^(?:rss|feed|sns)$", re.I),
    "from": re.compile(r"^(?:rss|feed|sns|kakao\w*|twitter|facebook)$", re.I),
    "cmp": re.compile(r"^rss$", re.I),
}
_NAVER_HOSTS = {"n.news.naver.com", "news.naver.com", "m.news.naver.com", "entertain.naver.com"}
_NAVER_PATH = re.compile(r"/article/(?:comment/)?(\d{3})/(\d{10})(?:/|$)")
_UNSAFE = re.compile(
    '[\x00-\x20\x7f-\xa0\\\\<>"`{}|^\u00ad\u061c\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff0-\uffff]'
)
_HOST_LABEL = re.compile(r"^(?!-)[a-z0-9_-]{1,63}(?<!-)$")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_LONGEST = 2000


def canonical_url(url: str) -> str:
    """The one form of a page's address: the same page twice gives the same string.

    Lower-case scheme and host (IDNA), no default port, no fragment, no tracking parameters, the rest
    in its order; a Naver article is its press and article number (`oid`, `aid`) however it was
    reached. Text that is no http(s) address comes back stripped. Idempotent; never raises.
    """
    parts = _split(url.strip())
    if parts is None or parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        return url.strip()
    host = normal_host(url)
    if host in _NAVER_HOSTS and (naver := _naver_article(parts)):
        return naver
    scheme = parts.scheme.lower()
    port = _port(parts)
    place = f"[{host}]" if ":" in host else host
    if port and port != {"http": 80, "https": 443}[scheme]:
        place = f"{place}:{port}"
    return urlunsplit((scheme, place, _normal_path(parts.path), _kept_query(parts.query), ""))


def url_key(url: str) -> str:
    """SHA-256 hex of the canonical address: equal for the http, https and www. forms of one page."""
    canonical = canonical_url(url)
    bare = re.sub(r"^https?://(?:www\.)?", "", canonical)
    path, mark, query = bare.partition("?")
    return hashlib.sha256((path.rstrip("/") + mark + query).encode("utf-8", "replace")).hexdigest()


def safe_link(url: str) -> str:
    """The http(s) address if it may be shown as a link, in ASCII, else "".

    Refuses other schemes, userinfo, control, space and bidi characters, backslash, quotes and angle
    brackets, a host that is none, a bad port, and more than 2,000 characters. Whether the host is
    private is asked where addresses are fetched.
    """
    link = url.strip(" \t\r\n")
    if not link or len(link) > _LONGEST or _UNSAFE.search(link):
        return ""
    parts = _split(link)
    if parts is None or parts.scheme.lower() not in {"http", "https"} or "@" in parts.netloc:
        return ""
    host = normal_host(link)
    if not _is_host(host) or _port(parts) is None:
        return ""
    place = f"[{host}]" if ":" in host else host
    if port := _port(parts):
        place = f"{place}:{port}"
    path, query, fragment = (
        quote(part, safe="/%!$&()*+,;=:@~?-._#[]") for part in (parts.path, parts.query, parts.fragment)
    )
    shown = urlunsplit((parts.scheme.lower(), place, path, query, fragment))
    return shown if len(shown) <= _LONGEST else ""


def normal_host(url: str) -> str:
    """The host of an address (or a bare host) in lower-case ASCII without a trailing dot, else ""."""
    parts = _split(url.strip() if "//" in url else f"//{url.strip()}")
    host = (parts.hostname or "").rstrip(".") if parts else ""
    if host.isascii():
        return host.lower()
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.hostname
    except ValueError:
        return None
    return parts


def _port(parts: SplitResult) -> int | None:
    """The port written, 0 for none, None for one that cannot be."""
    try:
        return parts.port or 0
    except ValueError:
        return None


def _is_host(host: str) -> bool:
    if ":" in host:
        return bool(re.fullmatch(r"[0-9a-f:.]{2,45}", host))
    labels = host.split(".")
    return len(host) <= 253 and all(_HOST_LABEL.match(label) for label in labels)


def _kept_query(query: str) -> str:
    kept = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        known = _TRACKING_VALUES.get(name.lower())
        if not pair or _TRACKING.match(name) or (known and known.match(unquote(value))):
            continue
        kept.append(_normal_escapes(pair))
    return "&".join(kept)


def _normal_path(path: str) -> str:
    return _normal_escapes(path) or "/"


def _normal_escapes(text: str) -> str:
    """Percent-escapes in upper case, and none for a character that needs none (RFC 3986 6.2.2)."""

    def one(match: re.Match[str]) -> str:
        character = chr(int(match.group(1), 16))
        return character if character in _UNRESERVED else match.group().upper()

    escaped = quote(text, safe="/%!$&'()*+,;=:@~?-._[]|", errors="replace")
    return _PERCENT.sub(one, escaped)


def _naver_article(parts: SplitResult) -> str:
    query = dict(parse_qsl(parts.query))
    oid, aid = query.get("oid", ""), query.get("aid", "")
    if match := _NAVER_PATH.search(parts.path):
        oid, aid = match.groups()
    if oid.isascii() and oid.isdigit() and aid.isascii() and aid.isdigit():
        return f"https://n.news.naver.com/article/{oid:0>3}/{aid:0>10}"
    return ""
