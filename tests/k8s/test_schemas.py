"""Every rendered object is valid for the oldest and the newest Kubernetes on GKE, without an unknown field.

GKE's own kinds are held to tests/k8s/schemas/<kind>.json: the fields that we use, each file with the page
that describes them.
"""

import json
from functools import cache
from pathlib import Path

import jsonschema
import kubernetes_validate
import pytest
import yaml
from kubernetes_validate.utils import SchemaNotFoundError, all_versions

from tests.e2e.base import ROOT
from tests.k8s.meaning import title
from tests.k8s.rendered import Object

#: The oldest that GKE's Extended channel, of 24 months, still kept in 2026; the newest that the package has.
#: https://cloud.google.com/kubernetes-engine/docs/release-schedule
VERSIONS = ("1.31", "1.37")
SCHEMAS = {
    file.stem: json.loads(file.read_text()) for file in (Path(__file__).parent / "schemas").glob("*.json")
}


@cache
def problem(text: str, version: str) -> str:
    """What is wrong with an object, or nothing. Most objects are in many variants, and looked at once."""
    one = json.loads(text)
    try:
        if (schema := SCHEMAS.get(one["kind"])) and schema["properties"]["apiVersion"]["const"] == one[
            "apiVersion"
        ]:
            jsonschema.Draft202012Validator(schema).validate(one)
        else:
            kubernetes_validate.validate(one, version, strict=True)
    except SchemaNotFoundError as unknown:
        return f"{title(one)}: {unknown.message}"
    except jsonschema.ValidationError as wrong:
        return f"{title(one)}: {wrong.json_path}: {wrong.message}"
    return ""


def problems(found: list[Object], version: str) -> list[str]:
    return [wrong for one in found if (wrong := problem(json.dumps(one), version))]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_is_valid(any_choice: list[Object], version: str) -> None:
    assert problems(any_choice, version) == []


def test_the_package_has_both_versions() -> None:
    """It would silently take an older one for what it lacks."""
    majors = [kubernetes_validate.utils.major_minor(version) for version in all_versions()]
    assert set(VERSIONS) <= set(majors)
    assert VERSIONS[1] == majors[-1]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_unknown_kind_an_unknown_version_and_an_unknown_field_are_problems(version: str) -> None:
    service: Object = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {}}
    certificate = service | {"kind": "ManagedCertificate", "spec": {"domains": ["todo.example.com"]}}
    assert problems([service], version) == []
    for wrong in (
        service | {"kind": "Sevrice"},
        service | {"spec": {"selectors": {}}},
        service | {"metadata": {"name": "a", "label": {}}},
        certificate | {"apiVersion": "networking.gke.io/v1beta1"},
        certificate | {"apiVersion": "networking.gke.io/v1", "spec": {"domain": "todo.example.com"}},
        certificate | {"apiVersion": "networking.gke.io/v1", "spec": {"domains": ["DOMAIN"]}},
    ):
        assert len(problems([wrong], version)) == 1, wrong
    assert problems([certificate | {"apiVersion": "networking.gke.io/v1"}], version) == []


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_of_ours_names_its_page_and_leaves_nothing_open(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[kind])
    assert SCHEMAS[kind]["$comment"].startswith("https://")
    assert SCHEMAS[kind]["properties"]["kind"]["const"] == kind

    def open_ones(schema: object) -> list[object]:
        if not isinstance(schema, dict):
            return []
        inside = [wrong for each in schema.values() for wrong in open_ones(each)]
        return inside + (
            [schema] if schema.get("type") == "object" and "additionalProperties" not in schema else []
        )

    assert open_ones(SCHEMAS[kind]) == []


def test_every_schema_of_ours_is_of_use(shipped: list[Object]) -> None:
    if any(one["kind"] == "Ingress" for one in shipped):
        assert {one["kind"] for one in shipped} >= SCHEMAS.keys()


def test_kinds_cluster_publishes_what_the_services_ask_for() -> None:
    """kind's own schema, as far as we use it: https://kind.sigs.k8s.io/docs/user/configuration/"""
    cluster = yaml.safe_load((ROOT / "k8s/overlays/local/kind.yaml").read_text())
    published = {
        "containerPort": {"enum": [30082, 30083]},
        "hostPort": {"enum": [30082, 30083]},
        "listenAddress": {"const": "127.0.0.1"},
    }
    node = {
        "role": {"const": "control-plane"},
        "extraPortMappings": {"items": {"additionalProperties": False, "properties": published}},
    }
    jsonschema.validate(
        cluster,
        {
            "additionalProperties": False,
            "properties": {
                "kind": {"const": "Cluster"},
                "apiVersion": {"const": "kind.x-k8s.io/v1alpha4"},
                "nodes": {"items": {"additionalProperties": False, "properties": node}},
            },
        },
    )
    mappings = cluster["nodes"][0]["extraPortMappings"]
    assert [(one["containerPort"], one["hostPort"]) for one in mappings] == [(30082, 30082), (30083, 30083)]
