"""The JSON schemas that ship, and documents held to them."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
from support.namespaces import ROOT

SCHEMAS = {path.name: json.loads(path.read_text()) for path in (ROOT / "ifdiscover" / "schemas").glob("*.json")}


def validated(text: str) -> dict[str, Any]:
    """The document, held to the schema that it names."""
    assert text.isascii()
    document: dict[str, Any] = json.loads(text)
    name, _, version = document["schema"].partition("/")
    schema = SCHEMAS[f"{name.partition('.')[2]}-{version}.json"]
    jsonschema.validate(document, schema)  # formats are mere notes to a validator, unless it is told to check them
    jsonschema.validate(document, schema, format_checker=jsonschema.FormatChecker())
    return document
