"""The plan is branched and merged by git, and what comes of it goes to a real town."""

import json
from pathlib import Path

from tests.cli.shell import Answer
from tests.git.repository import Repository

MORE = '\n[[tasks]]\nid = "{name}"\nagent = "me"\ndescription = "{text}"\nneeds = ["build"]\n'


def test_edits_of_different_tasks_come_together(repo: Repository) -> None:
    repo.branch("feature")
    repo.edit("Build it", "Build it well")
    repo.switch("main")
    repo.edit("1h", "3h")
    repo.git("merge", "feature")
    told = repo.tt("sync", "push", "--json")
    assert [(one["id"], one["field"], one["file"]) for one in json.loads(told.out)["update"]] == [
        ("design", "estimate", "3h"),
        ("build", "description", "Build it well"),
    ]
    repo.in_step()


def test_edits_of_one_field_are_a_conflict_of_git_and_go_nowhere_until_it_is_resolved(repo: Repository) -> None:
    repo.branch("feature")
    repo.edit("Design it", "Design the schema")
    repo.switch("main")
    repo.edit("Design it", "Design the API")
    repo.git("merge", "feature", fails=True)
    for words in (("plan", "check"), ("sync", "diff"), ("sync", "push", "--force", "--yes"), ("sync", "pull")):
        answer = repo.tt(*words)
        assert answer.status == 4
        assert "error[TT001]: a merge conflict is not resolved here" in answer.out + answer.err
    assert repo.tt.document("task", "show", "design")["description"] == "Design it"
    repo.resolve(repo.PLAN.replace("Design it", "Design API and schema"))
    repo.tt.told("sync", "push")
    assert repo.tt.document("task", "show", "design")["description"] == "Design API and schema"
    repo.in_step()


def test_both_sides_add_a_task_at_the_end(repo: Repository) -> None:
    repo.branch("feature")
    repo.commit("docs", repo.PLAN + MORE.format(name="docs", text="Write it down"))
    repo.switch("main")
    repo.commit("test", repo.PLAN + MORE.format(name="test", text="Test it"))
    repo.git("merge", "feature", fails=True)
    marks = ("<<<<<<<", "=======", ">>>>>>>")
    lines = repo.text.splitlines(keepends=True)
    # Git shows once what the two have in common, so to take out the marks alone makes one task of both.
    assert repo.text.count("[[tasks]]") == 3
    repo.path.write_text("".join(line for line in lines if not line.startswith(marks)))
    answer = repo.tt("sync", "push")
    assert answer.status == 4
    assert "error[TT001]" in answer.err
    assert repo.states() == {"design": "pending", "build": "pending"}
    both = MORE.format(name="test", text="Test it") + MORE.format(name="docs", text="Write it down")
    repo.commit("merge", repo.PLAN + both)
    assert repo.tt.told("sync", "push") == (
        "+ tasks.toml:16:1: test: Test it\n+ tasks.toml:22:1: docs: Write it down\n2 created, 2 unchanged\n"
    )
    repo.in_step()


def test_a_task_that_was_renamed_here_and_edited_there_stays_the_same(repo: Repository) -> None:
    repo.complete("design")
    repo.commit("done")
    own = repo.tt.document("task", "show", "design")["id"]
    repo.branch("feature")
    repo.edit('id = "design"', 'id = "schema"\nwas = "design"')
    repo.edit('["design"]', '["schema"]')
    repo.switch("main")
    repo.edit("1h", "3h")
    repo.git("merge", "feature")
    assert repo.tt.told("sync", "push") == (
        '~ tasks.toml:2:6: schema: id: "design" → "schema"\n'
        '~ tasks.toml:6:12: schema: estimate: "1h" → "3h"\n'
        '~ tasks.toml:13:9: build: needs: ["design"] → ["schema"]\n'
        "2 updated\n"
    )
    task = repo.tt.document("task", "show", "schema")
    assert (task["id"], task["state"], task["result"], task["estimate"]) == (own, "completed", "ok", "3h")
    repo.in_step()


