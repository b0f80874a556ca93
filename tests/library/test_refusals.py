"""What is refused, and in which sentence: the calls of `reference/refusals.csv`."""

import builtins
from importlib import import_module
from math import inf, nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reanalysis import example

ROWS = pd.read_csv(
    Path(__file__).parents[1] / "reference" / "refusals.csv", keep_default_na=False
)
#: What a call may use beside the names of its room.
WORDS = {"frame": pd.DataFrame, "np": np, "nan": nan, "inf": inf, "example": example}


@pytest.mark.parametrize(
    ("room", "call", "error", "sentence"), ROWS.to_numpy().tolist()
)
def test_a_wrong_call_is_refused_in_this_sentence(room, call, error, sentence):
    names = vars(import_module(f"reanalysis.{room}"))
    with pytest.raises(getattr(builtins, error)) as caught:
        eval(call, WORDS | names)
    assert (type(caught.value).__name__, caught.value.args) == (error, (sentence,))


def test_each_refused_call_stands_once_among_those_of_its_function():
    assert not ROWS.duplicated(["room", "call"]).any()
    function = ROWS["room"] + "." + ROWS["call"].str.partition("(")[0]
    assert function.tolist() == sorted(function)
