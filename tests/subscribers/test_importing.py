import csv
import io
from contextlib import suppress as suppress_error
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from digests.journal.models import Act
from newsletter.delivery.models import Delivery
from newsletter.subscribers.addresses import address_hash
from newsletter.subscribers.importing import import_rows
from newsletter.subscribers.leaving import erase, suppress
from newsletter.subscribers.lists import Row, UnreadableList, decode, read_list
from newsletter.subscribers.models import ConsentEvent, Subscriber, Suppression
from newsletter.subscribers.portability import csv_lines

LISTS = {
    "mailchimp": (
        '"Email Address","First Name",MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,UNSUB_TIME\n'
        "in@example.com,Ina,4,2025-01-02,2025-01-02,\nout@example.com,Otto,2,2024-01-02,,2025-03-04\n"
    ),
    "substack": (
        "email,active_subscription,expiry,created_at\nin@example.com,true,,2025-01-02\n"
        "out@example.com,false,,2025-01-02\n"
    ),
    "beehiiv": (
        "email,status,created_at,utm_source\nin@example.com,active,2025-01-02,web\n"
        "out@example.com,inactive,2025-01-02,web\nwait@example.com,pending,2025-01-02,web\n"
    ),
    "listmonk": (
        "uuid,email,name,attributes,status,created_at\n"
        '1,in@example.com,Ina,"{""city"": ""서울""}",enabled,x\n'
        "2,out@example.com,Otto,{},blocklisted,x\n3,wait@example.com,W,{},unconfirmed,x\n"
    ),
    "ghost": (
        "id,email,name,note,subscribed_to_emails,complimentary_plan\n1,in@example.com,Ina,,true,\n"
        "2,out@example.com,Otto,,false,\n"
    ),
    "stibee": (
        "이메일 주소,이름,구독 상태,구독일\nin@example.com,가람,구독 중,2025-01-02\n"
        "out@example.com,나루,수신거부,2025-01-02\n"
    ),
    "csv": "Name;x,E-Mail\nIna,in@example.com\n",
}


@pytest.mark.parametrize("service", LISTS)
def test_lists_of_other_services_are_recognised(service):
    found, rows = read_list(LISTS[service])
    wishes = {row.email.partition("@")[0]: row.wish for row in rows}
    expected = {"in": "wants", "out": "gone", "wait": "pending"}
    assert found == service
    assert wishes == {name: expected[name] for name in wishes}
    assert "in" in wishes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_encodings_of_spreadsheets(encoding):
    service, rows = read_list(decode(LISTS["stibee"].encode(encoding)))
    assert (service, len(list(rows))) == ("stibee", 2)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\x01\x02",
        b"\xff\xfe\x00",
        b"\x81\x20\xff",
        b"name,phone\nIna,1\n",
        b'email\n"' + b"x" * 200_000,
    ],
)
def test_what_is_no_list_names_the_line(raw):
    with pytest.raises(UnreadableList, match="line"):
        list(read_list(decode(raw))[1])


def test_a_bare_column_of_addresses_is_a_list():
    _service, rows = read_list("in@example.com\nb@example.com\n\n")
    assert [(row.line, row.email) for row in rows] == [(1, "in@example.com"), (2, "b@example.com")]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_or_unreadable(raw):
    with suppress_error(UnreadableList):
        assert all(isinstance(row, Row) for row in read_list(decode(raw))[1])


@pytest.fixture
def letters():
    return []


@pytest.fixture
def take(now, letters):
    def run(*emails, evidence="", wish="wants", **options):
        rows = [Row(line, email, wish) for line, email in enumerate(emails, start=2)]
        return import_rows(rows, evidence, now, lambda r, k: letters.append((r, k)) is None, **options)

    return run


