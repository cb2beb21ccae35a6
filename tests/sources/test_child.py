"""The child process: it answers, it is killed, it is replaced."""

import multiprocessing
import threading
import time
from types import SimpleNamespace

import pytest

from digests.sources import child
from digests.sources.child import ChildFailed, Nursery, ask


def test_it_cleans():
    said = ask("clean", {"is_html": True, "title": "", "junk": []}, "<p>본문입니다.</p>".encode())
    assert said["text"] == "본문입니다."


def test_an_unknown_job_is_an_error_not_a_crash():
    assert ask("no such job", {})["error"] == "unreadable"


def test_a_job_past_its_time_is_killed_and_the_next_gets_a_new_child(monkeypatch):
    nursery = Nursery()
    monkeypatch.setattr(child, "NURSERY", nursery)
    ask("clean", {}, b"warm")
    first = nursery.idle[0].process.pid
    started = time.monotonic()
    with pytest.raises(ChildFailed, match="too_slow"):
        ask(
            "feed",
            {},
            b"<rss version='2.0'><channel>" + b"<item a='b'><title>x</title></item>" * 100_000,
            seconds=0.05,
        )
    assert time.monotonic() - started < 8
    assert ask("clean", {}, "다시".encode())["text"] == "다시"
    assert nursery.idle[0].process.pid != first
    nursery.close()


def test_a_child_that_died_is_replaced(monkeypatch):
    nursery = Nursery()
    monkeypatch.setattr(child, "NURSERY", nursery)
    ask("clean", {}, b"x")
    nursery.idle[0].process.kill()
    nursery.idle[0].process.wait()
    assert ask("clean", {}, b"y")["text"] == "y"
    nursery.close()


def test_a_child_is_replaced_after_its_share_of_jobs(monkeypatch):
    nursery = Nursery()
    monkeypatch.setattr(child, "NURSERY", nursery)
    monkeypatch.setattr(child, "JOBS_PER_CHILD", 2)
    ask("clean", {}, b"x")
    assert len(nursery.idle) == 1
    ask("clean", {}, b"x")
    assert nursery.idle == []


def test_threads_have_children_of_their_own():
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(ask("clean", {}, f"글 {n}".encode())["text"]))
        for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["글 0", "글 1", "글 2"]


def clean_in_fork(queue) -> None:
    queue.put(ask("clean", {}, "자식".encode())["text"])
    child.NURSERY.close()


def test_it_works_in_a_forked_daemon_as_in_a_celery_worker():
    ask("clean", {}, b"warm")
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    process = context.Process(target=clean_in_fork, args=(queue,), daemon=True)
    process.start()
    assert queue.get(timeout=20) == "자식"
    process.join()
    assert ask("clean", {}, "부모".encode())["text"] == "부모"


@pytest.mark.slow
def test_memory_has_a_limit():
    """A child that would take more than its share says so instead of taking it."""
    bomb = b"[" + b'{"a":1},' * 3_000_000 + b"1]"
    with pytest.raises(ChildFailed) as failure:
        raise_for(ask("feed", {}, b'{"version": "https://jsonfeed.org/version/1", "items": ' + bomb + b"}"))
    assert failure.value.reason in {"too_heavy", "reader_died", "too_slow"}


def raise_for(said: dict) -> SimpleNamespace:
    if said.get("error"):
        raise ChildFailed(said["error"])
    return SimpleNamespace(**said)
