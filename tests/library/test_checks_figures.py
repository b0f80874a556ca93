import pandas as pd
import pytest

from reanalysis.figures import draw_printed_against_recomputed


def points(figure):
    lines = figure.axes[0].get_lines()[1:]
    return {line.get_label(): line.get_xydata().tolist() for line in lines}


def test_each_statistic_stands_at_its_printed_and_its_recomputed_value():
    checks = pd.DataFrame(
        {
            "printed": ["7.3", "1.5", "2.0", "0", "NS"],
            "computed": ["4.3", "1.50", "", "0.000", "3"],
            "verdict": ["does not agree", "agrees", "agrees", "agrees", "agrees"],
        }
    )
    found = points(draw_printed_against_recomputed(checks))
    assert found == {
        "agrees": [[1.5, 1.5]],
        "does not agree": [[pytest.approx(7.3), pytest.approx(4.3)]],
    }
