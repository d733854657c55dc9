"""k8s/README.md, taken apart: its code blocks, and the commands in them."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.e2e.base import ROOT

TEXT = (ROOT / "k8s/README.md").read_text()

#: kubectl's commands that are more than one word.
LONG = ("rollout status", "rollout restart", "rollout undo", "create job", "create secret generic", "set env")
#: What ends a word.
MARKS = "()<>|&;\n"
LOOP = re.compile(r"^for (\w+) in ([^;\n]+); do\n(.*?)^done$", re.M | re.S)


@dataclass(frozen=True)
class Command:
    """One call of a program. `words` are without what comes after `--` for another program."""

    words: tuple[str, ...]
    inner: tuple[str, ...]
    #: It is fed by the one before.
    piped: bool

    @property
    def flags(self) -> dict[str, str]:
        """As written, each with what stands after its `=`."""
        return {word.partition("=")[0]: word.partition("=")[2] for word in self.words if word.startswith("-")}

    @property
    def plain(self) -> list[str]:
        """What is no flag, without the namespace after -n and the program's own name."""
        words = self.words[1:]
        before = ("", *words)
        pairs = zip(before, words, strict=False)
        return [word for flag, word in pairs if not word.startswith("-") and flag not in ("-n", "-k")]

    @property
    def namespace(self) -> str:
        return self.words[self.words.index("-n") + 1] if "-n" in self.words else ""

    @property
    def verb(self) -> str:
        """kubectl's: `get`, `rollout status`."""
        said = " ".join(self.plain)
        return next((long for long in LONG if said.startswith(long)), self.plain[0])

    @property
    def after_verb(self) -> list[str]:
        return self.plain[len(self.verb.split()) :]


def blocks(language: str = "sh") -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.M | re.S)


def inline() -> list[str]:
    """Commands within a sentence: those that have arguments."""
    prose = re.sub(r"^```.*?^```$", "", TEXT, flags=re.M | re.S)
    return re.findall(r"`((?:kubectl|gcloud) [^`]+ [^`]+)`", prose)


@cache
def commands(program: str) -> tuple[Command, ...]:
    found = (command for block in (*blocks(), *inline()) for command in within(block))
    return tuple(command for command in found if command.words[0] == program)


def within(block: str) -> Iterator[Command]:
    """Its simple commands; loops are written out, comments and redirections left out."""
    text = LOOP.sub(written_out, block.replace("\\\n", " "))
    text = re.sub(r"(^| )# .*$", "", text, flags=re.M)
    words: list[str] = []
    piped = False
    for token in [*tokens(text), ";"]:
        if token.strip(MARKS) or token in ("<", ">"):
            words.append(token)
            continue
        if words:
            yield made(words, piped)
        words, piped = [], token.startswith("|")


def made(words: list[str], piped: bool) -> Command:
    pairs = zip(("", *words), words, strict=False)
    said = [word for before, word in pairs if not {before, word} & {"<", ">"}]
    end = said.index("--") if "--" in said else len(said)
    return Command(tuple(said[:end]), tuple(said[end + 1 :]), piped)


def written_out(loop: re.Match[str]) -> str:
    name, values, body = loop.groups()
    return "\n".join(body.replace(f"${name}", value) for value in values.split())


def tokens(text: str) -> Iterator[str]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars=MARKS)
    lexer.whitespace = " \t"
    lexer.whitespace_split = True
    lexer.commenters = ""
    return iter(lexer)
