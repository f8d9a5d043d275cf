"""Ask a real smtpd(8) whether it trusts a client, and whether an address literal is its own.

One Postfix instance of its own, in a namespace of its own, has one smtpd service for each list, on a Unix-domain
socket in the queue directory: nothing listens in any network. XCLIENT lets a connection claim any client. Only MAIL
and RCPT are said, and both transports refuse, so that no mail comes into being. The host's own Postfix is not touched.
"""

from __future__ import annotations

import contextlib
import functools
import grp
import os
import pathlib
import pwd
import re
import select
import shutil
import socket
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING

from support.namespaces import Namespace, why_no_namespaces
from support.need import need

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from typing_extensions import Self

TRUSTED = "trusted"
NOT_TRUSTED = "not trusted"
CANNOT_TELL = "cannot tell"  # 451: a fault in the list, met before any match
REFUSED = "refused to start"  # fatal: nobody gets an answer
OURS = "ours"

PATIENCE = 30.0  # seconds for one answer, of which smtpd needs milliseconds
DIAGNOSTIC = re.compile("(warning|error|fatal|panic): ")
RECORD = re.compile(r"<\d+>\w+ +\d+ [\d:]+ (\S+)\[\d+\]: (.*)", re.DOTALL)

QUEUE = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "maildrop", "saved", "trace")

# The first process of a process namespace: when its standard input ends, by a close or by the death of whoever held
# the other end, it ends too, and the kernel ends all of Postfix with it. (A parent-death signal would not do: master
# changes its user for a while, and that takes the signal away.) /dev is a private one, for /dev/log: what Postfix says
# before it has read main.cf goes nowhere else.
SCRIPT = """
set -e
ip link set lo up
mount -t tmpfs -o mode=755 none "$1/dev"
for name in null zero full random urandom; do
    touch "$1/dev/$name"
    mount --bind "/dev/$name" "$1/dev/$name"
done
ln -s "$1/log" "$1/dev/log"
mount --move "$1/dev" /dev
"$2/master" -c "$1/etc" </dev/null &
exec cat
"""

MAIN = {
    "compatibility_level": "3.6",
    "myhostname": "mail.example.com",
    "mydestination": "",
    "local_recipient_maps": "",
    "alias_maps": "",
    "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
    "default_transport": "error:no-delivery",
    "local_transport": f"error:{OURS}",
    "smtpd_authorized_xclient_hosts": "127.0.0.1",  # as what smtpd takes a client on a Unix-domain socket
    "smtpd_peername_lookup": "no",
    "disable_dns_lookups": "yes",
    "smtpd_error_sleep_time": "0",
    "smtpd_client_connection_count_limit": "0",  # with it no anvil(8) is needed
    # Both are $mynetworks by default: each fault would be told more than once.
    "smtpd_client_event_limit_exceptions": "",
    "smtpd_forbid_bare_newline_exclusions": "",
    "max_use": "1000000",
    "max_idle": "1h",
    "service_throttle_time": "1h",  # a list that is fatal is tried once
}


@functools.cache
def why_no_smtpd() -> str | None:
    """Why no smtpd can be asked here; None if one can."""
    if os.geteuid() != 0:
        return "not root: a Postfix instance cannot be started"
    if _postconf() is None:
        return "no postconf: install Debian's postfix"
    if not pathlib.Path(_daemons(), "smtpd").exists():
        return f"no smtpd in {_daemons()}"
    return why_no_namespaces()


def _postconf() -> str | None:
    return shutil.which("postconf", path=os.environ.get("PATH", "") + ":/usr/sbin")


