"""What one check found, and the three verdicts."""

from typing import NamedTuple

AGREES = "agrees"
DIFFERS = "does not agree"
UNCHECKED = "cannot be checked"


class Check(NamedTuple):
    """One check of one printed value; the fields are the columns of `Audit.checks`.

    Attributes
    ----------
    study, endpoint, arm : str
        Where the value stands; empty where it is one of the whole.
    check : str
        What is checked, as ``count`` or ``p``.
    printed, computed : str
        The value, and the one that follows from the table; empty where none does.
    verdict : str
        `AGREES`, `DIFFERS` or `UNCHECKED`.
    by : str
        The procedures that give the printed value, joined by ``; ``.
    sentence : str
        What was found, in words.
    """

    study: str
    endpoint: str
    arm: str
    check: str
    printed: str
    computed: str
    verdict: str
    by: str
    sentence: str


COLUMNS = Check._fields
