"""Serve the built book on this machine and look at it in chromium.

The browser is the system's own (Debian and Ubuntu: apt-get install chromium; macOS:
Chrome or Chromium among the applications); none is downloaded.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from playwright.sync_api import Browser, sync_playwright
from stale import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# On macOS a program is a folder of its own, for all users or for one.
APPLICATIONS = (Path("/Applications"), Path.home() / "Applications")
IN_APPLICATIONS = (
    "Chromium.app/Contents/MacOS/Chromium",
    "Google Chrome.app/Contents/MacOS/Google Chrome",
)

#: Width and height in CSS pixels.
SCREENS = {"wide": (1280, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")

#: Nothing that the browser wants for itself, and the same letters everywhere.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
)


def find() -> str | None:
    """Give the path of a chromium on this machine, or nothing."""
    folders = [folder / name for folder in APPLICATIONS for name in IN_APPLICATIONS]
    return next(filter(None, map(shutil.which, [*NAMES, *map(str, folders)])), None)


def page_names() -> list[str]:
    """Give the names of all pages in the order of the table of contents."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    groups = [toc, *toc.get("parts", [])]
    chapters = [chapter for group in groups for chapter in group.get("chapters", [])]
    return [toc["root"], *(chapter["file"] for chapter in chapters)]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser."""
    path = find()
    if path is None:
        raise FileNotFoundError("chromium is not here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()
