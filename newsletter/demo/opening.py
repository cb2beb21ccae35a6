"""Opening and closing the demo: one at a time, its children started and stopped, its site served."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from newsletter.delivery.tasks import tick as deliver_tick
from newsletter.demo.household import Child, ChildDied, answers, free_port, stopped_at_the_end, web, worker
from newsletter.demo.newsstand import open_newsstand
from newsletter.demo.play import Play, edit, fetch, lay_out, prepare, send
from newsletter.demo.report import report
from newsletter.demo.screen import Screen, TookTooLong, wait_until

CURATOR = "curator"
# The same port again lets the links in yesterday's mails open; 0 takes any.
STAND_PORTS = (8790, 8791, 8792, 8793, 0)
SERVER_SECONDS = 90.0
RING_SECONDS = 10.0


class NotHere(Exception):  # noqa: N818 - reads as what happened
    """The demo cannot run, or could not go on; the message says why in one line."""


def open_demo(out: TextIO, *, port: int, serves: bool) -> None:
    """Run the whole way, print it, and serve the site until stopped. Raises NotHere."""
    if settings.MAIL_PROVIDER != "mailbox":
        raise NotHere(
            "데모는 진짜 메일을 보내지 않습니다. MAIL_PROVIDER=mailbox일 때만 할 수 있어요.\n"
            "The demo never sends real mail: it runs with MAIL_PROVIDER=mailbox only."
        )
    screen = Screen(out)
    screen.say("AI 조간 데모  AI Morning demo\n")
    children: list[Child] = []
    try:
        with only_one(settings.DATA_DIR / "demo.lock"), stopped_at_the_end(children):
            run(screen, children, port=port, serves=serves)
    except (TookTooLong, ChildDied) as error:
        raise NotHere(str(error)) from error


def run(screen: Screen, children: list[Child], *, port: int, serves: bool) -> None:
    """The demo between its opening and its end; every child goes into `children`."""
    prepare(screen)
    with open_newsstand(STAND_PORTS) as stand:
        site_port = find_port(screen, port) if serves else port
        env = {"FETCH_PRIVATE_HOSTS": stand.netloc}
        if "SITE_URL" not in os.environ and serves:
            env["SITE_URL"] = f"http://127.0.0.1:{site_port}"
        children.append(worker(env, settings.DATA_DIR / "demo-worker.log"))
        cutoff = settings.EDITION_CUTOFFS[0]
        play = Play(timezone.now(), cutoff, screen, children[0].check)
        stage = lay_out(play, stand, settings.DATA_DIR / "demo-news.json")
        fetch(play, stage)
        edition = edit(play, stage)
        seats = send(play, edition)
        report(screen, edition, stage.feed_ids, seats)
        password = make_curator()
        if serves:
            serve(screen, children, site_port, env, password)
        else:
            screen.say(
                f"\n메일은 여기에  Mails: {settings.MAILBOX_DIR}\n"
                "사이트와 함께 보려면  To see them on the site: manage.py demo"
            )


def find_port(screen: Screen, wanted: int) -> int:
    """The wanted port or the next free one, and a word about it."""
    try:
        port = free_port(wanted)
    except OSError as error:
        raise NotHere(f"빈 포트가 없습니다.  {error}") from error
    if port != wanted:
        screen.step(
            "포트 Port", f"{wanted}번은 쓰이고 있어 {port}번을 씁니다  {wanted} is in use, {port} it is"
        )
    return port


def make_curator() -> str:
    """A superuser for the admin, with a new password at every run."""
    password = secrets.token_urlsafe(9)
    user, _ = get_user_model().objects.get_or_create(
        username=CURATOR, defaults={"is_staff": True, "is_superuser": True}
    )
    user.set_password(password)
    user.save(update_fields=["password"])
    return password


def serve(screen: Screen, children: list[Child], port: int, env: dict[str, str], password: str) -> None:
    """Serve the site, and ring for letters (sign-ups of visitors) until stopped."""
    children.append(web(port, env, settings.DATA_DIR / "demo-web.log"))
    site = f"http://127.0.0.1:{port}"

    def is_up() -> bool:
        children[-1].check()
        return answers(f"{site}/healthz")

    wait_until(is_up, seconds=SERVER_SECONDS, what="the web server")
    screen.say(
        f"\n사이트  Site     {site}/   English {site}/en/\n"
        f"지난 호  Archive  {site}/archive/\n"
        f"메일함  Mailbox  {site}/mailbox/\n"
        f"관리자  Admin    {site}/admin/   {CURATOR} / {password}\n\n"
        "Ctrl-C로 끝냅니다.  Ctrl-C ends it."
    )
    while True:
        deliver_tick.delay()
        pause(children)


def pause(children: list[Child]) -> None:
    """Wait for the next ring; raises ChildDied as soon as a child ended."""

    def is_over() -> bool:
        for child in children:
            child.check()
        return False

    try:
        wait_until(is_over, seconds=RING_SECONDS, what="the next ring", pause=0.5)
    except TookTooLong:
        return


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock of the data folder, so that two demos do not share a queue. Raises NotHere."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise NotHere(
                f"이 폴더에서 데모가 이미 돌고 있습니다: {path.parent}\nA demo already runs in this folder."
            ) from error
        yield
