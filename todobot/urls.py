"""Every address the bot answers to."""

from django.contrib import admin
from django.urls import path

from todobot import health, logins
from todos import callback

urlpatterns = [
    path("", health.alive),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("callback", callback.receive),
    path("admin/login/", logins.login),
    path("admin/", admin.site.urls),
]
