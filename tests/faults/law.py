"""What holds for every command whatever fails: an answer, or a clear error."""

from __future__ import annotations

import json
import re
from errno import EADDRNOTAVAIL, EAFNOSUPPORT, EINVAL, ENODEV, ENOTTY, ENXIO, EPROTONOSUPPORT
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from faults.matrix import Command, Fault
    from faults.serving import Run

DOCUMENTED = {0, 1, 65, 66, 69, 71, 74, 75, 77, 78, 141}
"""The statuses of the help page, without 64 and 70: no fault makes a usage error, or is one of ours."""

_ANSWERS = {"socket": (EAFNOSUPPORT, EPROTONOSUPPORT), "ioctl": (ENODEV, ENXIO, EADDRNOTAVAIL, ENOTTY, EINVAL)}
"""What is no refusal, but an answer: the kernel has no such family; the interface or the address went
away; it does not know a request that not every kernel has."""

_CHANGING = (
    (re.compile(r'"(taken_at|time|date)": "[^"]*"'), r'"\1": ""'),
    (re.compile(r"^milliseconds.*$", re.MULTILINE), ""),
    (re.compile(r" +"), " "),
    (re.compile(r'"(milliseconds|valid|preferred)\w*": [\d.]+'), r'"\1": 0'),
)


def stable(text: str) -> str:
    """An answer without what differs from one run to the next."""
    for pattern, instead in _CHANGING:
        text = pattern.sub(instead, text)
    return text


def broken(command: Command, fault: Fault, run: Run, answers: Iterable[Run]) -> str:
    """Which rule a run breaks; "" if it breaks none.

    Args:
        command: what ran.
        fault: what failed.
        run: what it did.
        answers: what it does when nothing fails, by each backend; the first is its own.
    """
    own, *others = answers
    if run.status not in DOCUMENTED:
        return f"status {run.status} is documented of nothing"
    for word in ("Traceback", "fault of ifdiscover", "Exception ignored"):
        if word in run.err:
            return f"{word}: {run.err.strip().splitlines()[-1]}"
    if run.counts.get("leaked", 0) > 0:
        return f"{run.counts['leaked']} descriptors are leaked"
    out = stable(run.out)
    if any(run.status == each.status and out == stable(each.out) for each in (own, *others)):
        return ""
    if fault.call == "write" and own.out.startswith(run.out) and run.status in (74, 141):
        return ""  # what was written cannot be taken back
    if not out:
        return _silence(fault, run)
    return _partial(command, fault, run, own)


def _silence(fault: Fault, run: Run) -> str:
    if run.status == 0:
        return "no answer, and status 0"
    if run.status == 1:
        return "no answer, and a status that is one"
    if "ifdiscover: error: " not in run.err and fault.call != "write":
        return "no answer, and no error"
    return ""


def _partial(command: Command, fault: Fault, run: Run, own: Run) -> str:
    """Whether an answer that differs says so, and trusts nobody that the whole answer does not."""
    document: Any = None
    if own.out.startswith("{"):
        try:
            document = json.loads(run.out)
        except ValueError as error:
            return f"half a document: {error}"
    said = "warning: " in run.err or "error: " in run.err or (document is not None and _says(document))
    said = said or fault.how in _ANSWERS.get(fault.call, ()) or (command.name == "backends" and fault.text in run.out)
    if not said:
        return "another answer, and not a word about it"
    wider = trusts(command, run.out) - trusts(command, own.out)
    for network in wider:
        if not any(network.version == other.version and network.subnet_of(other) for other in trusts(command, own.out)):
            return f"it trusts {network}, and the whole answer does not"
    return ""


def _says(document: Any) -> bool:
    return bool(document.get("warnings") or document.get("errors"))


def trusts(command: Command, out: str) -> set[Any]:
    """The networks that an answer trusts, or takes mail for."""
    if command.name in ("mynetworks", "merge"):
        words = re.sub(r"\w*\s*mynetworks =|[\[\]]", "", out).split()
    elif not out.startswith("{"):
        return set()
    else:
        document = json.loads(out)
        if command.name == "facts":
            words = re.sub(r"[\[\]]", "", str((document.get("mynetworks") or {}).get("value") or "")).split()
            words = [word for word in words if re.fullmatch(r"[\d.:a-f]+/\d+", word)]
        elif command.name == "own":
            words = document["addresses"]
        elif command.name in ("match", "local"):
            words = [
                a.get("client") or a["address"] for a in document["answers"] if a["verdict"] in ("trusted", "local")
            ]
        else:
            words = []
    return {ip_network(word.partition("%")[0]) for word in words}