def test_a_task_that_waits_for_a_name_that_the_other_side_has_changed(repo: Repository) -> None:
    repo.branch("feature")
    repo.edit('id = "design"', 'id = "schema"\nwas = "design"')
    repo.edit('["design"]', '["schema"]')
    repo.switch("main")
    repo.commit("more", repo.PLAN + MORE.format(name="docs", text="d").replace("build", "design"))
    repo.git("merge", "feature")  # git has nothing against it
    answer = repo.tt("plan", "check")
    assert answer.status == 4
    assert "tasks.toml:21:10: error[TT007]: task " in answer.out
    assert repo.tt("sync", "push").status == 4
    assert set(repo.states()) == {"design", "build"}
    repo.edit('needs = ["design"]', 'needs = ["schema"]')
    repo.tt.told("sync", "push")
    assert set(repo.states()) == {"schema", "build", "docs"}
    repo.in_step()


def test_statuses_that_were_pulled_on_both_branches(repo: Repository) -> None:
    repo.branch("feature")
    repo.switch("main")
    repo.complete("design")
    repo.commit("design is done")
    repo.switch("feature")
    repo.tt.told("task", "complete", "build", "--result", "ok")
    answer = repo.tt("sync", "pull")
    assert answer == Answer(
        0,
        '~ tasks.toml:14:10: build: status: "pending" → "completed"\npulled 1 change\n',
        "1 change the other way: tt sync push\n",  # the old line of this branch, which a push would ask about
    )
    repo.commit("build is done")
    repo.git("merge", "main")
    assert repo.text == repo.PLAN.replace("pending", "completed")
    repo.in_step()


def test_a_conflict_of_status_lines_may_be_resolved_in_any_way(repo: Repository) -> None:
    repo.branch("feature")
    repo.complete("design")
    repo.commit("it is done")
    repo.switch("main")
    repo.edit('status = "pending"\n\n', 'status = "running"\n\n', "as it was pulled in between")
    repo.git("merge", "feature", fails=True)
    assert '<<<<<<< HEAD\nstatus = "running"\n=======\nstatus = "completed"\n>>>>>>> feature\n' in repo.text
    nothing = "nothing to push: 2 tasks unchanged\n"
    for line in ("", 'status = "running"\n', 'status = "completed"\n'):
        repo.path.write_text(repo.PLAN.replace('status = "pending"\n\n', f"{line}\n"))
        assert repo.tt.told("sync", "push") == nothing
    repo.path.write_text(repo.PLAN)
    answer = repo.tt("sync", "push")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(
        '~ tasks.toml:6:10: design: status: "completed" → "pending"\n'
        "tt: this would reset 1 finished task; nothing was written."
    )
    assert repo.states()["design"] == "completed"


def test_a_branch_that_was_left_for_a_while_resets_nothing(repo: Repository) -> None:
    repo.branch("old")
    repo.switch("main")
    repo.complete("design")
    repo.complete("build")
    repo.commit("done")
    repo.switch("old")
    repo.commit("more", MORE.format(name="docs", text="Write it down") + repo.text)
    answer = repo.tt("sync", "push")
    assert (answer.status, answer.out) == (2, "")
    assert "this would reset 2 finished tasks; nothing was written" in answer.err
    assert repo.states() == {"design": "completed", "build": "completed"}
    repo.git("merge", "main")  # the newer lines win, for this branch has not touched them
    assert repo.tt.told("sync", "push") == ("+ tasks.toml:2:1: docs: Write it down\n1 created, 2 unchanged\n")
    assert repo.states() == {"design": "completed", "build": "completed", "docs": "pending"}
    repo.in_step()


def test_what_a_colleague_has_done_is_done_here_too(repo: Repository, tmp_path: Path) -> None:
    theirs = Repository(tmp_path / "clone", repo)
    try:
        theirs.tt.told("sync", "push")
        assert theirs.states() == {"design": "pending", "build": "pending"}
        theirs.complete("design")
        theirs.commit("design is done")
        theirs.git("push", "--quiet", "origin", "HEAD:refs/heads/theirs")
    finally:
        theirs.tt.close()
    repo.git("merge", "theirs")
    assert repo.tt.told("sync", "push") == (
        '~ tasks.toml:6:10: design: status: "pending" → "completed"\n1 updated, 1 unchanged\n'
    )
    assert repo.tt.document("task", "show", "design")["result"] == "by hand, in tasks.toml"
    repo.in_step()
