"""Take pictures of every page, for a person to look at: python book/screenshots.py

Each page is shown wide and on a phone, in the light and in the dark.
"""

import sys

from browser import SCHEMES, SCREENS, chromium, page_names
from build import BUILD, PAGES
from plain import plainly
from serve import serve

SCREENSHOTS = BUILD / "screenshots"


def main() -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with serve(PAGES) as address, chromium() as browser:
        for screen, (width, height) in SCREENS.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            for name in page_names():
                page.goto(f"{address}{name}.html")
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    file = f"{name.split('/')[-1]}-{screen}-{scheme}.png"
                    page.screenshot(
                        path=SCREENSHOTS / file, full_page=True, animations="disabled"
                    )
    print(f"Pictures of all pages are here: {SCREENSHOTS}")


if __name__ == "__main__":
    sys.exit(plainly(main))
