"""Plans from what people already have: a workflow, a task list, an issue tracker."""
