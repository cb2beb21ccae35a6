"""All settings, from the environment only.

With no environment the service runs embedded: SQLite in WAL mode, Celery over the file system,
mails as `.eml` files shown at /mailbox/. `DATABASE_URL`, `REDIS_URL` and `MAIL_PROVIDER` make it
production. A value that cannot be used raises an error that says the variable's name.
The README has the table of every variable.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from anymail import backends as anymail_backends
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

from digests.editions.cutoffs import parse_cutoffs

env = Env()
env.read_env(os.environ.get("ENV_FILE", ".env"), recurse=False)

BASE_DIR = Path(__file__).resolve().parent.parent

# Where the embedded service keeps its database, mails, queue and key.
DATA_DIR = env.path("DATA_DIR", BASE_DIR / "var")


def embedded_secret(name: str) -> str:
    """A random key, made once and kept in DATA_DIR, readable by its owner only."""
    path = DATA_DIR / f"{name}.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(key := secrets.token_urlsafe(48))
    return key


# --- The paper ------------------------------------------------------------------------------

SITE_NAME_KO = env.str("SITE_NAME_KO", "AI 조간")
SITE_NAME_EN = env.str("SITE_NAME_EN", "AI Morning")
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SOURCE_URL = env.str("SOURCE_URL", "")
POSTAL_ADDRESS_KO = env.str("POSTAL_ADDRESS_KO", "")
POSTAL_ADDRESS_EN = env.str("POSTAL_ADDRESS_EN", "")

# --- Django ---------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or embedded_secret("secret")
# Old keys, newest first: links signed with them keep working after the key changes.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# Keys the hashes of suppressed addresses. Changing it forgets every suppression of an erased reader.
ADDRESS_HASH_KEY = env.str("ADDRESS_HASH_KEY", "") or embedded_secret("address-hash")
SITE_HOST = urlsplit(SITE_URL).hostname or "127.0.0.1"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [SITE_HOST, "127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]

ROOT_URLCONF = "newsletter.urls"
WSGI_APPLICATION = "newsletter.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "newsletter",
    "newsletter.desk",
    "newsletter.web",
    "newsletter.delivery",
    "newsletter.subscribers",
    "digests.editions",
    "digests.stories",
    "digests.sources",
    "digests.journal",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "csp",
    "anymail",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "newsletter.web.context.paper",
            ],
        },
    }
]

# --- Languages and time ---------------------------------------------------------------------

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "newsletter" / "locale"]
USE_TZ = True
# The zone of the desk's clocks; the database keeps UTC and each reader has a zone of their own.
TIME_ZONE = env.str("TIME_ZONE", "Asia/Seoul")

# --- Database, cache, queue -----------------------------------------------------------------

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'jogan.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # In-memory SQLite is one connection: threads that share it need a file.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # the pool keeps the connections
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL", 8)}}

REDIS_URL = env.str("REDIS_URL", "")
# A frozen Redis must cost a request a second, not a minute.
REDIS_TIMEOUTS = {"socket_timeout": 1.0, "socket_connect_timeout": 1.0}
CACHES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": REDIS_TIMEOUTS,
    }

CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object]
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {**REDIS_TIMEOUTS, "visibility_timeout": 3600}
else:
    queue_dir = DATA_DIR / "queue"
    for folder in ("messages", "processed", "control"):
        (queue_dir / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(queue_dir / "messages"),
        "data_folder_out": str(queue_dir / "messages"),
        "processed_folder": str(queue_dir / "processed"),
        "control_folder": str(queue_dir / "control"),
        "store_processed": False,
        "polling_interval": 0.3,  # seconds between looks into the folder; kombu's own is 1
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = "stories"
CELERY_TASK_ROUTES = {
    "digests.sources.*": {"queue": "fetch"},
    "digests.stories.*": {"queue": "stories"},
    "digests.editions.*": {"queue": "stories"},
    "newsletter.*": {"queue": "deliver"},
}
# Plain intervals in UTC; every tick asks the database who is due, so a doubled or lost tick is harmless.
CELERY_BEAT_SCHEDULE = {
    "fetch": {"task": "digests.sources.tasks.tick", "schedule": 30.0},
    "stories": {"task": "digests.stories.tasks.tick", "schedule": 60.0},
    "editions": {"task": "digests.editions.tasks.tick", "schedule": 60.0},
    "deliver": {"task": "newsletter.delivery.tasks.tick", "schedule": 10.0},
    "subscribers": {"task": "newsletter.subscribers.tasks.tick", "schedule": 300.0},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")

# --- Mail -----------------------------------------------------------------------------------


def mail_backend(name: str) -> str:
    """The dotted path behind a provider's short name, from `mailbox`, `smtp` and anymail's ESPs."""
    ours = {
        "mailbox": "newsletter.delivery.mailbox.MailboxBackend",
        "smtp": "newsletter.delivery.smtp.PipelinedBackend",
    }
    esps = sorted(p.stem for p in Path(anymail_backends.__path__[0]).glob("*.py") if "base" not in p.stem)
    esps = [esp for esp in esps if not esp.startswith("_")]
    if name in ours:
        return ours[name]
    if name not in esps:
        raise ValueError(f"MAIL_PROVIDER is {name!r}; it can be {', '.join([*ours, *esps])}")
    return f"anymail.backends.{name}.EmailBackend"


MAIL_PROVIDER = env.str("MAIL_PROVIDER", "mailbox")
EMAIL_BACKEND = mail_backend(MAIL_PROVIDER)
MAILBOX_DIR = env.path("MAILBOX_DIR", DATA_DIR / "mailbox")
MAILBOX_PUBLIC = env.bool("MAILBOX_PUBLIC", MAIL_PROVIDER == "mailbox")
smtp = env.dj_email_url("SMTP_URL", "smtp://127.0.0.1:25")
EMAIL_HOST = smtp["EMAIL_HOST"]
EMAIL_PORT = smtp["EMAIL_PORT"]
EMAIL_HOST_USER = smtp["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = smtp["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = smtp["EMAIL_USE_TLS"]
EMAIL_USE_SSL = smtp["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", 20.0)
# Every variable ANYMAIL_… is anymail's setting of that name.
ANYMAIL: dict[str, object] = {
    k.removeprefix("ANYMAIL_"): v for k, v in os.environ.items() if k.startswith("ANYMAIL_")
}
ANYMAIL.setdefault("REQUESTS_TIMEOUT", EMAIL_TIMEOUT)
# An address of a bare host or a number is none that mail takes.
MAIL_HOST = SITE_HOST if SITE_HOST.rpartition(".")[2].isalpha() and "." in SITE_HOST else "jogan.example"
MAIL_FROM = env.str("MAIL_FROM", f"hello@{MAIL_HOST}")
MAIL_DOMAIN = MAIL_FROM.rpartition("@")[2].strip(">")
# A maildir of mails to unsubscribe+…@ the domain of MAIL_FROM; set, every mail offers that address.
INBOUND_MAILDIR = env.str("INBOUND_MAILDIR", "")
# Whether to ask the DNS for a domain's mail server before the first letter to an address of it.
CHECK_MX = env.bool("CHECK_MX", MAIL_PROVIDER != "mailbox")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM

# --- Editions and delivery ------------------------------------------------------------------

# When an edition freezes, and in which zone: "06:30@Asia/Seoul,06:00@America/New_York".
EDITION_CUTOFFS = parse_cutoffs(env.str("EDITION_CUTOFFS", "06:30@Asia/Seoul"))
EDITION_MAX_STORIES = env.int("EDITION_MAX_STORIES", 300)
# A digest missed is caught up within the grace, later it is skipped, with the reason.
DELIVERY_GRACE_HOURS = env.float("DELIVERY_GRACE_HOURS", 4.0)
# How many recipients one gate commits at a time: what a kill can leave unknown.
DELIVERY_GATE_WINDOW = env.int("DELIVERY_GATE_WINDOW", 50)
# How long a claim holds; longer than every client and server timeout together.
DELIVERY_LEASE_SECONDS = env.int("DELIVERY_LEASE_SECONDS", 300)
# How many deliveries one task claims.
DELIVERY_CLAIM_SIZE = env.int("DELIVERY_CLAIM_SIZE", 500)

# --- Assistant ------------------------------------------------------------------------------

# An OpenAI-compatible endpoint, up to and without /chat/completions; empty turns the assistant off.
ASSISTANT_URL = env.str("ASSISTANT_URL", "").rstrip("/")
if ASSISTANT_URL and urlsplit(ASSISTANT_URL).scheme not in {"http", "https"}:
    raise ValueError("ASSISTANT_URL has to start with http:// or https://")
ASSISTANT_KEY = env.str("ASSISTANT_KEY", "")
ASSISTANT_MODEL = env.str("ASSISTANT_MODEL", "")
# Caps in calls, each of at most about 10,000 tokens; a retry is a call. In the zone of the desk's clocks.
ASSISTANT_DAILY_CALLS = env.int("ASSISTANT_DAILY_CALLS", 200)
ASSISTANT_MONTHLY_CALLS = env.int("ASSISTANT_MONTHLY_CALLS", 4000)
ASSISTANT_TIMEOUT = env.float("ASSISTANT_TIMEOUT", 20.0)  # seconds, for a whole call

# --- Fetching -------------------------------------------------------------------------------

FETCH_USER_AGENT = env.str("FETCH_USER_AGENT", f"AIJogan/0.1 (+{SITE_URL}/about/)")
# "host:port" pairs that may be fetched although they are private: tests and the demo's own feeds.
FETCH_PRIVATE_HOSTS: list[str] = env.list("FETCH_PRIVATE_HOSTS", [])
FETCH_MAX_BYTES = env.int("FETCH_MAX_BYTES", 5_000_000)
FETCH_MAX_SECONDS = env.float("FETCH_MAX_SECONDS", 20.0)
FETCH_MAX_ENTRIES = env.int("FETCH_MAX_ENTRIES", 200)

# --- Web ------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", DATA_DIR / "static")
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of a missing folder
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"  # the desk shows previews in frames of its own
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # which asks for DENY
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", BEHIND_HTTPS)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # probes speak plain HTTP from inside
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000 if BEHIND_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
AXES_FAILURE_LIMIT = env.int("AXES_FAILURE_LIMIT", 10)
AXES_COOLOFF_TIME = 1  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False
# Whether the desk asks curators for a one-time code after the password.
DESK_OTP = env.bool("DESK_OTP", False)

# --- Logs -----------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING").upper()},
}
SENTRY_DSN = env.str("SENTRY_DSN", "")
if SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(dsn=SENTRY_DSN, send_default_pii=False)
