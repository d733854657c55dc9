"""Settings: documented, readable from files, and refused by name when missing or weak."""

import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from todobot import cpu

ROOT = Path(__file__).parents[2]
READ = re.compile(r'(?:env\.\w+|secret)\(\s*"([A-Z_]+)"')
SECRETS = {
    "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz" * 2,
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


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("SECRET_KEY", "k" * 60, "easy to guess"),
        ("SECRET_KEY", f"django-insecure-{'abcdefghijklmnopqrstuvwxyz' * 2}", "easy to guess"),
        ("SECRET_KEY", f"change-me-{'abcdefghijklmnopqrstuvwxyz' * 2}", "still the example's"),
        ("LINE_CHANNEL_SECRET", "your-channel-secret", "still the example's"),
        ("LINE_CHANNEL_SECRET", f"{'c' * 32},CHANGEME-CHANGEME", "still the example's"),
        ("LINE_CHANNEL_ACCESS_TOKEN", "<the token of your channel>", "still the example's"),
    ],
)
def test_a_secret_that_others_know_stops_the_start_by_name(name: str, value: str, what: str) -> None:
    refused = start(**SECRETS | {name: value})
    assert refused.returncode != 0
    assert f"{name} is {what}" in refused.stderr


def test_the_key_for_a_laptop_is_refused_without_debug() -> None:
    key = shown("SECRET_KEY", DEBUG="on")
    assert "SECRET_KEY is easy to guess" in start(**SECRETS | {"SECRET_KEY": key}).stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS has '*'"),
        ("ALLOWED_HOSTS", "https://bot.example.com", "ALLOWED_HOSTS has 'https://bot.example.com'"),
        ("CSRF_TRUSTED_ORIGINS", "bot.example.com", "CSRF_TRUSTED_ORIGINS"),
        ("FORWARDED_ALLOW_IPS", "nginx", "FORWARDED_ALLOW_IPS has 'nginx'"),
        ("FORWARDED_ALLOW_IPS", "10.0.0.1/8", "FORWARDED_ALLOW_IPS has '10.0.0.1/8'"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT is 'xml'"),
    ],
)
def test_a_senseless_setting_stops_the_start_by_name(name: str, value: str, said: str) -> None:
    refused = start(**SECRETS, **{name: value})
    assert refused.returncode != 0
    assert said in refused.stderr


def test_in_production_the_deploy_checks_find_nothing() -> None:
    code = "from django.core.management import execute_from_command_line as run\n"
    code += "run(['manage.py', 'check', '--deploy', '--fail-level', 'WARNING'])"
    checked = start(code, DJANGO_SETTINGS_MODULE="todobot.settings", **SECRETS)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    ("given", "https"),
    [({}, True), ({"DEBUG": "on"}, False), ({"HTTPS": "off"}, False), ({"DEBUG": "on", "HTTPS": "on"}, True)],
)
def test_without_debug_the_admin_is_for_https_alone(given: dict[str, str], https: bool) -> None:
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        assert shown(name, **given) == str(https)
    assert (int(shown("SECURE_HSTS_SECONDS", **given)) > 0) == https


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


@pytest.mark.parametrize("name", ["SECRET_KEY", "LINE_CHANNEL_ACCESS_TOKEN"])
def test_a_secret_may_begin_with_any_character(name: str) -> None:
    assert shown(name, **{name: "$ecret" * 10}) == "$ecret" * 10


def gunicorn(**environment: str) -> str:
    code = "import runpy; found = runpy.run_path('gunicorn.conf.py')\n"
    code += "print(found['workers'], found['threads'], found.get('accesslog'))"
    return start(code, **environment).stdout.strip()


MYSQL = {"DATABASE_URL": "mysql://user:password@host/name"}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"DATABASE_URL": ""}, "1 8 None"),
        ({"DATABASE_URL": "sqlite:////tmp/a", "WEB_CONCURRENCY": "4"}, "1 8 None"),
        (MYSQL | {"WEB_CONCURRENCY": "4", "WEB_THREADS": "3"}, "4 3 None"),
        (MYSQL, f"{min(8, math.ceil(cpu.available()))} 8 None"),
    ],
)
def test_gunicorns_processes_and_threads(given: dict[str, str], found: str) -> None:
    assert gunicorn(**given) == found


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
