"""The native tools, as a table. A new tool is one file and one line here."""

from collections.abc import Sequence
from typing import Any

from mogplex_daemon.harness.base import Tool
from mogplex_daemon.runhost.tools.apply_patch import ApplyPatch
from mogplex_daemon.runhost.tools.delete_file import DeleteFile
from mogplex_daemon.runhost.tools.list_files import ListFiles
from mogplex_daemon.runhost.tools.native_tool import NativeTool
from mogplex_daemon.runhost.tools.read_file import ReadFile
from mogplex_daemon.runhost.tools.read_memory import ReadMemory
from mogplex_daemon.runhost.tools.review_changes import ReviewChanges
from mogplex_daemon.runhost.tools.run_command import RunCommand
from mogplex_daemon.runhost.tools.search import Search
from mogplex_daemon.runhost.tools.services import ToolServices
from mogplex_daemon.runhost.tools.survey_repo import SurveyRepo
from mogplex_daemon.runhost.tools.write_memory import WriteMemory

TOOLS: tuple[type[NativeTool[Any]], ...] = (
    ReadFile,
    ListFiles,
    Search,
    ApplyPatch,
    DeleteFile,
    RunCommand,
    ReadMemory,
    WriteMemory,
    SurveyRepo,
    ReviewChanges,
)


def make_tools(services: ToolServices) -> tuple[Tool, ...]:
    """All native tools, in the order they are offered to a model."""
    return tuple(tool(services) for tool in TOOLS)


def enabled_tools(services: ToolServices, disabled: Sequence[str]) -> tuple[Tool, ...]:
    """Those a project does not do without."""
    return tuple(tool for tool in make_tools(services) if tool.name not in disabled)
