"""A command that does not obey at once: nothing takes its task, its place or its agent before it has ended."""

from collections.abc import Callable

from tests.towns import House, until

Build = Callable[..., House]

_STUBBORN = (
    "trap '' TERM; exec 9>lock; flock -n 9 || touch doubled; echo $TINYTOWN_AGENT_NAME >> begun; "
    "until [ -e open ]; do sleep 0.05; done"
)


def _begun(home: House) -> list[str]:
    file = home.root / "begun"
    return file.read_text().split() if file.exists() else []


def _build(build: Build, plan: str) -> House:
    home = build()
    home.push(f'[agents.hand]\nrole = "hand"\ncli = "shell"\nreplicas = 2\n{plan}')
    home.conductor("--spawn", "--watch")
    return home


def test_a_task_that_is_cancelled_and_tried_again_does_not_run_twice_at_once(build: Build) -> None:
    home = _build(build, f'[[tasks]]\nid = "a"\nrole = "hand"\nrun = """{_STUBBORN}"""\n')
    until(lambda: len(_begun(home)) == 1, "it runs")
    assert home.tt("cancel", "a").returncode == 0
    assert home.tt("retry", "a").returncode == 0
    until(lambda: "is still being stopped" in home.tt("why", "a").stdout, "it says what it waits for")
    until(lambda: len(_begun(home)) == 2, "it runs again")
    (home.root / "open").touch()
    assert home.ended("a").state == "completed"
    assert not (home.root / "doubled").exists()


def test_a_place_in_a_pool_is_free_only_when_the_cancelled_command_has_ended(build: Build) -> None:
    task = f'role = "hand"\npool = "gpu"\nrun = """{_STUBBORN}"""\n'
    home = _build(build, f'[pools]\ngpu = 1\n[[tasks]]\nid = "a"\n{task}[[tasks]]\nid = "b"\n{task}')
    until(lambda: len(_begun(home)) == 1, "the first runs")
    assert home.tt("cancel", "a").returncode == 0
    until(lambda: 'pool "gpu" allows 1 at once: a' in home.tt("why", "b").stdout, "it waits for the place")
    until(lambda: len(_begun(home)) == 2, "the second runs")
    (home.root / "open").touch()
    assert home.ended("b").state == "completed"
    assert not (home.root / "doubled").exists()


def test_other_work_goes_to_who_is_idle_and_not_to_who_is_still_being_stopped(build: Build) -> None:
    plan = f'[[tasks]]\nid = "a"\nrole = "hand"\nrun = """{_STUBBORN}"""\n'
    home = _build(build, plan)
    until(lambda: len(_begun(home)) == 1, "it runs")
    (stopping,) = _begun(home)
    assert home.tt("spawn", "other", "--role", "hand", "--cli", "shell").returncode == 0
    assert home.tt("cancel", "a").returncode == 0
    home.push(f'{plan}[[tasks]]\nid = "b"\nrole = "hand"\nrun = "echo $TINYTOWN_AGENT_NAME"\n')
    done = home.ended("b")
    assert done.state == "completed"
    assert (stopping, done.result) == ("hand-1", "other")
