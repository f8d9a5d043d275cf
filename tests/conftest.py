"""What every test may ask for, and the rule about skipping."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from support.examples import QUICK
from support.namespaces import ROOT, Namespace, why_no_namespaces
from support.need import need

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# pytest imports what is here in its search for doctests. One asks this host then; the other is for Ansible to import.
collect_ignore = ["typing", "collection/connections"]

# The same examples in every run: one that fails is found by whoever changes something, not by whoever comes next. No
# deadlines: a busy machine is no fault.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("searching", deadline=None)
settings.register_profile("quick", derandomize=True, deadline=None, max_examples=QUICK)
settings.load_profile("repeatable")


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """A shell starts what runs in its background with SIGINT ignored, and a child would inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header() -> list[str]:
    """Say what is missing here, so that a list of skips explains itself."""
    postfix = "found" if shutil.which("postconf") else "missing: parity tests skip"
    return [f"namespaces: {why_no_namespaces() or 'can be made'}", f"postconf: {postfix}"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for a namespace bears the marker that says so."""
    for item in items:
        if "namespace" in getattr(item, "fixturenames", ()):
            item.add_marker("netns")


@pytest.fixture
def postconf() -> str:
    """Where Postfix's postconf is."""
    path = shutil.which("postconf", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if path is None:
        need("no postconf: install Debian's postfix")
    return str(path)


@pytest.fixture
def namespace() -> Iterator[Namespace]:
    """An empty network namespace, whose lo is down."""
    need(why_no_namespaces())
    with Namespace() as made:
        yield made


@pytest.fixture(scope="session")
def nosocket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled nosocket.c."""
    compiler = shutil.which("cc")
    if compiler is None:
        need("no C compiler")
    made = tmp_path_factory.mktemp("shim") / "nosocket.so"
    subprocess.run(
        [str(compiler), "-shared", "-fPIC", "-o", str(made), str(ROOT / "tests/support/nosocket.c"), "-ldl"], check=True
    )
    return made


@pytest.fixture(scope="session", autouse=True)
def no_main_cf_of_this_machine() -> Iterator[None]:
    """Let no test depend on whether Postfix is installed: none of its main.cf is read unless a test names it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ifdiscover._postfix.in_force.DIRECTORY", "/nonexistent")
        patched.delenv("MAIL_CONFIG", raising=False)
        yield
