"""What `shell.py` knows of single programs: which run another one, and which run code no rule can see."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A program that runs the command in its arguments. Options not listed here make the line uncovered."""

    flags: frozenset[str] = field(default_factory=frozenset[str])
    """Options without a value; one-letter ones may be written together."""
    valued: frozenset[str] = field(default_factory=frozenset[str])
    """Options with a value, in the same word or the next one."""
    queries: frozenset[str] = field(default_factory=frozenset[str])
    """Options that only tell about the command and do not run it."""
    leading: int = 0
    """How many arguments stand before the command, such as the seconds of timeout."""
    assignments: bool = False
    """Whether NAME=value may stand before the command."""
    needs_rule: bool = False
    """Whether the wrapper itself must be allowed too, because it changes what the command may do."""
    more_arguments: bool = False
    """Whether the command gets further arguments that nobody can see in the line."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WRAPPERS: Mapping[str, Wrapper] = {
    "builtin": Wrapper(),
    "busybox": Wrapper(),
    "command": Wrapper(_words("-p"), queries=_words("-v -V")),
    "coproc": Wrapper(),
    "doas": Wrapper(_words("-n"), _words("-u"), needs_rule=True),
    "env": Wrapper(
        _words("-i - -0 -v --ignore-environment --null --debug"),
        _words("-u -C --unset --chdir"),
        assignments=True,
    ),
    "exec": Wrapper(_words("-c -l"), _words("-a")),
    "ionice": Wrapper(_words("-t"), _words("-c -n")),
    "nice": Wrapper(frozenset(), _words("-n --adjustment")),
    "nohup": Wrapper(),
    "setsid": Wrapper(_words("-c -f -w --ctty --fork --wait")),
    "stdbuf": Wrapper(frozenset(), _words("-i -o -e --input --output --error")),
    "sudo": Wrapper(
        _words("-A -b -E -H -i -k -n -P -S -s --non-interactive --preserve-env --set-home --login --shell"),
        _words("-C -D -g -h -p -R -r -t -T -U -u --user --group --chdir --chroot --host --prompt"),
        assignments=True,
        needs_rule=True,
    ),
    "time": Wrapper(_words("-p -v")),
    "timeout": Wrapper(
        _words("-f -p -v --foreground --preserve-status --verbose"),
        _words("-k -s --kill-after --signal"),
        leading=1,
    ),
    "xargs": Wrapper(
        _words("-0 -p -r -t -x --null --no-run-if-empty --verbose --exit --interactive"),
        _words("-a -d -E -I -L -n -P -s --arg-file --delimiter --max-args --max-lines --max-procs --replace"),
        more_arguments=True,
    ),
}
"""Looked through: the command they run is what the rules see."""

SHELLS: frozenset[str] = frozenset(("ash", "bash", "dash", "ksh", "sh"))
"""`sh -c '…'` is taken apart like the line itself."""

HIDDEN_CODE: Mapping[str, str] = {
    ".": "runs a file in this shell",
    "alias": "gives commands other names",
    "enable": "loads and swaps built-in commands",
    "eval": "runs its arguments as code",
    "fish": "runs code of another shell",
    "hash": "gives commands other files",
    "let": "computes, which can run code",
    "parallel": "builds the commands it runs",
    "script": "runs a command in another terminal",
    "source": "runs a file in this shell",
    "su": "runs a shell as another user",
    "trap": "runs its arguments as code later",
    "watch": "runs its arguments as code",
    "zsh": "runs code of another shell",
}
"""Programs whose real work a rule for them can not see."""

RUNS_ANYTHING: frozenset[str] = _words(
    """
    awk bun bunx deno docker expect gawk java kubectl lua make nix node npx osascript perl php podman
    powershell pwsh pypy python r rscript ruby rsync scp screen sed ssh tclsh tmux uvx vim
    """
)
"""Programs whose arguments are code or commands: their first words say nothing about what they do."""

FIND_COMMANDS: frozenset[str] = frozenset(("-exec", "-execdir", "-ok", "-okdir"))
"""The actions of find that run the command after them."""

HARMLESS_TARGETS: frozenset[str] = frozenset(("/dev/null", "/dev/stdout", "/dev/stderr", "/dev/stdin"))
"""Files a redirection may name without touching anything."""

DANGEROUS_VARIABLES: frozenset[str] = _words(
    """
    PATH IFS ENV SHELL SHELLOPTS PS0 PS1 PS4 PROMPT_COMMAND CDPATH HOME EDITOR VISUAL PAGER MANPAGER
    BROWSER LESSOPEN LESSCLOSE NODE_OPTIONS NODE_PATH PERL5OPT PERL5LIB PERL5DB RUBYOPT RUBYLIB
    JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS CLASSPATH RUSTC_WRAPPER RUSTFLAGS MAKEFLAGS
    GNUMAKEFLAGS TAR_OPTIONS SSH_ASKPASS SUDO_ASKPASS SSH_AUTH_SOCK XDG_CONFIG_HOME CC CXX LD PSQLRC
    RIPGREP_CONFIG_PATH
    """
)
DANGEROUS_VARIABLE_STARTS: tuple[str, ...] = (
    "BASH",
    "CARGO_",
    "DYLD_",
    "GCONV_",
    "GIT_",
    "LD_",
    "NPM_CONFIG_",
    "PIP_",
    "PYTHON",
    "UV_",
    "npm_config_",
)
"""Variables that make another program run, load or send something else than the command says."""


def is_dangerous_variable(name: str) -> bool:
    """Whether setting the variable can turn a harmless command into another one."""
    return name in DANGEROUS_VARIABLES or name.startswith(DANGEROUS_VARIABLE_STARTS)
