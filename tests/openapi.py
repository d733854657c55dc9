"""LINE's own description of its API as a judge: `errors("messaging-api", "ReplyMessageRequest", value)`.

OpenAPI 3.0 is turned into JSON Schema: what a `discriminator` selects must hold too, and its kinds are the
only ones; `allOf` on the base type (LINE's inheritance) means the base alone; `nullable` allows null. Formats
such as `uri` are not checked.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "line-openapi"
needed = pytest.mark.skipif(not FOLDER.exists(), reason=f"LINE's OpenAPI description is not at {FOLDER}")

Schema = dict[str, Any]
_ROOT = "#/components/schemas/"


def errors(spec: str, name: str, value: object) -> list[str]:
    """What is wrong with a value for the schema `name` of `spec`, "messaging-api" or "webhook"."""
    return _found(spec, {"$ref": _ROOT + name}, value)


def answer_errors(method: str, path: str, status: int, body: object) -> list[str]:
    """What is wrong with an answer of the API; errors LINE does not describe have its error body."""
    described = operation(method, path)["responses"].get(str(status), {})
    schema = described.get("content", {}).get("application/json", {}).get("schema")
    if schema is None and status >= 400:
        schema = {"$ref": _ROOT + "ErrorResponse"}
    return _found("messaging-api", _converted(schema), body) if schema else []


def operation(method: str, path: str) -> Schema:
    """LINE's description of one endpoint. Raises LookupError where there is none."""
    for template, operations in sorted(
        _document("messaging-api")["paths"].items(), key=lambda item: "{" in item[0]
    ):
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
        if re.fullmatch(pattern, path) and method.lower() in operations:
            found: Schema = operations[method.lower()]
            return found
    raise LookupError(f"LINE describes no {method} {path}")


@lru_cache
def _document(spec: str) -> Schema:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: Schema = yaml.load((FOLDER / f"{spec}.yml").read_bytes(), Loader=loader)
    return document


@lru_cache
def _schemas(spec: str) -> Schema:
    made: Schema = {}
    described = _document(spec)["components"]["schemas"]
    families = {name for name, schema in described.items() if "discriminator" in schema}
    for name, schema in described.items():
        own = f"{name}__base" if name in families else name
        made[own] = _inheriting(_converted(schema), families)
        if name in families:
            made[name] = _one_of_its_kinds(name, **schema["discriminator"])
    return made


def _one_of_its_kinds(name: str, propertyName: str, mapping: dict[str, str]) -> Schema:  # noqa: N803
    chosen = [
        {"if": {"properties": {propertyName: {"const": kind}}}, "then": {"$ref": target}}
        for kind, target in mapping.items()
    ]
    return {
        "properties": {propertyName: {"enum": list(mapping)}},
        "required": [propertyName],
        "allOf": [{"$ref": f"{_ROOT}{name}__base"}, *chosen],
    }


def _inheriting(schema: Schema, families: set[str]) -> Schema:
    """Else a kind would refer to its family, the family to the kind, and so on for ever."""
    for part in schema.get("allOf", []):
        if part.get("$ref", "").removeprefix(_ROOT) in families:
            part["$ref"] += "__base"
    return schema


def _converted(node: Any) -> Any:
    if isinstance(node, list):
        return [_converted(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: _converted(value) for key, value in node.items() if key not in ("discriminator", "example")}
    if made.pop("nullable", False) is True:
        made["type"] = [made["type"], "null"]
    return made


@lru_cache
def _root(spec: str) -> Schema:
    return {"components": {"schemas": _schemas(spec)}}


def _found(spec: str, schema: Schema, value: object) -> list[str]:
    problems = Draft202012Validator({**schema, **_root(spec)}).iter_errors(value)
    return [f"{'/'.join(map(str, problem.absolute_path))}: {problem.message}" for problem in problems]
