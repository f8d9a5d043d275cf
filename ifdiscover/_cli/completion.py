"""Completion for bash, zsh and fish, written from the options as they are declared.

The names of interfaces and of network namespaces are those of the moment: the shell lists folders of the system for
them, and never takes a name for a piece of its own language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ifdiscover._cli import output
from ifdiscover._cli.declared import DIRECTORY, FILE, INTERFACE, NAMESPACE, NOTHING, PARAMETER, declared
from ifdiscover._postfix.parameters.configuration import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from ifdiscover._cli.declared import Declared

    Commands = Mapping[str, tuple[str, Any]]  # what each prints, and its module

KNOWN = sorted(PARAMETERS)

_PURPOSE = """\
Print what that shell needs to complete
command lines of ifdiscover.

in ~/.bashrc:
  eval "$(ifdiscover completion bash)"
"""
_DEFAULT = "addresses"  # the command of a line that begins with an option


def print_script(arguments: Sequence[str], commands: Commands) -> int:
    """Print the script of the shell that the arguments name, and return the exit status."""
    if arguments in (["-h"], ["--help"]):
        output.write(f"usage: ifdiscover completion {'|'.join(SCRIPTS)}\n\n{_PURPOSE}")
        return 0
    if len(arguments) != 1 or arguments[0] not in SCRIPTS:
        output.complain("error", f"name a shell, as in: ifdiscover completion bash; there are {', '.join(SCRIPTS)}")
        return 64
    output.write(SCRIPTS[arguments[0]](commands))
    return 0


def _declared(commands: Commands) -> dict[str, list[Declared]]:
    return {command: declared(command, module) for command, (_text, module) in commands.items()}


def bash(commands: Commands) -> str:
    """A script for bash-completion."""
    values, flags = [], []
    for command, options in _declared(commands).items():
        flags.append(f"        {command}) flags='{' '.join(flag for option in options for flag in option.flags)}' ;;")
        for option in options:
            patterns = "|".join(f"{command}:{flag}" for flag in option.flags or ("words",))
            if option.values:
                values.append(f"        {patterns}) {_bash_values(option)} ;;")
    return _BASH.format(
        commands=" ".join([*commands, "help", "completion"]),
        default=_DEFAULT,
        flags="\n".join(flags),
        values="\n".join(values),
        parameters=" ".join(KNOWN),
    )


def _bash_values(option: Declared) -> str:
    if isinstance(option.values, tuple):
        return f"_ifdiscover_words {' '.join(option.values)}"
    return {
        FILE: "_ifdiscover_files",
        DIRECTORY: "_ifdiscover_files dirnames",
        INTERFACE: "_ifdiscover_names /sys/class/net",
        NAMESPACE: "_ifdiscover_names /run/netns; _ifdiscover_files",
        PARAMETER: "_ifdiscover_words $_ifdiscover_parameters",
        f"{PARAMETER}=": "compopt -o nospace; _ifdiscover_words ${_ifdiscover_parameters// /= }=",
        "command": "_ifdiscover_files",
        NOTHING: ":",
    }[option.values]


_BASH = """\
# bash completion for ifdiscover; ifdiscover completion bash writes it

_ifdiscover_parameters='{parameters}'

_ifdiscover_words() {{
    local word
    for word; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
    done
}}

_ifdiscover_names() {{ # quoted, and never evaluated; one that is not printable ASCII could steer the terminal
    local path name LC_ALL=C
    for path in "$1"/*; do
        name=${{path##*/}}
        [[ -e $path && $name == "$cur"* && $name != *[!\\ -~]* ]] && COMPREPLY+=("$(printf %q "$name")")
    done
}}

_ifdiscover_files() {{ # bash itself completes and quotes them, if nothing else was found
    compopt -o "${{1:-default}}" 2>/dev/null
}}

_ifdiscover_value() {{ # of COMMAND:OPTION, or of COMMAND:words
    case $1 in
{values}
        *) return 1 ;;
    esac
    return 0
}}

_ifdiscover() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} command=${{COMP_WORDS[1]}} flags=
    COMPREPLY=()
    if [[ $cur == = ]]; then # bash takes --style=host for three words
        cur=
    elif [[ $prev == = ]]; then
        prev=${{COMP_WORDS[COMP_CWORD - 2]}}
    fi
    if [[ $command == help ]] || ((COMP_CWORD == 1)) && [[ $cur != -* ]]; then
        _ifdiscover_words {commands}
        return
    fi
    if [[ $command == completion ]]; then
        _ifdiscover_words bash zsh fish
        return
    fi
    [[ $command == -* ]] && command={default}
    [[ $prev == -* ]] && _ifdiscover_value "$command:$prev" && return
    if [[ $cur == -* ]]; then
        case $command in
{flags}
        esac
        ((COMP_CWORD == 1)) && flags+=' --version'
        _ifdiscover_words $flags
    else
        _ifdiscover_value "$command:words"
    fi
}}

complete -F _ifdiscover ifdiscover
"""


def zsh(commands: Commands) -> str:
    """A function for zsh's ``fpath``."""
    described = "\n".join(f"        {_zsh_quoted(f'{name}:{text}')}" for name, (text, _module) in commands.items())
    functions = []
    for command, options in _declared(commands).items():
        lines = [line for option in options for line in _zsh_lines(option)]
        body = " \\\n".join(f"            {line}" for line in lines)
        functions.append(f"        {command})\n            _arguments -s \\\n    {body}\n            ;;")
    return _ZSH.format(commands=described, default=_DEFAULT, cases="\n".join(functions), parameters=" ".join(KNOWN))


