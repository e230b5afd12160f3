"""Every code has an explanation, whose examples are what they are called."""

import pytest

from planner.diagnostics.codes import CODES
from planner.diagnostics.explanations import EXPLANATIONS, code_of
from planner.edit.fix import corrected
from planner.read import read_plan


def test_every_code_is_explained_and_no_other() -> None:
    assert list(EXPLANATIONS) == list(CODES)
    assert len({told.name for told in EXPLANATIONS.values()}) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_bad_example_has_exactly_this_finding(code: str) -> None:
    found = [one.code for one in read_plan(EXPLANATIONS[code].bad.encode()).findings]
    assert found == [code]


@pytest.mark.parametrize("code", CODES)
def test_the_good_example_has_none(code: str) -> None:
    assert read_plan(EXPLANATIONS[code].good.encode()).findings == ()


@pytest.mark.parametrize("code", CODES)
def test_texts_are_sentences(code: str) -> None:
    told = EXPLANATIONS[code]
    for text in (told.what, told.why):
        assert text[0].isupper() or text.startswith(("`", "tasks.toml"))
        assert text.endswith((".", "tt plan --schema"))
        assert "  " not in text


@pytest.mark.parametrize("code", [code for code in CODES if EXPLANATIONS[code].fix])
def test_where_a_fix_is_promised_some_plan_is_fixed(code: str) -> None:
    plans = {
        "TT010": '[[tasks]]\nid = "a"\nrun = "x"\nstatus = "Pending"\n',
        "TT011": '[[tasks]]\nid = "a"\nrun = "x"\npriority = "HIGH"\n',
    }
    reading = read_plan(plans.get(code, EXPLANATIONS[code].bad).encode())
    assert [one.code for one in reading.findings] == [code]
    assert read_plan(corrected(reading).data).findings == ()


@pytest.mark.parametrize("code", [code for code in CODES if not EXPLANATIONS[code].fix])
def test_where_none_is_promised_the_example_stays(code: str) -> None:
    reading = read_plan(EXPLANATIONS[code].bad.encode())
    assert corrected(reading).data == reading.source.data


@pytest.mark.parametrize("word", ["TT007", "tt007", "Tt7", "007", "7"])
def test_a_code_can_be_written_in_short(word: str) -> None:
    assert code_of(word) == "TT007"


@pytest.mark.parametrize("word", ["", "TT", "TT000", "0", "99", "TT0x7", "X7", "-7", " 7", "\u0667"])
def test_what_is_no_code_is_none(word: str) -> None:
    assert code_of(word) is None