@pytest.mark.django_db
def test_without_evidence_everyone_is_asked(take, letters):
    report = take("in@example.com")
    reader = Subscriber.objects.get()
    assert (dict(report.counts), reader.status) == ({"asked": 1}, "pending")
    assert (reader.pk, "confirm") in letters
    assert ConsentEvent.objects.get().how == "import"


@pytest.mark.django_db
def test_with_evidence_they_are_active_and_the_evidence_is_kept(take):
    take("in@example.com", evidence="2025년 행사에서 종이로 동의함")
    reader = Subscriber.objects.get()
    assert reader.status == "active"
    assert reader.next_digest_at
    assert reader.preference_key
    assert ConsentEvent.objects.get().text == "2025년 행사에서 종이로 동의함"


@pytest.mark.django_db
def test_evidence_does_not_speak_for_who_never_confirmed(take):
    take("wait@example.com", evidence="…", wish="pending")
    assert Subscriber.objects.get().status == "pending"


@pytest.mark.django_db
def test_nobody_who_left_is_suppressed_or_erased_is_revived(take, ada, bob, eve, now):
    suppress(address_hash("no@example.com"), Suppression.Reason.COMPLAINT, "", now)
    Subscriber.objects.filter(pk=bob.pk).update(address_hash=address_hash(bob.email))
    erase(bob.pk, now)
    report = take("eve@example.com", "no@example.com", "bob@example.com", "ada@example.com", evidence="…")
    assert dict(report.counts) == {"departed": 1, "suppressed": 2, "known": 1}
    assert set(Subscriber.objects.values_list("email", "status")) == {
        ("ada@example.com", "active"),
        ("eve@example.com", "unsubscribed"),
    }
    assert dict(take("out@example.com", evidence="…", wish="gone").counts) == {"gone": 1}


@pytest.mark.django_db
def test_a_dry_run_reports_and_stores_nothing(take):
    report = take("in@example.com", "IN@example.com", "nobody", evidence="…", is_dry_run=True)
    assert dict(report.counts) == {"added": 1, "twice": 1, "invalid": 1}
    assert report.lines[0][0] == 4
    assert "nobody" not in report.lines[0][1]
    assert not Subscriber.objects.exists()
    assert not ConsentEvent.objects.exists()


@pytest.mark.django_db
def test_the_command_takes_a_list_over_and_writes_it_down(tmp_path, capsys):
    path = tmp_path / "list.csv"
    path.write_text(LISTS["beehiiv"])
    call_command("import_subscribers", path, "--dry-run")
    assert not Subscriber.objects.exists()
    call_command("import_subscribers", path)
    printed = capsys.readouterr().out
    assert "beehiiv (dry run)" in printed
    assert "@" not in printed
    assert Subscriber.objects.filter(status="pending").count() == 2
    assert Delivery.objects.filter(kind="confirm").count() == 2
    assert Act.objects.get().after["asked"] == 2


@pytest.mark.django_db
def test_an_unreadable_list_is_one_line_and_nothing_stored(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b'email\nin@example.com\n"' + b"x" * 200_000)
    with pytest.raises(CommandError, match=r"list\.csv: line 3") as error:
        call_command("import_subscribers", path)
    assert error.value.returncode == 2
    assert not Subscriber.objects.exists()


@pytest.mark.django_db
def test_an_export_comes_back_as_a_list(ada, eve, tmp_path):
    Subscriber.objects.create(
        email="=cmd@example.com", address_hash="f" * 64, created_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    text = "".join(csv_lines(Subscriber.objects.all()))
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["email"] for row in rows] == ["ada@example.com", "eve@example.com", "'=cmd@example.com"]
    service, again = read_list(decode(text.encode()))
    assert (service, [row.wish for row in again]) == ("ai-jogan", ["wants", "gone", "pending"])
    call_command("export_subscribers", "--status", "active", "--output", tmp_path / "out.csv")
    assert "eve@" not in (tmp_path / "out.csv").read_text()
    assert Act.objects.get().verb == "export_subscribers"
