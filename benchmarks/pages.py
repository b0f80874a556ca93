"""Weigh and time the first load of every page of the built book, on this machine.

What is loaded does not depend on the machine and is tested; the time until the largest
part of a page stands (largest contentful paint) does, and is only shown.
"""

import gzip
import sys
from pathlib import Path
from statistics import median
from urllib.parse import unquote, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "book"))

from browser import SCREENS, chromium, page_names
from build import PAGES
from playwright.sync_api import Browser
from serve import serve

REPEATS = 5

LARGEST_PAINT = """() => new Promise((done) => {
  const give = (list) => done(list.getEntries().at(-1).startTime);
  new PerformanceObserver(give).observe(
    { type: "largest-contentful-paint", buffered: true });
})"""


def first_load(browser: Browser, address: str, screen: str) -> tuple[float, list[str]]:
    """Give the milliseconds until the largest paint, and what was asked for."""
    width, height = SCREENS[screen]
    size = {"width": width, "height": height}
    with browser.new_context(viewport=size) as context:
        page, asked = context.new_page(), []
        page.on("request", lambda request: asked.append(urlsplit(request.url)))
        page.goto(address)
        return page.evaluate(LARGEST_PAINT), [
            unquote(url.path).lstrip("/") for url in asked if url.scheme == "http"
        ]


def main() -> None:
    """Print one line for each page."""
    print(f"\nFirst load of each page, largest paint: median of {REPEATS}")
    print(
        "                              files      kB   kB, gzip   ms, wide  ms, phone"
    )
    with serve(PAGES) as address, chromium() as browser:
        for name in page_names():
            times = {}
            for screen in SCREENS:
                loads = [
                    first_load(browser, f"{address}{name}.html", screen)
                    for _ in range(REPEATS)
                ]
                times[screen] = median(time for time, _ in loads)
            files = [(PAGES / path).read_bytes() for path in loads[0][1]]
            packed = sum(len(gzip.compress(file)) for file in files)
            print(
                f"  {name.split('/')[-1]:<26}  {len(files):>5}"
                f"  {sum(map(len, files)) / 1e3:>6.0f}  {packed / 1e3:>9.0f}"
                f"  {times['wide']:>9.0f}  {times['phone']:>9.0f}",
                flush=True,
            )


if __name__ == "__main__":
    try:
        main()
    except FileNotFoundError as error:
        print(f"\nPages are not timed: {error}")
