"""One-time codes: a password alone opens only the page that sets the first device up."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from digests.journal.models import Act

pytestmark = pytest.mark.django_db
DEVICE = "/admin/desk/device/"


@pytest.fixture(autouse=True)
def asked(settings):
    settings.DESK_OTP = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def mina():
    return User.objects.create_superuser("mina", password="아침을 여는 문장")


def log_in(code: str = "") -> Client:
    client = Client()
    words = {"username": "mina", "password": "아침을 여는 문장", "otp_token": code, "next": "/admin/"}
    client.post("/admin/login/", words)
    return client


def code_of(device: TOTPDevice) -> str:
    return f"{totp(device.bin_key, device.step, device.t0, device.digits, device.drift):06}"


def enrol(client: Client) -> list[str]:
    client.get(DEVICE)
    client.post(DEVICE, {"token": code_of(TOTPDevice.objects.get(confirmed=False))})
    return list(StaticToken.objects.values_list("token", flat=True))


def test_the_first_login_leads_to_the_device_and_nowhere_else(mina):
    client = log_in()
    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/", follow=True).request["PATH_INFO"] == DEVICE
    page = client.get(DEVICE).content.decode()
    assert "qr.svg" in page
    picture = client.get(f"{DEVICE}qr.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")
    client.post(DEVICE, {"token": "000000"})
    assert client.get("/admin/").status_code == 302


def test_the_right_code_opens_the_desk_and_gives_spare_codes(mina):
    client = log_in()
    assert len(enrol(client)) == 10
    assert client.get("/admin/").status_code == 200
    assert Act.objects.get().verb == "set up codes"


def test_afterwards_a_password_alone_opens_nothing(mina):
    spare = enrol(log_in())
    client = log_in()
    assert client.get("/admin/").status_code == 302
    assert client.get(DEVICE).url == "/admin/login/"
    assert client.get(f"{DEVICE}qr.svg").status_code == 404
    TOTPDevice.objects.update(last_t=-1, throttling_failure_count=0, throttling_failure_timestamp=None)
    StaticToken.objects.first().device.throttle_reset()
    assert log_in(spare[0]).get("/admin/").status_code == 200
    assert log_in(spare[0]).get("/admin/").status_code == 302
    assert log_in(code_of(TOTPDevice.objects.get())).get("/admin/").status_code == 200


def test_without_the_setting_a_password_does(mina, settings):
    settings.DESK_OTP = False
    client = log_in()
    assert client.get("/admin/").status_code == 200
    assert "qr.svg" in client.get(DEVICE).content.decode()
    assert Client().get("/admin/login/").status_code == 200


def test_whoever_is_no_staff_sets_nothing_up(db):
    client = Client()
    client.force_login(User.objects.create(username="reader"))
    assert client.get(DEVICE).status_code == 302
