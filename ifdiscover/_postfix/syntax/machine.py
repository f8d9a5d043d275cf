"""The machine that Postfix runs on: where host names are looked up and files are read.

A recorded host's machine is another one than this. Its resolver cannot be asked, and its files are not here, except for
those that were copied with its main.cf.
"""

from __future__ import annotations

import os
from _socket import AF_INET, AF_INET6, EAI_AGAIN
from time import monotonic

from ifdiscover._names import to_bytes, to_text
from ifdiscover._packed import is_ipv6_link_local
from ifdiscover._postfix.syntax.resolver import host_addresses, numeric_address
from ifdiscover.errors import ConfigFileError, NotOnThisMachineError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Union

    from ifdiscover._postfix.syntax.resolver import Resolved
    from ifdiscover.model import Host

    Answers = dict[tuple[str, tuple[int, ...]], Union[list[Resolved], OSError, ValueError]]

_UNANSWERED = ("", ())
"""Stands for a name among the answers: no name server answered, and the next name would be waited for as long."""
_LONG = 2
"""Seconds. An answer that there is no network comes at once, and costs the next name nothing."""


class Machine:
    """Where host names are looked up and files are read. One object serves a run, and asks for each name once.

    Args:
        host: the host that Postfix runs on. None: this one.
        folder: the folder of main.cf; None: there is none, or Postfix's own.
        config_directory: the folder that main.cf is for. If it is another one than ``folder``, ``folder`` is taken for
            a copy of it.
        answers: the names that were looked up before on the same host, each with its answer; others are added. None:
            there are none.
    """

    def __init__(
        self,
        host: Host | None = None,
        folder: str | None = None,
        config_directory: str | None = None,
        answers: Answers | None = None,
    ) -> None:
        self._recorded = host if host is not None and host.recorded is not None else None
        self._folder = folder
        self._copied = config_directory
        self._answers: Answers = {} if answers is None else answers
        self._texts: dict[str, str] = {}

    @property
    def is_here(self) -> bool:
        """Whether it is this machine, and not a recorded host's."""
        return self._recorded is None

    def addresses(self, text: str, families: tuple[int, ...]) -> list[Resolved]:
        """Every address of a host name, as ``host_addresses()``. Nothing is looked up for a recorded host.

        Args:
            text: the name, or an address in any form that the system accepts.
            families: AF_INET, AF_INET6 or both.

        Raises:
            OSError, ValueError: there is no address.
            NotOnThisMachineError: only the recorded host can look the name up, or no name server answered before.
        """
        key = text, families
        answer = self._answers.get(key)
        if answer is None:
            self._demand_name_server(text)
            began = monotonic()
            try:
                answer = host_addresses(*key) if self._recorded is None else [self.number(*key)]
            except (OSError, ValueError) as error:
                answer = error
                if isinstance(error, OSError) and error.errno == EAI_AGAIN and monotonic() - began > _LONG:
                    self._answers[_UNANSWERED] = error
            self._answers[key] = answer
        if isinstance(answer, list):
            return answer
        if self._recorded is not None and number_family(text) is None:
            raise NotOnThisMachineError(
                f"{text} is a name, and only the recorded host knows its addresses there; write the addresses instead"
            )
        raise answer

    def _demand_name_server(self, text: str) -> None:
        """Raise for a name if none was answered before, so that all names together are waited for once."""
        silence = self._answers.get(_UNANSWERED)
        if not isinstance(silence, OSError) or number_family(text) is not None:
            return
        asked = [name for (name, _families), answer in self._answers.items() if name and answer is silence]
        if text in asked:
            raise silence  # of other families: no better known
        raise NotOnThisMachineError(f"{text} is not looked up, since no name server answered for {asked[0]}")

    def number(self, text: str, families: tuple[int, ...]) -> Resolved:
        """The address that a text stands for, as ``numeric_address()``. The zone is one of the host's interfaces.

        Raises:
            OSError, ValueError: the text is no address of these families.
        """
        if self._recorded is None or "%" not in text:
            return numeric_address(text, families)
        bare, _percent, zone = text.partition("%")
        family, packed, _scope_id = numeric_address(bare, families)
        if zone.isascii() and zone.isdecimal():
            return family, packed, int(zone)
        for interface in self._recorded.interfaces:
            if interface.name == zone and family == AF_INET6 and is_ipv6_link_local(packed):
                return family, packed, interface.index or 1  # not recorded: any index but 0
        raise OSError(f"no interface of the recorded host is called {zone}")

    def locate(self, path: str) -> str:
        """The path under which one of the host's files can be read here.

        Raises:
            NotOnThisMachineError: it cannot; the file is on the recorded host.
        """
        if self._folder is not None:
            folder = os.path.abspath(self._folder)  # noqa: PTH100 - pathlib costs more to import than a command
            below = None if self._copied is None else _below(path, self._copied)
            copy = f"{folder}/{below}"
            if below is not None and os.path.lexists(to_bytes(copy)) and self._may_read(copy, folder):
                return copy
            if _below(path, folder) is not None and self._may_read(path, folder):
                return path
        if self._recorded is None:
            return path
        from shlex import quote

        option = quote(f"config_directory={os.path.dirname(path)}")  # noqa: PTH120 - as above
        raise NotOnThisMachineError(
            f"{path} is on the recorded host, and is not looked for on this machine; copy it beside main.cf, and give "
            f"-c DIR -o {option}"
        )

    def _may_read(self, path: str, folder: str) -> bool:
        """Whether a path stays in the folder. A link that leaves the copy leads to another file than on the host."""
        if self._recorded is None:
            return True
        real, real_folder = [to_text(os.path.realpath(to_bytes(name))) for name in (path, folder)]
        return _below(real, real_folder) is not None

    def stat(self, path: str) -> os.stat_result:
        """The status of one of the host's files.

        Raises:
            OSError, ValueError: as ``os.stat()``.
            NotOnThisMachineError: the file is on the recorded host.
        """
        return os.stat(to_bytes(self.locate(path)))  # noqa: PTH116 - as above

    def read(self, path: str) -> str:
        """The text of one of the host's files.

        Raises:
            ConfigFileError: as ``read_config_file()``; it names the path that Postfix would name.
            NotOnThisMachineError: the file is on the recorded host.
        """
        from ifdiscover._postfix.syntax.files import read_config_file

        located = self.locate(path)
        try:
            return read_config_file(located)
        except ConfigFileError as error:
            if located == path:
                raise
            raise ConfigFileError(error.action, path, error.reason, error.number) from error

    def read_once(self, path: str) -> str:
        """As ``read()``, for a file that several checks look into: all of them see the same text.

        Raises:
            ConfigFileError, NotOnThisMachineError: as ``read()``.
        """
        path = os.path.abspath(path)  # noqa: PTH100 - pathlib costs more to import than a command
        if path not in self._texts:
            self._texts[path] = self.read(path)
        return self._texts[path]


def number_family(text: str) -> int | None:
    """The family of an address in any form that the system accepts, whatever its zone; None if it is a name."""
    try:
        return numeric_address(text.partition("%")[0], (AF_INET, AF_INET6))[0]
    except (OSError, ValueError):
        return None


def _below(path: str, folder: str) -> str | None:
    """What follows a folder in a path; None if the path does not lead into the folder."""
    prefix = f"{_normal(folder)}/"
    path = _normal(path)
    return path[len(prefix) :] if path.startswith(prefix) else None


def _normal(path: str) -> str:
    return f"/{os.path.normpath(path).strip('/')}".rstrip("/")
