"""Faults put into the lessons, one at a time: nbval has to go red each time (and is green on the lessons as they are)."""

import pytest

from tools.faults import Fault, caught_by, read_faults

FAULTS = read_faults()


def test_there_are_faults_in_every_lesson() -> None:
    assert len(FAULTS) >= 25 and {fault.lesson for fault in FAULTS} == {f"{number:02d}" for number in range(11)}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.lesson} {fault.what}")
def test_a_fault_is_caught(fault: Fault) -> None:
    caught = caught_by(fault)
    print(caught)
    assert caught is not None, "no assert, no checked output and no required error noticed it"
