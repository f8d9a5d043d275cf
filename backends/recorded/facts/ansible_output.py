"""Find the facts in what ``ansible -m setup`` printed: ``HOST | SUCCESS => {``, and the rest of an object of JSON."""

from __future__ import annotations

import re

from ifdiscover._backends.recorded.facts import ansible
from ifdiscover._backends.recorded.strict_json import load, text_of
from ifdiscover.errors import RecordingError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._backends.recorded.strict_json import Field

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")  # JSON has no bare ESC, so no value can hold one
_HEAD = re.compile(r"^(\S+) \| ([A-Z]+!?) => *", re.MULTILINE)
# What Ansible prints first; its warnings come before, if standard error went to the file too.
_START = re.compile(rb"(?:\s|\x1b\[[0-9;]*m)*(?:\S+ \| [A-Z]+!? =>|\[(?:DEPRECATION )?WARNING\]: )")
_GOOD = ("SUCCESS", "CHANGED")


def recognises(data: bytes) -> bool:
    """Whether a text begins as that of ``ansible -m MODULE`` does."""
    return _START.match(data[:4096]) is not None


def facts_in(data: bytes) -> Field:
    """The facts of the one host in the text.

    Raises:
        RecordingError: facts of several hosts or of none, a failed run, or another form than JSON.
    """
    text = _COLOUR.sub("", text_of(data))
    heads = list(_HEAD.finditer(text))
    if not heads:
        raise RecordingError("warnings of Ansible, and no host's facts; run: ansible -m setup HOST")
    if len(heads) > 1:
        ansible.refuse_several([head[1] for head in heads])
    host, status = heads[0].groups()
    if status not in _GOOD:
        raise RecordingError(f"Ansible says {status} of {host}, and tells no facts; run ansible -m setup {host} again")
    if text[heads[0].end() :][:1] != "{":
        raise RecordingError(
            f"the facts of {host} must be JSON; run: ANSIBLE_CALLBACK_RESULT_FORMAT=json ansible -m setup {host}"
        )
    # With as many lines before it as there were, an error names the line of the file.
    document = load("\n" * text.count("\n", 0, heads[0].end()) + text[heads[0].end() :])
    facts = ansible.facts_in(document)
    if facts is None:
        document.refuse("must have ansible_facts, as the output of ansible -m setup has")
    return facts
