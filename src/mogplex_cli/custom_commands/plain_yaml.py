"""YAML as far as people write it by hand: texts, lists and mappings. Pure.

Every scalar is read as text, so that a default of `1.10` stays `1.10`. YAML's references are refused: a few
lines of them can stand for gigabytes.
"""

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from yaml.nodes import MappingNode

MAX_DEPTH = 8
"""Lists and mappings inside each other. Reading takes time with the square of it."""


class BrokenYaml(ValueError):
    """It cannot be read; the message says why."""

    def __init__(self, message: str, line: int = 0) -> None:
        """`line` counts from 1; 0 when no line is to blame."""
        super().__init__(message)
        self.line = line


def read_mapping(text: str) -> dict[str, Any]:
    """The mapping that `text` is; empty for an empty one. Raises BrokenYaml."""
    # Here, because it takes a while to load.
    import yaml

    class PlainLoader(yaml.BaseLoader):
        def construct_mapping(self, node: "MappingNode", deep: bool = False) -> dict[Hashable, Any]:
            seen: set[Any] = set()
            for key, _ in node.value:
                if str(key.value) in seen:
                    raise yaml.MarkedYAMLError(None, None, f"{key.value} is written twice", key.start_mark)
                seen.add(str(key.value))
            return super().construct_mapping(node, deep)

    try:
        depth = 0
        for event in cast("Any", yaml.parse(text, yaml.BaseLoader)):
            line = event.start_mark.line + 1 if event.start_mark else 0
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise BrokenYaml("it is nested too deeply", line)
            if isinstance(event, yaml.AliasEvent):
                raise BrokenYaml("references such as *name are not read, write it out", line)
        content: Any = yaml.load(text, PlainLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BrokenYaml(error.problem or error.context or "it is no YAML", line) from error
    except yaml.YAMLError as error:
        raise BrokenYaml(" ".join(str(error).split())[:200]) from error
    if content is None or content == "":
        return {}
    if not isinstance(content, dict):
        raise BrokenYaml("it must be fields such as `description: …`, one a line")
    return cast("dict[str, Any]", content)
