"""The encodings table: which bytes become which text."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.decoding import clean_document, decode, has_entities, without_comments
from digests.sources.failures import NotAFeed

PLAIN = "한글 제목과 漢字, “따옴표”"
CP949_ONLY = "똠방각하와 펲시, 뷁"
BOTH = f"{PLAIN} {CP949_ONLY}"


def xml(text: str, encoding: str, declared: str | None) -> bytes:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    return f"{declaration}<rss version='2.0'><channel><title>{text}</title></channel></rss>".encode(encoding)


TABLE = [
    # name, text, encoded as, declared in the XML, charset of the header
    ("utf-8 declared", BOTH, "utf-8", "utf-8", ""),
    ("utf-8 not declared", BOTH, "utf-8", None, ""),
    ("utf-8 with a mark", BOTH, "utf-8-sig", "utf-8", ""),
    ("utf-8 with a mark, all else lying", BOTH, "utf-8-sig", "euc-kr", "iso-8859-1"),
    ("utf-8 under a euc-kr declaration", BOTH, "utf-8", "euc-kr", ""),
    ("utf-8 under a latin-1 header", BOTH, "utf-8", "utf-8", "ISO-8859-1"),
    ("utf-8 not declared under a latin-1 header", BOTH, "utf-8", None, "ISO-8859-1"),
    ("utf-8 under a us-ascii header", BOTH, "utf-8", None, "us-ascii"),
    ("utf-8 under an unknown label", BOTH, "utf-8", "x-no-such", ""),
    ("euc-kr declared", PLAIN, "euc-kr", "euc-kr", ""),
    ("euc-kr in capitals", PLAIN, "euc-kr", "EUC-KR", ""),
    ("euc-kr by header", PLAIN, "euc-kr", None, "euc-kr"),
    ("euc-kr by header, quoted", PLAIN, "euc-kr", None, '"EUC-KR"'),
    ("euc-kr not declared at all", PLAIN, "euc-kr", None, ""),
    ("cp949 under a euc-kr label", BOTH, "cp949", "euc-kr", ""),
    ("cp949 under a euc-kr header", BOTH, "cp949", None, "euc-kr"),
    ("cp949 as ks_c_5601-1987", BOTH, "cp949", "ks_c_5601-1987", ""),
    ("cp949 as ksc5601", BOTH, "cp949", "ksc5601", ""),
    ("cp949 as ms949", BOTH, "cp949", "ms949", ""),
    ("cp949 as x-windows-949", BOTH, "cp949", "x-windows-949", ""),
    ("cp949 declared", BOTH, "cp949", "cp949", ""),
    ("cp949 not declared at all", BOTH, "cp949", None, ""),
    ("cp949 under a utf-8 declaration", BOTH, "cp949", "utf-8", ""),
    ("cp949 under a utf-8 header", BOTH, "cp949", None, "utf-8"),
    ("cp949 by header, utf-8 declared", BOTH, "cp949", "utf-8", "euc-kr"),
    ("euc-kr declared under a latin-1 header", PLAIN, "euc-kr", "euc-kr", "iso-8859-1"),
    ("utf-8 by header, euc-kr declared", BOTH, "utf-8", "euc-kr", "utf-8"),
    ("johab declared", "한글", "johab", "johab", ""),
    ("iso-2022-kr declared", PLAIN.replace("“", "").replace("”", ""), "iso-2022-kr", "iso-2022-kr", ""),
    ("utf-16 with a mark", BOTH, "utf-16", "utf-16", ""),
    ("utf-16 with a mark under a utf-8 header", BOTH, "utf-16", "utf-16", "utf-8"),
    ("utf-16 little-endian, no mark", BOTH, "utf-16-le", "utf-16", ""),
    ("utf-16 big-endian, no mark", BOTH, "utf-16-be", "utf-16", ""),
    ("utf-16 with neither mark nor declaration", BOTH, "utf-16-le", None, ""),
    ("utf-16 by header only", BOTH, "utf-16-be", None, "utf-16be"),
    ("utf-32 with a mark", BOTH, "utf-32", "utf-32", ""),
    ("utf-32 big-endian, no mark", BOTH, "utf-32-be", None, ""),
    ("windows-1252 declared", "“Café” – naïve €", "cp1252", "windows-1252", ""),
    ("windows-1252 under iso-8859-1", "“Café” – naïve", "cp1252", "iso-8859-1", ""),
    ("shift_jis declared", "日本語のニュース", "cp932", "shift_jis", ""),
    ("gb2312 declared, gbk inside", "人工智能朱镕基", "gbk", "gb2312", ""),
    ("big5 declared", "人工智慧", "big5", "big5", ""),
    ("koi8-r by header", "Новости", "koi8-r", None, "koi8-r"),
]


@pytest.mark.parametrize(
    ("text", "encoding", "declared", "header"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_encodings(text, encoding, declared, header):
    content_type = f"application/rss+xml; charset={header}" if header else "text/xml"
    assert f"<title>{text}</title>" in clean_document(xml(text, encoding, declared), content_type)


def test_a_few_broken_bytes_do_not_spoil_the_rest():
    assert "한글 제목" in decode(xml(PLAIN, "utf-8", "utf-8") + b"\xff\xfe broken")
    assert "한글 제목" in decode(xml(PLAIN, "cp949", "euc-kr")[:-3] + b"\xff")


@given(
    st.binary(max_size=400),
    st.sampled_from(["", "text/xml; charset=utf-16", "x; charset=utf-7", "charset=rot13"]),
)
def test_any_bytes_are_text_or_refused(body, content_type):
    with contextlib.suppress(NotAFeed):
        text = clean_document(body, content_type)
        text.encode("utf-8")
        assert "\x00" not in text


@pytest.mark.parametrize(
    "document",
    [
        "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>",
        "<!-- <a> --><!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>",
        "<!DOCTYPE rss [<!ENTITY % a SYSTEM 'file:///etc/passwd'>%a;]><rss/>",
        "<!DOCTYPE rss [<!entity a 'b'>]><rss/>",
        "<?pi <x?><!DOCTYPE rss [\n<!ENTITY a 'b'>]><rss/>",
    ],
)
def test_entity_declarations_are_found(document):
    with pytest.raises(NotAFeed, match="entities"):
        clean_document(document.encode())


@pytest.mark.parametrize(
    "document",
    [
        "<rss><![CDATA[<!ENTITY a 'b'>]]></rss>",
        "<rss>&lt;!ENTITY a</rss>",
        "<!DOCTYPE rss><rss/>",
        "<!-- <!ENTITY --><rss/>",
    ],
)
def test_words_about_entities_are_no_declarations(document):
    assert not has_entities(document)


@pytest.mark.parametrize(
    ("document", "left"),
    [
        ("<a><!-- x --><b/></a>", "<a><b/></a>"),
        ("<![CDATA[<!-- kept -->]]>", "<![CDATA[<!-- kept -->]]>"),
        ("a<!--b", "ab"),
        ("<!--a--><!--b-->c", "c"),
        ("<!DOCTYPE x>y", "<!DOCTYPE x>y"),
        ("<![CDATA[open <!-- x -->", "<![CDATA[open <!-- x -->"),
    ],
)
def test_comments_go_and_cdata_stays(document, left):
    assert without_comments(document) == left


def test_a_megabyte_of_open_comments_takes_no_time():
    started = time.monotonic()
    without_comments("<!--" * 250_000)
    without_comments("<!-- -->" * 125_000)
    without_comments("<![CDATA[" * 100_000)
    assert time.monotonic() - started < 8
