"""The checks, one a file, in the order they are told. To add one: a file beside these and a row here."""

from mogplex_cli.headless.doctor.checks.account import check_account
from mogplex_cli.headless.doctor.checks.agents import check_agents
from mogplex_cli.headless.doctor.checks.config import check_config
from mogplex_cli.headless.doctor.checks.credentials import check_credentials
from mogplex_cli.headless.doctor.checks.daemon import check_daemon
from mogplex_cli.headless.doctor.checks.git import check_git
from mogplex_cli.headless.doctor.checks.home import check_home
from mogplex_cli.headless.doctor.checks.sandbox import check_sandbox
from mogplex_cli.headless.doctor.checks.terminal import check_terminal
from mogplex_cli.headless.doctor.finding import Check

CHECKS: dict[str, Check] = {
    "home": check_home,
    "config": check_config,
    "credentials": check_credentials,
    "account": check_account,
    "daemon": check_daemon,
    "git": check_git,
    "sandbox": check_sandbox,
    "terminal": check_terminal,
    "agents": check_agents,
}
"""By the section they are told in."""
