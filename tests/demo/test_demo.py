"""The first command: from nothing to three different mails, the site, and no process left behind."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from digests.text.language import detect_language
from newsletter.delivery.mailbox import StoredMail, parse

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 240
pytestmark = pytest.mark.slow


@dataclass
class Shown:
    """A demo that serves: what it printed, its process and its folder."""

    text: str
    process: subprocess.Popen[str]
    folder: Path

    @property
    def site(self) -> str:
        return re.search(r"(http://127\.0\.0\.1:\d+)/mailbox/", self.text)[1]

    @property
    def mails(self) -> dict[str, StoredMail]:
        """The first mail of each reader; a reader who leaves gets a letter after it."""
        newest_first = sorted(self.folder.glob("mailbox/*.eml"), reverse=True)
        return {mail.to: mail for mail in (parse(path.name, path.read_bytes()) for path in newest_first)}


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    """The demo in a folder of its own, embedded whatever the environment of the tests says."""
    env = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "MAIL_PROVIDER"}}
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo", *words],
        cwd=ROOT,
        env={**env, "DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def processes_of(folder: Path) -> list[str]:
    """The command lines of living processes whose environment names the folder (Linux only; else none)."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if str(folder).encode() in environ.read_bytes():
                found.append((environ.parent / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return [line for line in found if line]


def wait_for_none(folder: Path) -> list[str]:
    deadline = time.monotonic() + 15
    while (left := processes_of(folder)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return left


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(errors="replace")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("demo")
    process = start(folder, "--port", "8650")
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C ends it" in line:
            break
    text = "".join(lines)
    assert process.poll() is None, text
    yield Shown(text, process, folder)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    process.stdout.close()
    assert wait_for_none(folder) == []
    before = len(list(folder.glob("mailbox/*.eml")))
    again = start(folder, "--no-serve")
    said, _ = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0, said
    assert "already sent today, not twice" in said
    assert len(list(folder.glob("mailbox/*.eml"))) == before
    assert wait_for_none(folder) == []


def test_three_readers_get_three_different_mails(shown: Shown) -> None:
    mails = shown.mails
    assert set(mails) == {"jiwoo@example.com", "doyun@example.org", "nora@example.net"}
    assert len({mail.text for mail in mails.values()}) == 3


@pytest.mark.parametrize(
    ("to", "language", "word"),
    [
        ("jiwoo@example.com", "ko", "물결-3"),
        ("doyun@example.org", "ko", "AI 반도체"),
        ("nora@example.net", "en", "AI agents"),
    ],
)
def test_each_mail_is_in_its_reader_s_language_and_topics(
    shown: Shown, to: str, language: str, word: str
) -> None:
    mail = shown.mails[to]
    assert f'lang="{language}"' in mail.html
    assert detect_language(mail.subject) == language
    assert word in mail.text


def test_no_story_comes_twice_in_a_mail(shown: Shown) -> None:
    for mail in shown.mails.values():
        stories = re.findall(rf"^{re.escape(shown.site)}(?:/en)?/\d{{4}}-\d\d-\d\d/\w+/$", mail.text, re.M)
        assert stories
        assert len(set(stories)) == len(stories)


def test_what_is_no_ai_news_reaches_nobody(shown: Shown) -> None:
    assert "not AI news: 남해 굴" in shown.text
    assert all("남해 굴" not in mail.text for mail in shown.mails.values())


def test_every_link_of_every_mail_opens(shown: Shown) -> None:
    links = {
        link
        for mail in shown.mails.values()
        for link in re.findall(r'href="(http[^"]+)"', mail.html.replace("&amp;", "&"))
    }
    assert any("/p/" in link for link in links)
    assert any("/u/" in link for link in links)
    assert {link: status for link in sorted(links) if (status := get(link)[0]) != 200} == {}


@pytest.mark.parametrize(
    "path", ["/", "/en/", "/archive/", "/mailbox/", "/feed.atom", "/admin/login/", "/healthz"]
)
def test_the_site_is_served(shown: Shown, path: str) -> None:
    assert get(shown.site + path)[0] == 200


def test_the_mailbox_shows_the_three_mails(shown: Shown) -> None:
    page = get(f"{shown.site}/mailbox/")[1]
    for mail in shown.mails.values():
        assert mail.name in page


def test_one_click_leaves_without_cookie_or_token(shown: Shown) -> None:
    mail = shown.mails["nora@example.net"]
    url = re.search(r"<(http[^>]+)>", mail.headers["List-Unsubscribe"])[1]
    body = b"List-Unsubscribe=One-Click"
    assert get(url)[0] == 200
    with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=20) as answer:
        assert answer.status == 200


def test_a_second_demo_in_the_same_folder_is_refused_in_a_line(shown: Shown) -> None:
    second = start(shown.folder, "--no-serve")
    said, _ = second.communicate(timeout=PATIENCE)
    assert second.returncode == 1
    assert "A demo already runs in this folder." in said
    assert "Traceback" not in said


def test_a_killed_demo_takes_its_children_along(tmp_path: Path) -> None:
    process = start(tmp_path, "--no-serve")
    deadline = time.monotonic() + 60
    while not any("celery" in line for line in processes_of(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.1)
    process.kill()
    process.wait()
    assert process.stdout
    process.stdout.close()
    assert wait_for_none(tmp_path) == []
