"""Imports run one way: todobot -> todos -> todos.line; the simulator stands apart."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("todobot", "todos", "simulator", "tests")

#: package -> what of ours it may import
MAY_IMPORT = {
    "todos/line": ("todos.line",),
    "todos": ("todos",),
    "todobot": ("todobot", "todos"),
    "simulator": ("simulator",),
}


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file}: a relative import"
            yield f"{node.module}"


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_what_lies_beneath_it_only(package: str) -> None:
    wrong = [
        f"{file.relative_to(ROOT)} imports {module}"
        for file in (ROOT / package).rglob("*.py")
        for module in imports(file)
        if within(module, OURS) and not within(module, MAY_IMPORT[package])
    ]
    assert wrong == []


def test_only_todos_line_uses_the_sdk() -> None:
    wrong = [
        str(file.relative_to(ROOT))
        for package in ("todobot", "todos")
        for file in (ROOT / package).rglob("*.py")
        if any(within(module, ("linebot",)) for module in imports(file))
    ]
    assert [file for file in wrong if not file.startswith("todos/line/")] == []


def test_no_file_is_over_300_lines() -> None:
    files = [
        file
        for package in MAY_IMPORT
        for file in (ROOT / package).rglob("*.py")
        if "migrations" not in file.parts
    ]
    assert [file.name for file in files if len(file.read_text().splitlines()) > 300] == []
