"""What differs between machines: browsers, line endings, Pythons, processors."""

import subprocess

import browser
import pytest
from conftest import ROOT


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
