"""A data package that cannot be read, or is described wrongly, is named once."""

import errno
import json
import os
import shutil
from pathlib import Path

import pytest

from reanalysis import DataError, load_study
from reanalysis.example import FOLDER


@pytest.fixture
def data(tmp_path):
    return Path(shutil.copytree(FOLDER, tmp_path / "data"))


def only_fault(folder):
    with pytest.raises(DataError) as caught:
        load_study(folder)
    (fault,) = caught.value.faults
    return fault


def described(data, table, column, **what):
    """Change the description of a column."""
    path = data / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    (resource,) = [r for r in package["resources"] if r["name"] == table]
    (field,) = [f for f in resource["schema"]["fields"] if f["name"] == column]
    field.update(what)
    path.write_text(json.dumps(package), encoding="utf-8")


# --- files and folders ----------------------------------------------------------------


def link_nowhere(path):
    path.symlink_to("/nowhere/at/all")


def link_to_itself(path):
    path.symlink_to(path)


def link_to_a_device(path):
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (Path.mkdir, "this must be a file, and is a folder"),
        (os.mkfifo, "this must be a file, and is a device or a pipe"),
        (link_to_a_device, "this must be a file, and is a device or a pipe"),
        (link_nowhere, "this link leads nowhere"),
        (link_to_itself, f"this file cannot be reached: {os.strerror(errno.ELOOP)}"),
    ],
)
def test_what_is_no_file_is_called_what_it_is(data, make, rule):
    path = data / "outcomes.csv"
    path.unlink()
    make(path)
    fault = only_fault(data)
    assert (fault.file, fault.rule) == (str(path), rule)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"PK\x03\x04\x14", "this is a workbook or an archive"),
        (b"\xd0\xcf\x11\xe0", "this is an old workbook"),
        (b"%PDF-1.7", "this is a PDF"),
        (b"\x1f\x8b\x08", "this is a packed file"),
        ("endpoint,arm\n".encode("utf-16-le"), "this file is in UTF-16"),
        ("endpoint,arm\n".encode("utf-32"), "this file is in UTF-16"),
    ],
)
def test_what_is_no_csv_is_called_what_it_is(data, content, rule):
    (data / "tests.csv").write_bytes(content)
    fault = only_fault(data)
    assert fault.file == str(data / "tests.csv")
    assert fault.rule.startswith(rule)
    assert fault.rule.endswith("save it as CSV in UTF-8")


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        (errno.EACCES, "this file may not be read"),
        (errno.EIO, f"this file cannot be read: {os.strerror(errno.EIO)}"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(data, monkeypatch, number, rule):
    read = Path.read_bytes

    def refuse(path):
        if path.name == "outcomes.csv":
            raise OSError(number, os.strerror(number))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    fault = only_fault(data)
    assert fault.file == str(data / "outcomes.csv")
    assert fault.rule.startswith(rule)


def test_a_folder_that_may_not_be_entered_is_not_called_missing(data, monkeypatch):
    def refuse(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "iterdir", refuse)
    fault = only_fault(data)
    assert fault.file == str(data)
    assert fault.rule.startswith("this folder may not be entered")


def test_an_archive_in_the_place_of_the_folder_is_named(data):
    archive = shutil.make_archive(str(data), "zip", data)
    fault = only_fault(archive)
    assert fault.file == archive
    assert fault.rule.startswith("this is a file: name the folder")


@pytest.mark.parametrize("make", [link_nowhere, link_to_itself])
def test_a_folder_that_is_a_link_to_nothing_is_named(tmp_path, make):
    make(tmp_path / "link")
    assert only_fault(tmp_path / "link").rule == "this link leads nowhere"


def test_a_name_that_no_folder_can_have_is_refused():
    assert only_fault("a\0b").rule in (
        "there is no such folder",
        "this is no name of a folder",
    )


# --- a description that does not fit --------------------------------------------------


@pytest.mark.parametrize(
    ("what", "asks"),
    [
        ({"decimals": 2}, "with 2 digits after the point"),
        ({"constraints": {"minimum": 99}}, "at least 99"),
        ({"constraints": {"pattern": "X"}}, "in the form X"),
        ({"constraints": {"enum": ["X"]}}, "one of X"),
    ],
)
def test_a_rule_that_no_cell_keeps_is_one_fault_of_the_description(data, what, asks):
    described(data, "outcomes", "percent", **what)
    fault = only_fault(data)
    assert fault.file == str(data / "datapackage.json")
    assert fault.column == "percent"
    assert fault.rule.startswith("9 of 9 cells of outcomes.csv break its rule")
    assert asks in fault.rule
    assert "row 2 has '44'" in fault.rule


def test_a_cell_that_breaks_a_rule_alone_is_blamed_itself(data):
    path = data / "outcomes.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count("16,44,") == 1
    path.write_text(text.replace("16,44,", "16,44.0,"), encoding="utf-8")
    fault = only_fault(data)
    assert (fault.file, fault.row, fault.value) == (str(path), 2, "44.0")


@pytest.mark.parametrize("decimals", ["two", -1, 1.0, True, None, 99])
def test_decimals_that_are_no_number_of_decimals_are_refused(data, decimals):
    described(data, "outcomes", "percent", decimals=decimals)
    fault = only_fault(data)
    assert fault.file == str(data / "datapackage.json")
    assert fault.rule.startswith("decimals must be a whole number from 0 to 20, not")
    assert fault.rule.endswith(f"{decimals!r} as for 'percent'")
