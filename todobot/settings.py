"""All settings, read from the environment. README.md has the table; a test compares the two.

Each may also be given as a file: NAME_FILE holds the path of a file whose text is the value.
What must not be missing or weak in production is refused by name in `todobot.checks`.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from django.utils.translation import get_language_info, to_language

from todobot import logs

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

environ.Env.read_env(BASE_DIR / ".env")
env = environ.FileAwareEnv()

DEBUG: bool = env.bool("DEBUG", default=False)


def secret(name: str, on_a_laptop: str) -> str:
    """The text of a secret, without the newline that an editor leaves at a file's end.

    Not env.str, which takes a value that begins with $ for the name of another variable.
    """
    return str(env.ENVIRON.get(name, on_a_laptop if DEBUG else "")).strip()


SECRET_KEY = secret("SECRET_KEY", "only-for-a-laptop-with-DEBUG-on-" * 2)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
#: Whose X-Forwarded-Proto (gunicorn reads it) and X-Real-IP are believed: addresses and networks.
FORWARDED_ALLOW_IPS: list[str] = env.list("FORWARDED_ALLOW_IPS", default=["127.0.0.1", "::1"])

# LINE. The defaults under DEBUG are those of the simulator.
LINE_CHANNEL_SECRETS = [
    part.strip()
    for part in secret("LINE_CHANNEL_SECRET", "simulator-channel-secret").split(",")
    if part.strip()
]
LINE_CHANNEL_ACCESS_TOKEN = secret("LINE_CHANNEL_ACCESS_TOKEN", "simulator-access-token")
LINE_API_BASE_URL: str = env.str("LINE_API_BASE_URL", default="https://api.line.me").rstrip("/")

#: Where this process answers Prometheus, such as 0.0.0.0:9090. gunicorn.conf.py reads it for gunicorn.
METRICS_BIND: str = env.str("METRICS_BIND", default="")

#: Replies under way at once in one worker; each is a connection to LINE.
REPLIES_AT_ONCE: int = env.int("REPLIES_AT_ONCE", default=256)
#: A file that the worker touches each time it has looked at the inbox; none when empty.
HEARTBEAT: str = env.str("HEARTBEAT", default="")

INSTALLED_APPS = [
    "todobot",
    "todos",
    # Its one command. An image for production leaves the folder out.
    *(["simulator"] if (BASE_DIR / "simulator").exists() else []),
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "axes",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

# For browsers. LINE's calls pass none of them, see todobot.wsgi.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "todobot.urls"
WSGI_APPLICATION = "todobot.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

SQLITE_OPTIONS: dict[str, Any] = {
    # A transaction that will write takes the write lock at once, so that it waits for its turn
    # (timeout, seconds) instead of failing half way with "database is locked".
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;",
}
MYSQL_OPTIONS: dict[str, Any] = {
    "charset": "utf8mb4",
    "isolation_level": "read committed",
    # Seconds; the server's own 50 would hold up everybody behind one forgotten lock.
    "init_command": "SET SESSION innodb_lock_wait_timeout = 5",
    "connect_timeout": 3,
    "read_timeout": 30,
    "write_timeout": 30,
}


def database() -> dict[str, Any]:
    # Not a URL: the path may hold any character.
    default = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(VAR_DIR / "todobot.sqlite3")}
    config: dict[str, Any] = env.db_url("DATABASE_URL") if env.str("DATABASE_URL", default="") else default
    embedded = config["ENGINE"].endswith("sqlite3")
    config["OPTIONS"] = {**(SQLITE_OPTIONS if embedded else MYSQL_OPTIONS), **config.get("OPTIONS", {})}
    config |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": not embedded}
    config["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"} if embedded else {"CHARSET": "utf8mb4"}
    return config


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# On the embedded default one process does it all: gunicorn runs the worker in a thread of its own.
EMBEDDED = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if EMBEDDED:
    VAR_DIR.mkdir(exist_ok=True)

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# A webhook body over this is refused with 413 before it is read: 1 MiB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

USE_TZ = True
TIME_ZONE = "Asia/Tokyo"

# The bot speaks the languages that have a folder in todos/locale: adding one is adding files only.
LANGUAGE_CODE = "ja"
LANGUAGES = [
    (code, get_language_info(code)["name_local"])
    for code in sorted(to_language(folder.name) for folder in (BASE_DIR / "todos" / "locale").iterdir())
]

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = DEBUG
if DEBUG:
    STATIC_ROOT.mkdir(exist_ok=True)  # stays empty: files are found where they are
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Whether people reach the admin by HTTPS, which something before gunicorn ends.
HTTPS: bool = env.bool("HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Asked within the cluster, by plain HTTP.
SECURE_REDIRECT_EXEMPT = ["^callback$", "^healthz$", "^readyz$", "^$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0

SILENCED_SYSTEM_CHECKS = [
    # HSTS for this host alone: what else lives under its name, and a place in browsers' preload lists,
    # which is hard to leave, are for the name's owner to decide.
    "security.W005",
    "security.W021",
    # django-axes without its middleware: todobot.logins.login does its work, for one page only.
    "axes.W002",
]

# Failed logins, see todobot.logins. Five tries for a name, twenty for an address, then a pause.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_HANDLER = "todobot.logins.Attempts"
AXES_CLIENT_IP_CALLABLE = "todobot.logins.client_address"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # Django keeps each operator's last login
AXES_ENABLE_ADMIN = False  # todobot.admin has the one table that is used
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username"]  # masked in the log: people type a password there, too

LOG_FORMAT: str = env.str("LOG_FORMAT", default="auto")
LOGGING = logs.config(LOG_FORMAT)
