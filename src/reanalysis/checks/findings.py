"""What one check found, and the three verdicts."""

from typing import NamedTuple

AGREES = "agrees"
DIFFERS = "does not agree"
UNCHECKED = "cannot be checked"


class Check(NamedTuple):
    """One check of one printed value; the fields are the columns of `Audit.checks`."""

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
