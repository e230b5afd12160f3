"""The wish: tasks.toml as text, document, plan and graph, and its reconciliation with Redis."""
