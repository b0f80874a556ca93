"""What differs between machines: browsers, line endings, Pythons, processors."""

import re
import subprocess
import sys
import tomllib
from dataclasses import replace

import browser
import build
import environment
import processors
import pytest
import reproduce
import yaml
from conftest import FORMS, ROOT


@pytest.fixture
def nothing_installed(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(browser, "APPLICATIONS", (tmp_path / "a", tmp_path / "b c"))
    return tmp_path


def program(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    path.chmod(0o755)
    return str(path)


def test_a_machine_without_a_browser_has_none(nothing_installed):
    assert browser.find() is None


@pytest.mark.parametrize("folder", ["a", "b c"])
@pytest.mark.parametrize(
    "name",
    [
        "Google Chrome.app/Contents/MacOS/Google Chrome",
        "Chromium.app/Contents/MacOS/Chromium",
    ],
)
def test_a_browser_among_the_applications_of_macos_is_found(
    nothing_installed, folder, name
):
    path = nothing_installed / folder / name
    assert browser.find() is None
    assert program(path) == browser.find()
    path.chmod(0o644)
    assert browser.find() is None  # it cannot be started


@pytest.mark.parametrize("name", browser.NAMES)
def test_a_browser_on_the_path_goes_before(nothing_installed, name):
    program(nothing_installed / "a" / browser.IN_APPLICATIONS[0])
    path = program(nothing_installed / "bin" / name)
    assert browser.find() == path


def test_every_text_has_the_same_line_endings_on_every_system():
    command = ["git", "ls-files", "--eol"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("this is no clone")
    files = [line.split(maxsplit=3) for line in done.stdout.splitlines()]
    assert len(files) > 100
    for index, tree, *attributes, name in files:
        if index == "i/-text":  # neither text nor changed by git
            assert attributes == ["attr/-text"], name
        else:
            assert index in ("i/lf", "i/none"), name
            assert tree in ("w/lf", "w/none", "w/"), name
            assert "eol=lf" in " ".join([*attributes, name]), name


# --- Pythons and the workflow ---------------------------------------------------------

MINORS = [f"3.{minor}" for minor in reproduce.MINORS]
# The first releases that run on the Node of today's runners.
RUN_TODAY = {
    "actions/checkout": 6,
    "actions/setup-python": 6,
    "actions/upload-pages-artifact": 5,
    "actions/deploy-pages": 5,
}


@pytest.fixture(scope="module")
def workflow():
    path = ROOT / ".github" / "workflows" / "book.yml"
    return yaml.safe_load(path.read_text("utf-8"))


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_all_places_name_the_same_pythons(workflow):
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == MINORS
    readme = (ROOT / "README.md").read_text("utf-8")
    assert f"Python {MINORS[0]} to {MINORS[-1]}" in readme
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == f">={MINORS[0]}"
    assert f"from {MINORS[0]} to {MINORS[-1]}" in reproduce.__doc__
    runtime = (ROOT / ".binder" / "runtime.txt").read_text("utf-8").strip()
    assert runtime.removeprefix("python-") in MINORS


def test_the_workflow_runs_what_the_readme_and_a_contributor_run(workflow):
    runs = [step["run"] for step in steps(workflow) if "run" in step]
    dates, *checks, prints = runs
    assert checks == ["bash .ci/run"]
    assert prints == "make pdf"
    checks = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "\nAS_ON=far make test\n" in checks
    assert checks.endswith("\nmake book\n")
    settings = {*workflow["jobs"]["test"]["env"], *re.findall(r"\b(BOOK_\w+)=", dates)}
    assert settings == set(build.SETTINGS) == set(FORMS["published"])
    assert settings == set(reproduce.PUBLISHED)


def test_no_action_is_older_than_those_that_run_today(workflow):
    used = [step["uses"].split("@v") for step in steps(workflow) if "uses" in step]
    assert {name for name, _ in used} == set(RUN_TODAY)
    assert all(int(version) >= RUN_TODAY[name] for name, version in used)


def test_the_workflow_keeps_the_wheels_of_the_lock(workflow):
    (setup,) = [s for s in steps(workflow) if "setup-python" in s.get("uses", "")]
    assert setup["with"]["cache"] == "pip"
    locks = {path.name for path in ROOT.glob(setup["with"]["cache-dependency-path"])}
    assert locks == set(environment.LOCKS.values())


def test_two_runs_of_a_branch_do_not_publish_at_once(workflow):
    assert "github.ref" in workflow["concurrency"]["group"]
    # only what publishes nothing is broken off
    assert workflow["concurrency"]["cancel-in-progress"] == (
        "${{ github.event_name == 'pull_request' }}"
    )
    assert "pull_request" in workflow["jobs"]["publish"]["if"]


def test_what_is_published_was_tested_in_the_same_run(workflow):
    publish = workflow["jobs"]["publish"]
    assert publish["needs"] == "test"
    assert publish["permissions"] == {"pages": "write", "id-token": "write"}
    (upload,) = [s for s in steps(workflow) if "upload-pages" in s.get("uses", "")]
    assert upload["if"].removeprefix("matrix.python == ").strip("'") in MINORS
    assert upload["with"]["path"] == build.PAGES.relative_to(ROOT).as_posix()


# --- processors -----------------------------------------------------------------------

OWN = processors.Taken(
    {"numpy": "SkylakeX", "scipy": "SkylakeX"}, [2], ["X86_V3", "X86_V4"], 1
)


@pytest.fixture
def takes(monkeypatch):
    """Let the libraries take what is said instead of what they take here."""
    said = {}
    monkeypatch.setattr(
        processors, "look", lambda name, python="": said.get(name, said["own"])
    )
    said["own"] = OWN
    return said


def with_kernels(numpy, scipy, **other):
    return replace(OWN, kernels={"numpy": numpy, "scipy": scipy}, **other)


def test_what_both_copies_of_openblas_take_is_forced(takes):
    takes["Haswell"] = with_kernels("Haswell", "Haswell")
    assert processors.refused("Haswell") == []
    # another name of the same kernel
    takes["Prescott"] = with_kernels("Katmai", "prescott")
    assert processors.refused("Prescott") == []


def test_what_one_copy_of_openblas_declines_is_named(takes):
    takes["Nehalem"] = with_kernels("Nehalem", "SkylakeX")
    assert processors.refused("Nehalem") == ["the OpenBLAS of scipy takes SkylakeX"]
    takes["own"] = takes["Nehalem"] = replace(OWN, kernels={})
    assert processors.refused("Nehalem") == ["there is no OpenBLAS here"]


def test_what_numpy_keeps_or_never_had_is_named(takes):
    takes["no-AVX-512"] = replace(OWN, numpy=["X86_V3"])
    assert processors.refused("no-AVX-512") == []
    takes["no-AVX2"] = replace(OWN, numpy=["X86_V3"])
    assert processors.refused("no-AVX2") == ["NumPy keeps X86_V3"]
    takes["own"] = takes["no-AVX-512"]
    assert processors.refused("no-AVX-512") == [
        "NumPy uses none of it on this processor as it is"
    ]


def test_a_c_library_that_gives_the_same_digits_was_not_forced(takes):
    assert processors.refused("no-FMA") == [
        "the C library gives the same digits as without it"
    ]
    takes["no-FMA"] = replace(OWN, digits=2)
    assert processors.refused("no-FMA") == []


def test_threads_that_are_not_there_are_named(takes):
    assert processors.refused("two-threads") == []
    assert processors.refused("one-thread") == ["OpenBLAS takes 2 of 1 threads"]


def test_code_that_this_processor_cannot_run_is_named(takes):
    takes["SkylakeX"] = "this processor lacks its instructions"
    assert processors.refused("SkylakeX") == ["this processor lacks its instructions"]


def test_the_farthest_processor_is_one_whose_kernel_is_another(takes):
    assert processors.far() == "one-thread"  # nothing can be forced
    takes["PC"] = with_kernels("Haswell", "Haswell")
    assert processors.far() == "PC"
    takes["old"] = "it does not run"
    takes["oldest"] = with_kernels("Katmai", "Katmai")
    assert processors.far() == "oldest"
    takes["own"] = with_kernels("Katmai", "Katmai")
    assert processors.far() == "PC"


def as_on(*arguments):
    command = [sys.executable, str(ROOT / "book" / "processors.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_a_command_is_run_as_on_another_processor_and_its_code_is_given():
    ask = "import os, sys; print(os.environ['OPENBLAS_NUM_THREADS']); sys.exit(3)"
    done = as_on("one-thread", sys.executable, "-c", ask)
    assert done.returncode == 3
    said, printed = done.stdout.splitlines()
    assert said.startswith("As on another processor (one-thread): OpenBLAS ")
    assert printed == "1"


def test_an_unknown_processor_is_refused_in_a_sentence():
    done = as_on("abacus", sys.executable)
    assert done.returncode == 2
    assert done.stderr.startswith("abacus is none of: far, own, Nehalem, ")
    assert done.stderr.count("\n") == 1


def test_nothing_is_left_of_one_processor_in_the_other(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", "X86_V4")
    assert "OPENBLAS_CORETYPE" not in processors.environment("own")
    assert processors.environment("Nehalem")["OPENBLAS_CORETYPE"] == "Nehalem"
    assert "NPY_DISABLE_CPU_FEATURES" not in processors.environment("Nehalem")
