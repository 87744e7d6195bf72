"""Commands to a daemon."""

from typing import Literal

from mogplex_contracts.envelope import CommandBase


class RunsList(CommandBase):
    """Ask which runs there are."""

    type: Literal["runs_list"] = "runs_list"
    follow: bool = False
    """Whether to send the list again whenever it has changed, until the connection ends."""


class RunDelete(CommandBase):
    """Delete an ended run's folder."""

    type: Literal["run_delete"] = "run_delete"


class RunAnnounce(CommandBase):
    """A run's host says that it listens now. Sent by hosts, so that a daemon learns of runs it did not start."""

    type: Literal["run_announce"] = "run_announce"


class DaemonStatus(CommandBase):
    """Ask how the daemon is."""

    type: Literal["daemon_status"] = "daemon_status"


class DaemonStop(CommandBase):
    """Stop the daemon; its runs go on."""

    type: Literal["daemon_stop"] = "daemon_stop"


AdminCommand = RunsList | RunDelete | RunAnnounce | DaemonStatus | DaemonStop
