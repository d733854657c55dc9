"""The command line, shared by `python -m simulator` and `manage.py simulator`."""

import asyncio
import errno
import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from simulator.server import application
from simulator.simulation import Settings

# Not secrets: both sides of a bot on one machine use them until they are told better.
SECRET, TOKEN = "simulator-channel-secret", "simulator-access-token"  # noqa: S105
CALLBACK = "http://127.0.0.1:5000/callback"


def port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise ValueError(text)
    return number


def add_arguments(parser: ArgumentParser) -> None:
    env = os.environ.get
    # The bot may accept several secrets while rotating; LINE signs with one.
    secret = (env("LINE_CHANNEL_SECRET") or SECRET).split(",")[0].strip()
    add = parser.add_argument
    add("--callback", default=CALLBACK, help="the bot's webhook URL (%(default)s)")
    add("--secret", default=secret, help="channel secret, or LINE_CHANNEL_SECRET")
    add(
        "--token",
        default=env("LINE_CHANNEL_ACCESS_TOKEN") or TOKEN,
        help="channel access token, or LINE_CHANNEL_ACCESS_TOKEN",
    )
    add("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    add("--port", type=port, default=5001, help="port to listen on (%(default)s); 0 for any free one")
    add("--quiet", action="store_true", help="keep and show no deliveries and calls (for benches)")
    add(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a further Host header to serve the page and control API to; repeatable",
    )


def settings(options: Mapping[str, Any]) -> Settings:
    return Settings(
        callback=options["callback"],
        secret=options["secret"],
        token=options["token"],
        host=options["host"],
        port=options["port"],
        quiet=options["quiet"],
        allowed_hosts=frozenset(name.lower() for name in options["allow_host"]),
    )


def say(line: str) -> None:
    """Flushed at once: whoever starts the simulator waits for this line."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(chosen: Settings) -> int:
    """Serve until SIGINT or SIGTERM; the exit code."""
    callback = urlsplit(chosen.callback)
    if callback.scheme not in ("http", "https") or not callback.netloc:
        sys.stderr.write(f"simulator: the callback must be an http or https URL, not {chosen.callback}\n")
        return 1
    try:
        asyncio.run(_serve(chosen))
    except OSError as problem:
        sys.stderr.write(f"simulator: {_cannot_listen(chosen, problem)}\n")
        return 1
    return 0


def _cannot_listen(chosen: Settings, problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"port {chosen.port} on {chosen.host} is in use; give another one with --port"
    return f"cannot listen on {chosen.host} port {chosen.port}: {problem.strerror}"


async def _serve(chosen: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # Open pages and slow answers are not worth waiting for.
    runner = web.AppRunner(application(chosen), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, chosen.host, chosen.port, backlog=1024).start()
        _announce(chosen, runner.addresses[0][1])
        await stop.wait()
    finally:
        await runner.cleanup()


def _announce(chosen: Settings, port: int) -> None:
    """The port it really has, in case any would do."""
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    address = f"http://{host}:{port}"
    say(f"simulator: the page    {address}/")
    say(f"simulator: webhooks to {chosen.callback}")
    say(f"simulator: LINE's API  {address} (LINE_API_BASE_URL)")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="simulator", description="A LINE platform on this machine.")
    add_arguments(parser)
    return run(settings(vars(parser.parse_args(arguments))))
