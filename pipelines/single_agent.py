"""One agent, one task: make a town, start an agent, give it a task, wait, and read the result.

python pipelines/single_agent.py            # with the echo CLI: no account, no model
python pipelines/single_agent.py claude     # with a coding CLI that is installed
"""

import sys
import tempfile
from pathlib import Path

from tinytown import AgentState, Task, Town


def main(cli: str, folder: Path) -> None:
    """Runs the tutorial.

    Args:
        cli: What the agent runs.
        folder: Where the town is made.
    """
    with Town.init(folder, "demo") as town:
        agent = town.spawn_agent("coder", cli)
        print(f"🤖 Spawned agent: {agent.id}")

        task = Task.new("Create a Python function that calculates fibonacci numbers recursively")
        print(f"📋 Created task: {task.id}")

        task_id = agent.assign(task)
        print(f"✅ Assigned task {task_id} to coder")

        state = agent.wait_for_idle(timeout=600).state
        print("🎉 Agent completed work!" if state is AgentState.IDLE else f"❌ Agent is {state}")

        done = town.channel.get_task(task_id)
        if done is not None:
            print(f"\n📊 Task result:\n   State: {done.state}\n   Output: {done.result}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(sys.argv[1] if len(sys.argv) > 1 else "echo", Path(temporary) / "single-agent-demo")
