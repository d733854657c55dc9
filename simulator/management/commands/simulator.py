"""`python manage.py simulator`: the same command line as `python -m simulator`."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from simulator.cli import add_arguments, run, settings


class Command(BaseCommand):
    help = "Run a LINE platform on this machine, with a chat page in the browser."
    # The simulator has no use for the bot's settings, so they may be wrong or its database down.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(run(settings(options)))
