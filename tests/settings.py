"""The project's settings with secrets made up for tests. DATABASE_URL chooses the database, as always."""

import os

os.environ.setdefault("SECRET_KEY", "a-secret-key-of-the-tests-" * 3)
os.environ.setdefault("LINE_CHANNEL_SECRET", "the-channel-secret,the-new-channel-secret")
os.environ.setdefault("LINE_CHANNEL_ACCESS_TOKEN", "the-access-token")
os.environ.setdefault("HTTPS", "off")

from todobot.settings import *  # noqa: E402, F403

# Empty, and not where `collectstatic` may be at work at this moment.
STATIC_ROOT = BASE_DIR / "build" / "static"  # noqa: F405
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
