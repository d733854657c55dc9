import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand

NAME = "operator"

TEXT = """
  Chat with the bot    http://127.0.0.1:5001/
  Django admin         http://127.0.0.1:5000/admin/    name: {name}    password: {password}

  Ctrl-C stops both. What you made is kept in {kept}
"""


class Command(BaseCommand):
    help = "For `make run`: an operator account, and where everything is."

    def handle(self, *args: Any, **options: Any) -> None:
        password = settings.VAR_DIR / "operator-password"
        user = User.objects.filter(username=NAME).first() or self.create(password)
        known = password.read_text().strip() if password.exists() else ""
        shown = known if known and user.check_password(known) else "(as you changed it)"
        self.stdout.write(TEXT.format(name=NAME, password=shown, kept=settings.VAR_DIR))

    def create(self, file: Path) -> User:
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(9))
        return User.objects.create_superuser(NAME, password=file.read_text())
