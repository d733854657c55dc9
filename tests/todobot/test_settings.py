"""Settings: documented, readable from files, and refused by name when missing or weak."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READ = re.compile(r'(?:env\.\w+|secret)\(\s*"([A-Z_]+)"')
SECRETS = {
    "SECRET_KEY": "k" * 50,
    "LINE_CHANNEL_SECRET": "c" * 32,
    "LINE_CHANNEL_ACCESS_TOKEN": "t" * 40,
}


def start(code: str = "import todobot.wsgi", **environment: str) -> subprocess.CompletedProcess[str]:
    """A process with these settings and no others. With FOLDER, it runs there."""
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=environment.get("FOLDER", ROOT),
        env=clean | {"DATABASE_URL": "sqlite:///:memory:"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def shown(name: str, **environment: str) -> str:
    code = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'todobot.settings'\n"
    code += f"from django.conf import settings; print(settings.{name})"
    return start(code, **environment).stdout.strip()


def test_the_readmes_table_has_every_setting_and_no_other() -> None:
    sources = [ROOT / "todobot" / "settings.py", ROOT / "gunicorn.conf.py"]
    read = {name for source in sources for name in READ.findall(source.read_text())}
    documented = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert sorted(read) == sorted(set(documented))


def test_with_all_secrets_it_starts() -> None:
    assert start(**SECRETS).returncode == 0


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(("value", "what"), [("", "missing"), ("short", "too short")])
def test_a_missing_or_weak_secret_stops_the_start_by_name(name: str, value: str, what: str) -> None:
    refused = start(**SECRETS | {name: value})
    assert refused.returncode != 0
    assert f"{name} is {what}. Set {name} (or {name}_FILE)" in refused.stderr


def test_one_weak_secret_of_two_is_refused_too() -> None:
    assert (
        "LINE_CHANNEL_SECRET is too short"
        in start(**SECRETS | {"LINE_CHANNEL_SECRET": f"{'c' * 32},x"}).stderr
    )


def test_the_worker_refuses_too() -> None:
    code = "from django.core.management import execute_from_command_line as run; run(['manage.py', 'worker'])"
    refused = start(code, DJANGO_SETTINGS_MODULE="todobot.settings", **SECRETS | {"SECRET_KEY": "short"})
    assert "SECRET_KEY is too short" in refused.stderr


def test_debug_is_off_unless_it_is_switched_on() -> None:
    assert shown("DEBUG") == "False"
    assert shown("DEBUG", DEBUG="on") == "True"


def test_a_laptop_needs_no_secrets() -> None:
    assert start(DEBUG="on").returncode == 0


def test_a_senseless_api_address_is_refused_by_name() -> None:
    refused = start(**SECRETS, LINE_API_BASE_URL="api.line.me")
    assert "LINE_API_BASE_URL is 'api.line.me'" in refused.stderr


@pytest.mark.parametrize("name", SECRETS)
def test_each_secret_may_be_a_file_with_a_newline_at_its_end(tmp_path: Path, name: str) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{'f' * 60}\n")
    setting = "LINE_CHANNEL_SECRETS" if name == "LINE_CHANNEL_SECRET" else name
    assert "f" * 60 in shown(setting, **{f"{name}_FILE": str(file)})
    assert "\n" not in shown(setting, **{f"{name}_FILE": str(file)})


def test_several_channel_secrets_are_separated_by_commas() -> None:
    assert (
        shown("LINE_CHANNEL_SECRETS", LINE_CHANNEL_SECRET="old-secret , new-secret,")
        == "['old-secret', 'new-secret']"
    )


def test_lists_of_hosts_and_origins() -> None:
    assert shown("ALLOWED_HOSTS", ALLOWED_HOSTS="a.example,b.example") == "['a.example', 'b.example']"
    assert shown("CSRF_TRUSTED_ORIGINS", CSRF_TRUSTED_ORIGINS="https://a.example") == "['https://a.example']"


def test_the_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "a folder #1 ?"
    for package in ("todobot", "todos"):
        shutil.copytree(ROOT / package, folder / package)
    code = "from todobot.settings import DATABASES; print(DATABASES['default']['NAME'])"
    assert start(code, FOLDER=str(folder), DATABASE_URL="").stdout.strip() == f"{folder}/var/todobot.sqlite3"
