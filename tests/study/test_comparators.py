"""The published figures: each agrees with itself, and none is pooled that may not."""

import re
from pathlib import Path

import pandas as pd
import pytest

from reanalysis import load_study, proportion
from reanalysis.evidence import obstacles, pool, poolable, published_figures
from reanalysis.printed import match_printed

STUDY = load_study(Path(__file__).parents[2] / "data")
FIGURES = published_figures(STUDY)


def of(study, **equal):
    found = FIGURES[FIGURES["study"] == study]
    for column, value in equal.items():
        found = found[found[column] == value]
    assert len(found) == 1
    return found


# --- the data -------------------------------------------------------------------------


def test_a_stored_percentage_is_that_of_its_count_or_said_to_be_derived():
    compared = 0
    for row in STUDY.comparators.itertuples():
        if pd.isna(row.events):
            continue
        computed = 100 * row.events / row.n
        assert match_printed(row.percent, computed) == "rounded", row
        compared += 1
    assert compared == STUDY.comparators["events"].notna().sum() > 50


def test_a_printed_interval_fits_its_count():
    # printed in whole points
    counted = FIGURES[FIGURES["events"].notna() & FIGURES["low"].notna()]
    assert len(counted) >= 8
    for row in counted.itertuples():
        found = proportion(row.events, row.n, method="clopper-pearson")
        assert 100 * found.low == pytest.approx(row.low, abs=1)
        assert 100 * found.high == pytest.approx(row.high, abs=1)


def test_dois_are_dois_and_each_publication_is_used():
    for row in STUDY.publications.itertuples():
        assert re.fullmatch(r"10\.\d{4,9}/[!-~]+", row.doi or "10.1000/none")
        assert not re.search(r"doi|http|\s|[.,;]$", row.doi, flags=re.IGNORECASE)
    assert set(STUDY.publications["study"]) == set(STUDY.comparators["study"])
    without = STUDY.publications[STUDY.publications["doi"] == ""]
    assert without["label"].str.contains(r"\(.+\)").all()  # then where it was printed
    assert len(without) <= 3


def test_no_address_is_stored():
    for name in ("publications", "comparators"):
        assert "http" not in getattr(STUDY, name).to_csv()


def test_a_publication_has_a_key_for_each_of_its_trials_and_settings():
    by_doi = STUDY.publications[STUDY.publications["doi"] != ""].groupby("doi")
    for _, part in by_doi:
        assert part["label"].nunique() == 1
        assert not part.duplicated(["trial", "setting"]).any()


def test_five_publications_share_the_patients_of_one_trial():
    sizes = STUDY.publications.groupby("trial")["doi"].nunique()
    assert sizes.max() == 5
    assert sizes.drop(sizes.idxmax()).max() == 2
    phases = STUDY.publications.loc[
        STUDY.publications["trial"].str.startswith("PLAT-02"), "trial"
    ]
    assert phases.nunique() == len(phases) == 2


def test_grades_of_different_scales_have_different_definitions():
    severe = FIGURES[FIGURES["endpoint"] == "severe CRS"]
    assert severe["definition"].str.contains("Penn|ASTCT|not stated").all()
    assert severe["definition"].nunique() >= 3


# --- traps ----------------------------------------------------------------------------

TRAPS = {
    "first relapse with later relapse": (
        of("brown2021", arm="Blinatumomab", time="first randomized course"),
        of("vonstackelberg2016", endpoint="MRD negative", denominator="all treated"),
        "the setting differs: first relapse (Brown and others 2021), "
        "relapsed or refractory (von Stackelberg and others 2016)",
    ),
    "adults with children": (
        of("kantarjian2017", arm="Chemotherapy", endpoint="severe CRS"),
        of("locatelli2022_rialto", endpoint="severe CRS"),
        "the setting differs: adults (Kantarjian",
    ),
    "two cuts of one trial": (
        of("maude2018", endpoint="CR", detail=""),
        of("grupp2018", endpoint="CR", detail=""),
        "the same patients, of ELIANA: Maude and others 2018, Grupp and others 2018",
    ),
    "responders with all treated": (
        of("vonstackelberg2016", endpoint="MRD negative", denominator="all treated"),
        of("vonstackelberg2016", events=14, denominator="responders"),
        "the denominator differs: all treated (von Stackelberg and others 2016), "
        "responders (von Stackelberg and others 2016)",
    ),
    "scales of grades": (
        of("maude2018", endpoint="severe CRS"),
        of("pasquini2020", endpoint="severe CRS"),
        "the definition differs: cytokine release syndrome of grade 3 or worse, Penn",
    ),
    "a registry and its update": (
        of("pasquini2020", endpoint="CR"),
        of("john2025", endpoint="CR"),
        "the same patients, of CIBMTR tisagenlecleucel",
    ),
    "no count": (
        of("laetsch2023", endpoint="CR"),
        of("john2025", endpoint="CR"),
        "no count was found: Laetsch and others 2023",
    ),
    "another time": (
        of("bader2023", endpoint="CR"),
        of("john2025", endpoint="CR"),
        "the time differs: day 28 (Bader and others 2023), best response (John",
    ),
    "another endpoint": (
        of("wayne2023", endpoint="severe CRS"),
        of("wayne2023", endpoint="severe neurotoxicity"),
        "the endpoint differs: severe CRS (Wayne and others 2023), severe neuro",
    ),
    "another treatment": (
        of("locatelli2021", arm="Blinatumomab", endpoint="MRD negative"),
        of("locatelli2021", arm="Chemotherapy", endpoint="MRD negative"),
        "the arm differs: Blinatumomab (Locatelli and others 2021), Chemotherapy (Loc",
    ),
    "attempts with children": (
        of("ko2010", detail="second relapse"),
        of("jeha2006", detail=""),
        "the denominator differs: treatment attempts (Ko and others 2010), all treated",
    ),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_known_trap_is_refused_and_named(trap):
    one, other, reason = TRAPS[trap]
    with pytest.raises(ValueError, match=r"^these figures cannot be pooled: ") as found:
        pool(pd.concat([one, other]))
    assert reason in str(found.value)


def test_the_second_phase_of_a_trial_may_join_the_first():
    three = pd.concat(
        [
            of("gardner2017"),
            of("annesley2025", endpoint="MRD negative"),
            of("grupp2018", endpoint="MRD negative", denominator="all treated"),
        ],
        ignore_index=True,
    )
    assert obstacles(three) == []
    assert pool(three).n == 43 + 72 + 79


def test_what_can_be_pooled_of_the_published_figures():
    groups = poolable(FIGURES)
    assert all(obstacles(group) == [] for group in groups)
    assert [(g["arm"].iloc[0], g["endpoint"].iloc[0], len(g)) for g in groups] == [
        ("CAR-T", "MRD negative", 3),
    ]
