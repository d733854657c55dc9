import secrets
import socket
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

NAME = "operator"
BOT, SIMULATOR = 5000, 5001

CHAT = "Chat with the bot    http://127.0.0.1:5001/"
WEBHOOK = "LINE's webhook       /callback, at the address of your tunnel"
TEXT = """
  {where}
  Django admin         http://127.0.0.1:5000/admin/    name: {name}    password: {password}

  Ctrl-C stops everything. What you make on SQLite is kept in {kept}
"""


class Command(BaseCommand):
    help = "For `make run`: an operator account, and where everything is."

    def handle(self, *args: Any, **options: Any) -> None:
        for port in (BOT, SIMULATOR) if settings.DEBUG else (BOT,):
            refuse_taken(port)
        settings.VAR_DIR.mkdir(exist_ok=True)
        password = settings.VAR_DIR / "operator-password"
        user = User.objects.filter(username=NAME).first() or self.create(password)
        known = password.read_text().strip() if password.exists() else ""
        self.stdout.write(
            TEXT.format(
                where=CHAT if settings.DEBUG else WEBHOOK,
                name=NAME,
                password=known if known and user.check_password(known) else "(as you changed it)",
                kept=settings.VAR_DIR,
            )
        )

    def create(self, file: Path) -> User:
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(9))
        return User.objects.create_superuser(NAME, password=file.read_text())


def refuse_taken(port: int) -> None:
    """Before anything is started, and by name. Raises CommandError."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                f"Port {port} of this machine is taken: end what uses it. "
                "(Another `make run`? On a Mac, port 5000 is AirPlay Receiver's, in System Settings.)"
            ) from error
