"""The WSGI application, for `gunicorn -c gunicorn.conf.py todobot.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "todobot.settings")

application = get_wsgi_application()

from todobot.checks import refuse_bad_settings  # noqa: E402  (the apps must be loaded first)

refuse_bad_settings()
