"""The command line: parse, call one library function, render, return a status.

Each command is a module of ``commands/`` or ``postfix/`` with ``add_options(parser)``, ``Options`` and
``run(options)``. ``plain.py`` reads plain command lines. Only other ones need ``argparse``, which takes as much time as
everything else.

No module of ours is imported up here: outside of ``main()`` an import that fails, or is interrupted, would end with a
traceback and Python's status 1, which is an answer.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType
    from typing import Any

OF_HOST = {
    "addresses": "this host's addresses and netmasks, as Postfix finds them (the default)",
    "interfaces": "this host's interfaces: state, kind, MAC, MTU, master, addresses, gateway",
    "source": "the address that packets leave from, and whether it is one to keep",
    "snapshot": "this host as versioned JSON, for --from",
    "facts": "all that is known of this host and its Postfix as JSON, for Ansible, facter and the like",
    "report": "one Markdown file about this host and its Postfix, for a bug report",
    "diff": "what differs between two recorded hosts, or one and this one, and what Postfix then needs",
    "watch": "what Postfix makes of this host, and each change of that as it comes",
    "backends": "the ways to ask a host, and which of them work here",
}
OF_POSTFIX = {
    "mynetworks": "the networks that Postfix trusts: those that are set, or those that it computes",
    "merge": "the networks of many recorded hosts as one list, with the hosts behind each",
    "own": "Postfix's own addresses: those at which it takes mail",
    "local": "whether mail for user@[address] is this host's own",
    "match": "whether Postfix trusts a client, and by which element of mynetworks",
    "check": "every fault of Postfix's parameters at once",
    "postconf": "Postfix's parameters, as postconf(1) prints them",
}
COMMANDS = {**OF_HOST, **OF_POSTFIX}
WAITING = ("watch",)
"""Commands that wait until a signal ends them; their ``run()`` takes an ``Ending``, too."""
BY_NAME = {"fact": ["facts"], "facter": ["facts", "--format", "facter"]}
"""What the program does under a name that ends so: Ansible and facter call a file of facts without arguments."""

at_interrupt: list[Callable[[], None]] = []
"""What is called before an interrupt ends this process."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the arguments without the program's name; None: those of this process, which will end after it.

    Returns:
        The exit status: 0, 1, or one of sysexits.h; as in a shell, 130 after an interrupt and 141 if the output's pipe
        is closed.
    """
    if argv is not None:
        return run_reporting_errors(lambda: _dispatch(list(argv)))
    from _signal import SIGINT, default_int_handler, getsignal, signal  # type: ignore[import-not-found] # signal imports enum

    caller = sys._getframe(1)  # noqa: SLF001 - inspect would take longer to import than all else
    # An exception may come where Python drops it, as while it imports: the interrupt would be lost, a traceback shown.
    is_handled = getsignal(SIGINT) is default_int_handler and not _is_awaited(caller)
    try:
        if is_handled:
            signal(SIGINT, _interrupted)
        status = run_reporting_errors(lambda: _run_and_end(caller))
        end_at_once(status, caller)
        return status
    finally:
        if is_handled:
            signal(SIGINT, default_int_handler)


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    try:
        for tidy_up in at_interrupt:
            tidy_up()
    finally:
        os._exit(130)


def _run_and_end(caller: FrameType) -> int:
    """Run this process's command and end it, before the collector is on again and looks at all that was made."""
    status = _dispatch(_of_this_process())
    end_at_once(status, caller)
    return status


def _of_this_process() -> list[str]:
    """The arguments of this process, after those that its name stands for."""
    name, *arguments = sys.argv or [""]
    return [*BY_NAME.get(name.rpartition(".")[2], ()), *arguments]


def run_reporting_errors(command: Callable[[], int]) -> int:
    """Run a command and return its status; print the message of an error that ifdiscover knows, without a traceback."""
    try:
        from ifdiscover._record import CollectingPaused

        with CollectingPaused():  # a command ends before garbage matters
            return command()
    except KeyboardInterrupt:
        return 130
    except BaseException as error:  # noqa: BLE001 - raised again if it is none of those that end a command
        try:
            return _report(error)
        except KeyboardInterrupt:
            return 130
        except (ImportError, OSError, EOFError, MemoryError) as another:
            if another is error:
                raise
            # What keeps the command from its modules keeps the report from them, too.
            os.write(2, f"ifdiscover: error: the system refused: {ascii(str(error))[1:-1]}\n".encode())
            return 71


