"""The explained networks are those that the real postconf prints, in its order."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest
from support.namespaces import CLI
from support.schemas import validated
from support.shapes import SHAPES

if TYPE_CHECKING:
    from pathlib import Path

    from support.namespaces import Namespace

pytestmark = [pytest.mark.netns, pytest.mark.usefixtures("postconf")]

LIST = "mynetworks = !192.0.2.99 192.0.2.0/28,[::1]/128\n  127.0.0.0/8 !example.com 10.1\n"


def folder_with(path: Path, text: str) -> str:
    """The folder of a main.cf that is old enough for Postfix to read it once."""
    (path / "master.cf").touch()
    main = path / "main.cf"
    main.write_text(f"compatibility_level = 3.6\nmyhostname = mail.example.com\n{text}")
    os.utime(main, (1, 1))
    return str(path)


@pytest.mark.parametrize("name", SHAPES)
def test_the_explained_networks_are_postconfs(name: str, namespace: Namespace, tmp_path: Path) -> None:
    """In each style, in the text for people and in JSON; where postconf refuses, so does the explanation."""
    namespace.build(SHAPES[name].steps)
    for style in ("class", "subnet", "host"):
        folder = folder_with(tmp_path, f"mynetworks_style = {style}\n")
        real = namespace.run(["/usr/sbin/postconf", "-h", "-c", folder, "mynetworks"], check=False)
        asked = [*CLI, "mynetworks", "-c", folder]
        text = namespace.run([*asked, "--format", "explain"], check=False)
        document = namespace.run([*asked, "--json"], check=False)
        if real.returncode:
            assert (text.stdout, document.stdout) == ("", "")
            assert text.returncode == document.returncode != 0
            continue
        assert re.findall(r"(?m)^\d+\. (.*)$", text.stdout) == real.stdout.split()
        assert [network["pattern"] for network in validated(document.stdout)["networks"]] == real.stdout.split()


def test_the_explained_elements_of_a_list_are_postconfs_words(namespace: Namespace, tmp_path: Path) -> None:
    """One for each word, in order, with its place."""
    namespace.build(SHAPES["one address of each family"].steps)
    folder = folder_with(tmp_path, LIST)
    real = namespace.run(["/usr/sbin/postconf", "-h", "-c", folder, "mynetworks"]).stdout.replace(",", " ").split()
    text = namespace.run([*CLI, "mynetworks", "-c", folder, "--format", "explain"]).stdout
    assert re.findall(r"(?m)^\d+\. (.*)$", text) == real
    elements = validated(namespace.run([*CLI, "mynetworks", "-c", folder, "--json"]).stdout)["elements"]
    assert [element["element"] for element in elements] == real
    assert [element["place"]["line"] for element in elements] == [3, 3, 3, 4, 4, 4]
