"""The WSGI application, for `gunicorn -c gunicorn.conf.py todobot.wsgi`."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "todobot.settings")
django.setup()

from todobot.checks import refuse_bad_settings  # noqa: E402  (the settings must be there first)

refuse_bad_settings()
application = WSGIHandler()