def _daemons() -> str:
    """The folder of Postfix's daemons."""
    argv = [str(_postconf()), "-dh", "daemon_directory"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()


class Smtpd:
    """A real smtpd with several lists, each the mynetworks of one service; a context manager that skips without root.

    Args:
        lists: each a list as it reaches smtpd, in which "$" is an ordinary character; None for the instance's own
            mynetworks. A list has neither newline nor NUL, and blanks at its ends are lost: main.cf cannot say them.
        parameters: lines of main.cf, in which "$" has main.cf's meaning; None takes away a line of MAIN's.
        namespace: where Postfix sees interfaces and hosts(5); by default one in which only lo is up.

    Attributes:
        folder: Postfix's files, in /tmp, while it runs.
        refusal: why master(8) did not start, in its own words; None if it did.
        log: all that Postfix said and that was read so far, as program ("list0/smtpd", "postfix/master") and text.
    """

    script = SCRIPT
    process: subprocess.Popen[bytes]

    def __init__(
        self,
        lists: Sequence[str | None],
        *,
        parameters: Mapping[str, str | None] | None = None,
        namespace: Namespace | None = None,
    ) -> None:
        if any(character in text for text in lists if text for character in "\n\0"):
            raise ValueError("main.cf cannot say a list with a newline or NUL")
        self.lists = list(lists)
        self.parameters = dict(parameters or {})
        self.namespace = namespace
        self.refusal: str | None = None
        self.log: list[tuple[str, str]] = []
        self._asked = ""  # one service at a time
        self._dead: set[str] = set()  # services that were fatal; Postfix starts none of them again soon
        self._cleanup = contextlib.ExitStack()

    def __enter__(self) -> Self:
        need(why_no_smtpd())
        with self._cleanup:
            self._start()
            self._cleanup = self._cleanup.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cleanup.close()

    def verdict(self, number_of_list: int, client: str, name: str | None = None) -> str:
        """What smtpd makes of a client: TRUSTED, NOT_TRUSTED, CANNOT_TELL or REFUSED.

        Args:
            number_of_list: from 0.
            client: an IPv4 or IPv6 address, without brackets and without scope_id.
            name: the client's name; None is to Postfix the name "unknown".

        Raises:
            ValueError: smtpd takes this for no client's address or name; its reply.
        """
        address = f"IPV6:{client}" if ":" in client else client
        claim = f"XCLIENT ADDR={xtext(address)} NAME={'[UNAVAILABLE]' if name is None else xtext(name)}"
        return self._recipient(f"list{number_of_list}", "user@example.net", claim)

    def is_ours(self, literal: str, user: str = "user") -> bool:
        """Whether mail for user@literal, brackets included, is smtpd's own; asked by a client it does not trust.

        Raises:
            ValueError: smtpd takes this for no recipient's address, with its reply; or it does not start; or this has
                a line end, which would end the command.
        """
        if "\r" in literal or "\n" in literal:
            raise ValueError("a recipient has no line end")
        meaning = self._recipient("own", f"{user}@{literal}")
        if meaning == REFUSED:
            raise ValueError(f"no smtpd to ask: {self.refusal or self.log}")
        return meaning == OURS

    def said(self, number_of_list: int) -> list[str]:
        """The warnings, errors and fatal errors of a list's smtpd, from "warning: " on, since its first verdict.

        One is repeated when a client meets the fault again.
        """
        self._read_log()
        program = f"list{number_of_list}/smtpd"
        return [text for speaker, text in self.log if speaker == program and DIAGNOSTIC.match(text)]

    def _start(self) -> None:
        # Not under TMPDIR, which is often private: smtpd, no longer root, must come through.
        temporary = tempfile.TemporaryDirectory(prefix="smtpd", dir="/tmp")
        self.folder = pathlib.Path(self._cleanup.enter_context(temporary))
        if self.namespace is None:
            self.namespace = self._cleanup.enter_context(Namespace())
        self._configure()
        self._log = self._cleanup.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        self._log.bind(str(self.folder / "log"))
        self._log.setblocking(False)
        (self.folder / "log").chmod(0o666)
        argv = ["unshare", "--mount", "--pid", "--fork", "sh", "-c", self.script, "sh", str(self.folder), _daemons()]
        self.process = process = subprocess.Popen(
            self.namespace.argv(argv), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        # unshare ends after the process namespace's first process, and that after all others in there.
        self._cleanup.callback(process.communicate)
        deadline = time.monotonic() + PATIENCE
        while not any(text.startswith("daemon started") for _, text in self.log):
            for program, text in self.log:
                if program == "postfix/master" and text.startswith("fatal: "):
                    self.refusal = text
                    return
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"Postfix did not start: {process.communicate()[1]!r} {self.log}")
            self._wait()

    def _configure(self) -> None:
        """Make the instance's folders and its main.cf and master.cf."""
        folder = self.folder
        user, group = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
        folder.chmod(0o755)
        for name in ("dev", "etc", "queue", "queue/pid"):
            (folder / name).mkdir()
            (folder / name).chmod(0o755)
        for name, mode in (("data", 0o700), ("queue/private", 0o700), ("queue/public", 0o710)):
            (folder / name).mkdir()
            os.chown(folder / name, user, group)
            (folder / name).chmod(mode)
        settings: dict[str, str | None] = {}
        services = ["rewrite unix - - n - 1 trivial-rewrite", *self._services(settings)]
        self._write_main_cf(settings)
        (folder / "etc" / "master.cf").write_text("\n".join(services) + "\n")

    def _make_queue(self) -> None:
        """Make the folders of the queue, for a Postfix that delivers mail or is started by postfix(1)."""
        queue = self.folder / "queue"
        user, group = (self.folder / "data").stat().st_uid, (queue / "public").stat().st_gid
        for name in QUEUE:
            (queue / name).mkdir()
            os.chown(queue / name, user, group)
            (queue / name).chmod(0o730 if name == "maildrop" else 0o700)

    def _services(self, settings: dict[str, str | None]) -> list[str]:
        """The lines of master.cf for smtpd. What they need of main.cf is added to the settings."""
        services = ["own unix n - n - 1 smtpd -o mynetworks= -o syslog_name=own"]
        for number, text in enumerate(self.lists):
            service = f"list{number} unix n - n - 1 smtpd -o syslog_name=list{number}"
            if text is not None:
                # By way of a parameter: master.cf would split the list and take braces away.
                settings[f"tested_list_{number}"] = text.replace("$", "$$")
                service += f" -o mynetworks=$tested_list_{number}"
            services.append(service)
        return services

    def _write_main_cf(self, settings: Mapping[str, str | None] | None = None) -> None:
        folder = self.folder
        main: dict[str, str | None] = {**MAIN}
        main.update(queue_directory=f"{folder}/queue", data_directory=f"{folder}/data")
        main.update(self.parameters)
        main.update(settings or {})
        lines = "".join(f"{name} = {value}\n" for name, value in main.items() if value is not None)
        (folder / "etc" / "main.cf").write_bytes(lines.encode(errors="surrogateescape"))
        os.utime(folder / "etc" / "main.cf", (1, 1))  # Postfix reads a main.cf again until it is two seconds old

    def _recipient(self, service: str, recipient: str, *claims: str) -> str:
        """Offer one recipient; what the reply means."""
        commands = [*claims, "MAIL FROM:<>", f"RCPT TO:<{recipient}>"]
        reply = self._last_reply(service, commands)
        if reply is None:
            return REFUSED
        for pattern, meaning in (
            ("550 .*: no-delivery", TRUSTED),
            (f"550 .*: {OURS}", OURS),
            ("554 .*: Relay access denied", NOT_TRUSTED),
            ("451 .*: Temporary lookup failure", CANNOT_TELL),
        ):
            if re.fullmatch(pattern, reply):
                return meaning
        raise ValueError(f"{commands}: {reply}")

    def _last_reply(self, service: str, commands: Sequence[str]) -> str | None:
        """The reply to the last command, or to the first one that is refused; None: smtpd does not start."""
        if self.refusal is not None or service in self._dead:
            return None
        self._read_log()
        self._asked = service
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.folder / "queue" / "public" / service))
            try:
                reply = self._reply(connection, service)
                for command in commands:
                    if not reply.startswith("2"):
                        break
                    connection.sendall(command.encode(errors="surrogateescape") + b"\r\n")
                    reply = self._reply(connection, service)
            except ConnectionError:
                self._dead.add(service)
                return None
        return reply

    def _reply(self, connection: socket.socket, service: str) -> str:
        """The last line of a reply; ConnectionError if smtpd died, which may leave the connection unanswered."""
        deadline = time.monotonic() + PATIENCE
        received = b""
        while not (received.endswith(b"\n") and received.splitlines()[-1][3:4] == b" "):
            if service in self._dead:
                raise ConnectionResetError
            if time.monotonic() > deadline:
                raise AssertionError(f"{service} does not answer: {self.log}")
            if connection in self._wait(connection):
                data = connection.recv(4096)
                if not data:
                    raise ConnectionResetError
                received += data
        return received.splitlines()[-1].decode(errors="surrogateescape")

    def _wait(self, *connections: socket.socket | int) -> list[socket.socket | int]:
        """Wait until a connection or the log has something; read the log."""
        readable, _, _ = select.select([*connections, self._log], [], [], 1)
        self._read_log()
        return readable

    def _read_log(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                record = RECORD.fullmatch(self._log.recv(1 << 16).decode(errors="surrogateescape").rstrip("\0\n"))
                assert record is not None
                program, text = record.groups()
                if program == "postfix/smtpd":  # so it calls itself until it has read its syslog_name
                    program = f"{self._asked}/smtpd"
                if program == f"{self._asked}/smtpd" and text.startswith(("fatal: ", "panic: ")):
                    self._dead.add(self._asked)
                self.log.append((program, text))


def xtext(text: str) -> str:
    """A value of XCLIENT's, encoded as RFC 1891 says."""
    return re.sub(
        r"[^!-*,-<>-~]",
        lambda found: "".join(f"+{byte:02X}" for byte in found[0].encode(errors="surrogateescape")),
        text,
    )