def _report(error: BaseException) -> int:
    """Print what went wrong, and return the status that it has; raise what is no error, such as SystemExit."""
    from ifdiscover._cli import output
    from ifdiscover._errors import IfdiscoverError

    if isinstance(error, IfdiscoverError):
        output.complain_of(error)
        return error.status
    if isinstance(error, (output.OutputError, output.Ended)):
        return error.status
    if isinstance(error, MemoryError):
        output.complain("error", "out of memory: the input is larger than this process may hold")
        return 71
    if isinstance(error, OSError):
        about = f": {error.filename}" if error.filename else ""
        output.complain("error", f"the system refused: {error.strerror or error}{about}")
        return 71
    if isinstance(error, (ImportError, EOFError, SyntaxError)):  # memory is short, or the installation is not whole
        output.complain("error", f"a module cannot be imported: {error}")
        return 71
    if isinstance(error, SystemError):  # CPython's for a read that failed while it imported
        output.complain("error", f"Python itself failed: {error}")
        return 71
    if isinstance(error, Exception):  # status 1, Python's own after a traceback, would be an answer: "no"
        output.complain("error", f"this is a fault of ifdiscover: {_fault(error)}; please report it")
        return 70
    raise error


def _fault(error: Exception) -> str:
    """An exception in a line, with the innermost place that it comes from."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f", in {trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}"
    return f"{type(error).__name__}: {error}{place}"


def command_module(name: str) -> Any:
    """The module of a command."""
    room = "postfix" if name in OF_POSTFIX else "commands"
    return __import__(f"ifdiscover._cli.{room}.{name}", fromlist=["run"])


def every_command() -> dict[str, tuple[str, Any]]:
    """Each command with what it prints, and its module."""
    return {name: (text, command_module(name)) for name, text in COMMANDS.items()}


def _dispatch(arguments: list[str]) -> int:
    from ifdiscover._cli import output

    if not arguments:
        from ifdiscover._cli.commands import addresses

        return addresses.run(addresses.Options())
    first = arguments[0]
    if first == "help":  # help COMMAND is COMMAND --help
        arguments = [*arguments[1:2], "--help"]
        first = arguments[0]
    if first in ("-h", "--help", "help"):
        from ifdiscover._cli.help import first_page

        output.write(first_page(COMMANDS))
        return 0
    if first == "completion":
        from ifdiscover._cli.completion import print_script

        return print_script(arguments[1:], every_command())
    if first == "--version":
        from ifdiscover._version import __version__

        output.write(f"ifdiscover {__version__}\n")
        return 0
    if first in COMMANDS:
        del arguments[0]
    elif first.startswith("-"):
        first = "addresses"
    else:
        from ifdiscover._misuse import hint

        near = hint(first, [*COMMANDS, "help", "completion"])
        output.complain("error", f'no command is called "{first}"; choose one of {", ".join(COMMANDS)}{near}')
        return 64
    if first not in WAITING:
        return _run(first, arguments)
    from ifdiscover._cli.signals import Ending

    with Ending() as ending:
        return _run(first, arguments, ending=ending)


def _run(first: str, arguments: list[str], **more: Any) -> int:
    """Import a command, read its options, and run it with these and more arguments."""
    command = command_module(first)
    from ifdiscover._cli.plain import PlainOptions

    plain = PlainOptions()
    command.add_options(plain)
    values = plain.read(arguments)
    if values is None:
        from ifdiscover._cli.parser import Parser, Stop

        parser = Parser(first, COMMANDS[first], every_command)
        command.add_options(parser)
        try:
            values = parser.read(arguments)
        except Stop as stop:
            return stop.status
    status: int = command.run(command.Options(**values), **more)
    return status


def end_at_once(status: int, caller: FrameType) -> None:
    """End this process with a status, if nobody waits for its end; otherwise return.

    Python's own end takes the modules apart first: a tenth of the time of a small command, for memory that the system
    takes back at once.

    Somebody does if functions are registered with atexit, as coverage's are; if a debugger or a profiler watches; if
    another thread runs; if Python was started with -i; or if ``caller`` is not the process's main program.

    Args:
        status: the exit status.
        caller: the frame that called the command line.
    """
    if _is_awaited(caller):
        return
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            if stream is sys.stdout and not status:
                return  # Python's own end says so, with a status of its own; messages that nobody takes are lost
    os._exit(status)


def _is_awaited(caller: FrameType) -> bool:
    """Whether somebody waits for the end of this process, or of ``main()``; see ``end_at_once()``."""
    if caller.f_globals.get("__name__") != "__main__":
        return True
    if sys.flags.inspect or "PYTHONINSPECT" in os.environ or sys.gettrace() or sys.getprofile():
        return True
    monitoring = getattr(sys, "monitoring", None)  # from 3.12
    if monitoring is not None and any(map(monitoring.get_tool, range(6))):
        return True
    from _thread import _count

    if _count():
        return True
    atexit = sys.modules.get("atexit")  # nobody has registered anything before it is imported
    return atexit is not None and getattr(atexit, "_ncallbacks", lambda: 1)() > 0  # CPython has it, to test itself
