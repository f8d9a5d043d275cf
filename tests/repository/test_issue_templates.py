"""The forms of new issues are those that GitHub takes, and the commands that they ask for are there."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from support.ansible import ansible
from support.namespaces import ROOT
from support.need import need

from ifdiscover._cli import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ROOT / ".github" / "ISSUE_TEMPLATE"


@pytest.fixture(scope="module")
def forms() -> dict[str, Any]:
    """What each file holds, by its name."""
    need(None if FOLDER.exists() else "no .github: this is no checkout")
    python = ansible().parent / "python"  # Ansible brings PyYAML
    code = "import json, sys, yaml; print(json.dumps([yaml.safe_load(open(name)) for name in sys.argv[1:]]))"
    argv = [str(python), "-c", code, *map(str, files())]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return dict(zip([file.name for file in files()], json.loads(done.stdout)))


def test_each_form_has_what_github_demands(forms: dict[str, Any]) -> None:
    """Name, description, and questions with an id of their own, one of which must be answered."""
    chooser = forms.pop("config.yml")
    assert {"bug.yml", "feature.yml", "mynetworks.yml"} <= forms.keys()
    for form in forms.values():
        assert form.keys() == {"name", "description", "labels", "body"}
        questions = [part for part in form["body"] if part["type"] != "markdown"]
        assert len({part["id"] for part in questions}) == len(questions)
        assert any(part["validations"]["required"] for part in questions)
        for part in questions:
            assert part["type"] == "textarea"
            assert part["attributes"]["label"]
    (link,) = chooser["contact_links"]
    assert link.keys() == {"name", "url", "about"}
    page, _, anchor = link["url"].partition("/main/")[2].partition("#")
    titles = re.findall(r"(?m)^#+ (.*)$", (ROOT / page).read_text(encoding="utf-8"))
    assert anchor in {title.lower().replace(" ", "-") for title in titles}


def files() -> list[Path]:
    """The files; none in an sdist, which does not have them."""
    return sorted(FOLDER.glob("*.yml"))


def test_the_commands_asked_for_are_there() -> None:
    """Each `ifdiscover COMMAND`."""
    for file in files():
        asked = set(re.findall(r"(?:Run: |`)ifdiscover ([a-z]+)", file.read_text(encoding="utf-8")))
        assert asked <= COMMANDS.keys(), file
