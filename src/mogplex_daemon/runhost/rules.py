"""The permission rules of one run: read when it begins, and changed by what people remember and take back.

A rule is on the disk before it holds. What the file says is never read again while the run goes on, so a file that
changes under a run widens nothing.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import anyio.to_thread

from mogplex_contracts.commands.approval import RememberAs
from mogplex_contracts.events.approval import ApprovalRequested, RememberedRule
from mogplex_contracts.permissions import PermissionLayers
from mogplex_contracts.remember import Scope, allowing, no_longer_allowing, offers, without_effect
from mogplex_daemon.home.permission_files import PermissionFileError, append_rules, remove_rule
from mogplex_daemon.wire.commands import Refused

RuleFiles = Mapping[Literal["project", "global"], Path]
"""Where rules are kept that outlive the run."""


class RunRules:
    """What is allowed, asked and denied in this run now."""

    def __init__(self, layers: PermissionLayers, files: RuleFiles) -> None:
        self.layers = layers
        self._files = files

    async def remember(self, request: ApprovalRequested, wanted: RememberAs) -> RememberedRule:
        """Make a rule of an approval; it holds when this returns. Raises Refused, and then nothing has changed.

        Only the very rules the request offers can be made, and only one that would have answered it.
        """
        patterns = wanted.patterns
        if all(set(patterns) != set(offer.patterns) for offer in offers(request.descriptors)):
            raise Refused(
                "rule_not_offered",
                f"{', '.join(patterns)} is not a rule that can be made of this request; nothing was decided",
            )
        reason = without_effect(self.layers, request, patterns)
        if reason:
            raise Refused(
                "rule_without_effect", f"the rule would not answer this: {reason}; nothing was decided"
            )
        origin = ""
        if wanted.where != "run":
            path = self._file(wanted.where)
            origin = str(path)
            try:
                await anyio.to_thread.run_sync(append_rules, path, patterns, "allow")
            except PermissionFileError as error:
                raise Refused("rule_not_written", f"{error}; nothing was decided") from error
        self.layers = allowing(self.layers, patterns, wanted.where, origin)
        return RememberedRule(
            pattern=patterns[0], more_patterns=patterns[1:], source=wanted.where, origin=origin
        )

    async def revoke(self, pattern: str, where: Scope) -> str:
        """Take back what allows `pattern`; the path of its file. Raises Refused when there is no such rule.

        Taking back what allows only ever narrows, so it holds at once for what is asked next.
        """
        origin, there = "", False
        if where != "run":
            path = self._file(where)
            origin = str(path)
            try:
                there = await anyio.to_thread.run_sync(remove_rule, path, pattern, "allow")
            except PermissionFileError as error:
                raise Refused("rule_not_written", str(error)) from error
        before = self.layers
        self.layers = no_longer_allowing(before, pattern, where)
        if not there and self.layers == before:
            raise Refused(
                "no_such_rule", f"{pattern} is not allowed by a rule of this {_place(where)} any more"
            )
        return origin

    def _file(self, where: Literal["project", "global"]) -> Path:
        path = self._files.get(where)
        if path is None:
            raise Refused(
                "rule_not_written", f"this host knows no {where} permission file; nothing was decided"
            )
        return path


def _place(where: Scope) -> str:
    return {"run": "run", "project": "project", "global": "home folder"}[where]
