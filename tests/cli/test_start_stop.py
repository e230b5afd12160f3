"""`tt start` and `tt stop`: the town stays up by itself, and goes down without losing anything."""

import signal
from pathlib import Path

from tests.cli.shell import Shell
from tests.towns import settle, until


def _socket(tt: Shell) -> Path:
    return tt.folder / ".tt/redis.sock"


def test_start_returns_and_redis_stays(tt: Shell) -> None:
    tt.told("stop")
    assert tt.told("start") == (
        f'Town "demo": Redis is started at {_socket(tt)}\nIt stays up in the background; tt stop stops it.\n'
    )
    assert tt.told("start").startswith(f'Town "demo": Redis runs at {_socket(tt)}\n')


def test_any_command_starts_redis_and_leaves_it(tt: Shell) -> None:
    tt.told("stop")
    assert settle(tt.folder) == {}
    tt.told("status")
    assert tt.told("start").startswith('Town "demo": Redis runs at ')


def test_foreground_stops_the_town_on_ctrl_c(tt: Shell) -> None:
    tt.told("stop")
    process = tt.start("start", "--foreground")
    until(_socket(tt).exists, "Redis is up")
    tt.told("spawn", "worker")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert out.endswith(
        "Ctrl-C stops the town.\n"
        'Town "demo": stopped 1 agent.\n'
        "Redis is stopped; everything is on disk. tt start brings it back.\n"
    )
    assert settle(tt.folder) == {}


def test_foreground_ends_when_somebody_else_stops_the_town(tt: Shell) -> None:
    with tt.start("start", "--foreground") as process:
        assert process.stdout is not None
        while "Ctrl-C" not in process.stdout.readline():
            pass
        tt.told("stop")
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "The town was stopped.\n", "")


def test_stop_ends_everything_and_keeps_everything(tt: Shell) -> None:
    tt.told("spawn", "one")
    tt.told("spawn", "two")
    running = tt.assigned("one", "sleep 60")
    waiting = tt.assigned("one", "echo later")
    tt.await_state(running, "running")
    assert tt.told("stop") == (
        'Town "demo": stopped 2 agents; 2 tasks went back to pending.\n'
        "Redis is stopped; everything is on disk. tt start brings it back.\n"
    )
    assert settle(tt.folder) == {}
    assert [task["state"] for task in tt.document("tasks")] == ["pending", "pending"]
    assert {agent["name"]: agent["state"] for agent in tt.document("list")} == {"one": "stopped", "two": "stopped"}
    assert tt.document("task", "show", waiting)["description"] == "echo later"


def test_an_agent_works_on_after_the_town_was_stopped(tt: Shell) -> None:
    tt.told("spawn", "one")
    task = tt.assigned("one", "sleep 2; echo done")
    tt.await_state(task, "running")
    tt.told("stop")
    tt.told("spawn", "one")
    assert tt.await_state(task, "completed")["result"] == "done"
    assert tt.document("list")[0]["state"] in ("idle", "working")


def test_stop_with_drain_lets_a_task_finish(tt: Shell) -> None:
    tt.told("spawn", "one")
    task = tt.assigned("one", "sleep 2; echo finished")
    tt.await_state(task, "running")
    assert 'Town "demo": stopped 1 agent.\n' in tt.told("stop", "--drain")
    assert tt.document("task", "show", task)["result"] == "finished"


def test_stopping_what_does_not_run_starts_nothing(tt: Shell) -> None:
    tt.told("stop")
    assert tt.told("stop") == "The town does not run.\n"
    assert settle(tt.folder) == {}


def test_a_redis_elsewhere_goes_on_running(tt: Shell) -> None:
    guest = tt.within(REDIS_URL=f"unix://{_socket(tt)}")
    assert guest.told("start") == f'Town "demo": Redis runs at unix:{_socket(tt)}\n'
    guest.told("spawn", "one")
    assert guest.told("stop") == (
        f'Town "demo": stopped 1 agent.\nRedis at unix:{_socket(tt)} is not the town\'s own and goes on running.\n'
    )
    assert tt.told("start").startswith('Town "demo": Redis runs at ')


def test_a_key_that_nobody_knows_stops_every_command(tt: Shell) -> None:
    file = tt.folder / "tinytown.toml"
    before = file.read_text()
    file.write_text(f"max_agent = 3\n{before}")
    for command in ("start", "status", "list"):
        assert tt.refused(command) == (
            f'{file}:1: nobody knows "max_agent". Did you mean max_agents? `tt config` lists the options.'
        )
    tt.told("config", "max_agent", "--unset")
    assert file.read_text() == before


def test_a_conductor_that_ended_with_its_redis_is_not_waited_for(tt: Shell) -> None:
    (tt.folder / "tasks.toml").write_text('[[tasks]]\nid = "a"\nagent = "x"\nrun = "true"\n')
    tt.told("sync", "push")
    conductor = tt.start("conductor", "--watch")
    until(lambda: tt.document("status")["conductor"] is not None, "it leads")
    tt.told("stop")
    assert tt.finish(conductor).status == 1
    tt.told("start")
    assert tt.document("status")["conductor"] is None
    assert "no_conductor" in {reason["code"] for reason in tt.document("why", "a")["reasons"]}
    after = tt.start("conductor", "--watch", "--json")
    until(lambda: (tt.document("status")["conductor"] or {}).get("pid") == after.pid, "it leads")
    after.terminate()
    assert "conductor.standby" not in tt.finish(after).out