def _zsh_lines(option: Declared) -> Iterable[str]:
    action = f":{_zsh_escaped(option.metavar)}:{_zsh_action(option)}" if option.values else ""
    if not option.flags:
        yield _zsh_quoted(
            f"{'*' if option.nargs in ('+', '*') else ''}{action.replace(':', '::' if option.nargs == '?' else ':', 1)}"
        )
        return
    many = "*" if "repeatable" in option.help or option.metavar == "IF" else ""
    described = option.help.partition("(default")[0].strip().rstrip(";")
    for flag in option.flags:
        equals = "=" if flag.startswith("--") and option.values else ""
        yield _zsh_quoted(f"{many}{flag}{equals}[{_zsh_escaped(described)}]{action}")


def _zsh_action(option: Declared) -> str:
    if isinstance(option.values, tuple):
        return f"({' '.join(option.values)})"
    return {
        FILE: "_files",
        DIRECTORY: "_files -/",
        INTERFACE: "_ifdiscover_names /sys/class/net",
        NAMESPACE: "_ifdiscover_namespaces",
        PARAMETER: "_ifdiscover_parameters",
        f"{PARAMETER}=": "_ifdiscover_parameters -S=",
        "command": "_command_names -e",
        NOTHING: " ",
    }[option.values]


def _zsh_escaped(text: str) -> str:
    for character in "\\:[]":
        text = text.replace(character, f"\\{character}")
    return text


def _zsh_quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


_ZSH = """\
#compdef ifdiscover
# zsh completion for ifdiscover; ifdiscover completion zsh writes it

_ifdiscover_names() {{
    local -a names
    names=($@[-1]/*(N:t)) # what stands before it is of _arguments
    names=(${{names:#*[^ -~]*}}) # what is not printable ASCII could steer the terminal
    compadd -a names
}}

_ifdiscover_namespaces() {{
    _ifdiscover_names /run/netns
    _files
}}

_ifdiscover_parameters() {{
    local -a names
    names=({parameters})
    compadd "$@" -a names
}}

_ifdiscover() {{
    local -a commands
    commands=(
{commands}
        'help:the help page of a command'
        'completion:for bash, zsh or fish'
    )
    local command=$words[2]
    if ((CURRENT == 2)) && [[ $command != -* ]]; then
        _describe command commands
        return
    fi
    if [[ $command == help ]]; then
        ((CURRENT == 3)) && _describe command commands
        return
    fi
    if [[ $command == completion ]]; then
        ((CURRENT == 3)) && compadd bash zsh fish
        return
    fi
    if [[ $command == -* ]]; then
        command={default}
    else
        shift words
        ((CURRENT--))
    fi
    case $command in
{cases}
    esac
}}

_ifdiscover "$@"
"""


def fish(commands: Commands) -> str:
    """A file for fish's completions."""
    lines = [
        "# fish completion for ifdiscover; ifdiscover completion fish writes it",
        "complete -c ifdiscover -f",
        "complete -c ifdiscover -n __fish_use_subcommand -l version -d 'the version of ifdiscover'",
        f"set -l commands {' '.join(commands)}",
        "complete -c ifdiscover -n '__fish_seen_subcommand_from help' -a \"$commands\"",
        "complete -c ifdiscover -n __fish_use_subcommand -a help -d 'the help page of a command'",
        "complete -c ifdiscover -n __fish_use_subcommand -a completion -d 'for bash, zsh or fish'",
        "complete -c ifdiscover -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'",
    ]
    lines += [
        f"complete -c ifdiscover -n __fish_use_subcommand -a {name} -d {_fish_quoted(text)}"
        for name, (text, _module) in commands.items()
    ]
    for command, options in _declared(commands).items():
        lines += [" ".join(filter(None, _fish_parts(command, option))) for option in options]
    return "\n".join(lines) + "\n"


def _fish_parts(command: str, option: Declared) -> Iterable[str]:
    condition = f"__fish_seen_subcommand_from {command}"
    if command == _DEFAULT:
        condition += "; or __fish_use_subcommand"
    yield f"complete -c ifdiscover -n '{condition}'"
    for flag in option.flags:
        yield f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}"
    if option.flags and option.values:
        yield "-r" if option.values in (FILE, DIRECTORY, NAMESPACE, "command") else "-x"
    if isinstance(option.values, tuple):
        yield f"-a '{' '.join(option.values)}'"
    elif option.values:
        yield {
            FILE: "-F",
            DIRECTORY: "-a '(__fish_complete_directories)'",
            INTERFACE: f"-a '{_fish_names('/sys/class/net')}'",
            NAMESPACE: f"-F -a '{_fish_names('/run/netns')}'",
            PARAMETER: f"-a '{' '.join(KNOWN)}'",
            f"{PARAMETER}=": f"-a '{'= '.join(KNOWN)}='",
            "command": "-a '(__fish_complete_command)'",
            NOTHING: "",
        }[option.values]
    if option.flags:
        yield f"-d {_fish_quoted(option.help.partition('(default')[0].strip().rstrip(';'))}"


def _fish_names(folder: str) -> str:
    """The names in a folder; what is not printable ASCII could steer the terminal."""
    return f'(string match -r "\\A[ -~]+\\z" -- (path basename -Z {folder}/* | string split0))'


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SCRIPTS = {"bash": bash, "zsh": zsh, "fish": fish}
"""What writes the script of each shell."""
