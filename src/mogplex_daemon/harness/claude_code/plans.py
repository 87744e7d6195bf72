"""The to-do lists of Claude Code's agents. Pure."""

from dataclasses import dataclass, field
from typing import Literal

from mogplex_contracts.events.agent import AgentPlanUpdated, PlanStep
from mogplex_daemon.harness.agents.reading import Object, as_object, as_objects, as_text

StepStatus = Literal["pending", "in_progress", "done"]
STATUSES: dict[str, StepStatus] = {"in_progress": "in_progress", "completed": "done"}


@dataclass(slots=True)
class Plans:
    """The list of each agent, by the id of the task it was given."""

    _steps: dict[str, dict[str, PlanStep]] = field(default_factory=dict[str, dict[str, PlanStep]])

    def finished(
        self, agent_id: str, tool: str, tool_input: Object, result: Object
    ) -> list[AgentPlanUpdated]:
        """The plan after a tool call that changed it; nothing when it did not."""
        steps = dict(self._steps.get(agent_id, {}))
        match tool:
            case "TodoWrite":
                todos = as_objects(tool_input.get("todos"))
                steps = {
                    str(place): _step(as_text(todo.get("content")), todo.get("status"))
                    for place, todo in enumerate(todos)
                }
            case "TaskCreate":
                task = as_object(result.get("task"))
                steps[as_text(task.get("id"))] = _step(as_text(task.get("subject")), "pending")
            case "TaskUpdate":
                task_id, status = as_text(tool_input.get("taskId")), tool_input.get("status")
                if status == "deleted":
                    steps.pop(task_id, None)
                elif task_id in steps:
                    text = as_text(tool_input.get("subject")) or steps[task_id].text
                    steps[task_id] = PlanStep(text=text, status=steps[task_id].status)
                    if status is not None:
                        steps[task_id] = _step(text, status)
            case _:
                return []
        if steps == self._steps.get(agent_id, {}):
            return []
        self._steps[agent_id] = steps
        return [AgentPlanUpdated(agent_id=agent_id, steps=tuple(steps.values()))]


def _step(text: str, status: object) -> PlanStep:
    return PlanStep(text=text, status=STATUSES.get(as_text(status), "pending"))
