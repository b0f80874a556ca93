"""A small made-up study: nobody took part in it, and all of its numbers are invented.

The examples and the tests of the library stand on it, and its folder is a pattern for
the folder of another study.
"""

from pathlib import Path

from reanalysis.study import Study, load_study

#: The data package of the made-up study.
FOLDER = Path(__file__).parent


def example() -> Study:
    """Give a small made-up study, to try the library on.

    Three fruit teas were drunk by 60 children who sleep badly. The study prints three
    endpoints and announces a fourth one; it has each optional table of a `Study`.

    Returns
    -------
    Study
        Read anew from the files beside this one by `load_study`.

    Examples
    --------
    >>> study = example()
    >>> study.facts["made_up"]
    'yes: nobody drank these teas, and every number is invented'
    >>> study.outcomes.head(3)[["endpoint", "arm", "n", "percent"]]
      endpoint     arm   n percent
    0   asleep    Plum  16      44
    1   asleep    Pear  20      58
    2   asleep  Quince  24      75
    """
    return load_study(FOLDER)
