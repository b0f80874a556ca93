"""Every page in a real browser: what it loads, how it stands, who can reach it."""

import gzip
import io
import os
import re
import shutil
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import browser
import numpy as np
import pdf
import pytest
import typeface
import unused_rules
from axe_playwright_python.sync_playwright import Axe
from dark_figures import contrast
from matplotlib.image import imread
from playwright.sync_api import expect
from pypdf import PdfReader
from serve import serve

# On a machine that must prove the book, a missing browser is an error, not a skip.
pytestmark = pytest.mark.skipif(
    browser.find() is None and not os.environ.get("CI"),
    reason="chromium is not here: apt-get install chromium",
)

PAGES = browser.page_names()
LEDGER = "chapters/10-conclusion"
SCRIPTED = pytest.mark.parametrize("page", [*PAGES, "search"])
EVERY_PAGE = pytest.mark.parametrize("page", PAGES)

# Shifts are added up from the first moment on, as the browser's own measure does.
WATCH_SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
SETTLED = (
    "() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 80))"
)
WIDTHS = "() => [document.documentElement.scrollWidth, window.innerWidth]"
# What a keyboard should come to: all that is shown and can be worked.
WORKABLE = """() => [...document.querySelectorAll(
    "a[href], button, select, input, summary, [tabindex='0']")].filter((element) =>
  element.checkVisibility({ visibilityProperty: true })
  && element.getBoundingClientRect().width > 0
  && !element.disabled && element.tabIndex >= 0)"""


@dataclass
class View:
    """What one page did on one screen."""

    requests: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    shifts: float = 0
    widths: tuple[int, int] = (0, 0)
    violations: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as started:
        yield started


@pytest.fixture(scope="module")
def site(html):
    with serve(html) as address:
        yield address


def listen(page, view):
    page.on("request", lambda request: view.requests.append(request.url))
    page.on("requestfailed", lambda request: view.failed.append(request.url))
    page.on("response", lambda answer: answer.ok or view.failed.append(answer.url))
    page.on("pageerror", lambda error: view.complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            message.type in ("error", "warning")
            and view.complaints.append(message.text)
        ),
    )


def violations(page, scheme, without, **options):
    fast = {"preload": False, "resultTypes": ["violations"]}
    part = {"include": [["html"]], "exclude": [[place] for place in without]}
    found = Axe().run(page, context=part, options=fast | options)
    found = found.response["violations"]
    return [
        f"{scheme}: {violation['id']} at {node['target']}"
        for violation in found
        for node in violation["nodes"]
    ]


def look(page, address, without=()):
    """Load a page for the first time and take down what happens.

    Axe does not judge the places in `without`.
    """
    view = View()
    listen(page, view)
    page.emulate_media(color_scheme="light")
    page.goto(address)
    page.evaluate(SETTLED)
    view.shifts, view.widths = page.evaluate("window.shifts"), page.evaluate(WIDTHS)
    seen = replace(view)  # from here on axe makes requests of its own
    view.requests, view.failed, view.complaints = [], [], []
    seen.violations += violations(page, "light", without)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    # only colors differ in the dark
    only = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
    seen.violations += violations(page, "dark", without, runOnly=only)
    return seen


def article(path):
    """What a page tells, without what stands around it; the search tells nothing."""
    text = path.read_text("utf-8")
    return re.search("<article.*</article>|$", text, re.DOTALL)[0] or str(path)


@pytest.fixture(scope="module")
def views(chromium, site, html, pages_of):
    """Each page on each screen, looked at once, when it is first asked for."""
    tabs, seen = {}, {}
    first = dict.fromkeys([pages_of("local"), html])
    for screen, (width, height) in browser.SCREENS.items():
        size = {"width": width, "height": height}
        tab = tabs[screen] = chromium.new_page(viewport=size, reduced_motion="reduce")
        tab.add_init_script(WATCH_SHIFTS)
        # each load is a first one
        devtools = tab.context.new_cdp_session(tab)
        devtools.send("Network.enable")
        devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def give(page):
        if page not in seen:
            told = [article(folder / f"{page}.html") for folder in first]
            # what is told in the same words in the first form is judged there
            without = ["article"] if told[1:] and told[0] == told[1] else []
            address = f"{site}{page}.html"
            seen[page] = {
                screen: look(tab, address, without) for screen, tab in tabs.items()
            }
        return seen[page]

    return give


@pytest.fixture(params=browser.SCREENS.values(), ids=browser.SCREENS)
def page(request, chromium):
    width, height = request.param
    with chromium.new_context(viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        page.set_default_timeout(5000)
        yield page


# --- what is loaded -------------------------------------------------------------------


@SCRIPTED
def test_no_request_leaves_for_another_host(views, site, page):
    for view in views(page).values():
        assert view.requests
        assert [
            address
            for address in view.requests
            if not address.startswith((site, "data:"))
        ] == []


@SCRIPTED
def test_nothing_fails_to_load_and_nothing_is_complained_of(views, page):
    for view in views(page).values():
        assert (view.failed, view.complaints) == ([], [])


@SCRIPTED
def test_a_first_load_is_light(views, html, page):
    addresses = {
        unquote(urlsplit(address).path).lstrip("/")
        for view in views(page).values()
        for address in view.requests
        if not address.startswith("data:")
    }
    files = [(html / address).read_bytes() for address in addresses]
    assert sum(map(len, files)) < 1_000_000
    assert sum(len(gzip.compress(file)) for file in files) < 250_000


def test_no_page_needs_a_host_when_opened_as_a_file(chromium, html):
    view = View()
    with chromium.new_context() as context:
        page = context.new_page()
        listen(page, view)
        page.goto((html / f"{PAGES[0]}.html").as_uri())
        page.evaluate(SETTLED)
        page.goto((html / "search.html").as_uri() + "?q=54%25")
        expect(page.locator("#search-results li").first).to_be_visible()
    assert {urlsplit(address).scheme for address in view.requests} <= {"file", "data"}
    assert view.complaints == []


HARM = """<script>window.harm = "a script"</script>
<img src="x" onerror="window.harm = 'a handler'">
<script src="data:text/javascript,window.harm='an address'"></script>
<iframe srcdoc="<script>parent.harm = 'a frame'</script>"></iframe>
<a id="a-link" href="javascript:window.harm = 'a link'">harm</a>"""


@pytest.mark.parametrize("opened", ["served", "as a file"])
def test_what_stands_in_a_text_does_not_run(chromium, html, tmp_path, opened):
    shutil.copytree(html, tmp_path / "html")
    path = tmp_path / "html" / f"{PAGES[0]}.html"
    text = path.read_text(encoding="utf-8").replace("</h1>", f"</h1>{HARM}", 1)
    path.write_text(text, encoding="utf-8")
    with serve(tmp_path / "html") as address, chromium.new_context() as context:
        page, view = context.new_page(), View()
        listen(page, view)
        page.goto(
            path.as_uri() if opened == "as a file" else f"{address}{PAGES[0]}.html"
        )
        page.locator("#a-link").click()
        page.evaluate(SETTLED)
        assert page.evaluate("window.harm") is None
        assert any("Content Security Policy" in text for text in view.complaints)
        # the book's own scripts do run
        expect(page.locator("html")).to_have_attribute("data-mode", "auto")


def rules_of_others():
    """The styles of the theme and its helpers, as their packages bring them."""
    for package, path in (
        ("pydata_sphinx_theme", "theme/*/static/styles/*.css"),
        ("sphinx_book_theme", "theme/*/static/styles/*.css"),
        ("myst_nb", "static/*.css"),
        ("sphinx_design", "compiled/*.css"),
    ):
        for file in sorted(Path(str(resources.files(package))).glob(path)):
            yield from unused_rules.RULE.findall(file.read_text(encoding="utf-8"))


MATCHED = """(selectors) => selectors.filter((selector) => {
  try { return document.querySelector(selector); } catch { return false; }
})"""


def test_no_rule_that_is_left_out_is_for_what_a_page_shows(chromium, site, html):
    kept = {
        selector
        for path in html.glob("_static/**/*.css")
        for rule in unused_rules.RULE.findall(path.read_text(encoding="utf-8"))
        for selector in unused_rules.selectors(rule[0])
    }
    gone = {
        re.sub(r"::?(?:before|after|hover|focus[a-z-]*|active|placeholder)", "", one)
        for text, _ in rules_of_others()
        for one in unused_rules.selectors(unused_rules.COMMENT.sub("", text))
        if one not in kept and ".fa-" not in one and not one.startswith("@")
    }
    assert len(gone) > 1000
    assert ".carousel" in gone
    found = {}
    with chromium.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        for name in [*PAGES, "search"]:
            page.goto(f"{site}{name}.html")
            # a menu is open, a tip is shown
            page.evaluate("document.querySelector('.dropdown-toggle')?.click()")
            page.evaluate("""document.querySelector('[data-bs-toggle=tooltip]')
              ?.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }))""")
            found |= dict.fromkeys(page.evaluate(MATCHED, sorted(gone)), name)
    assert found == {}


# --- its letters ----------------------------------------------------------------------


def faces(page, selector):
    """The faces in which a browser sets the first of these elements and its parts."""
    devtools = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        devtools.send(f"{domain}.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    asked = {"nodeId": root, "selector": selector}
    node = devtools.send("DOM.querySelector", asked)["nodeId"]
    found = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {(face["familyName"], face["isCustomFont"]) for face in found}


@pytest.mark.parametrize("opened", ["served", "as a file"])
def test_a_page_is_set_in_the_typeface_that_it_brings(chromium, site, html, opened):
    start = site if opened == "served" else f"{html.as_uri()}/"
    latin, arabic = (typeface.LATIN, True), (typeface.ARABIC, True)
    page = chromium.new_page()
    page.goto(f"{start}{PAGES[1]}.html")
    for selector in ("article p", "h1", "article td", ".bd-links a", "figcaption p"):
        assert latin in faces(page, selector), selector
    assert faces(page, "article p") == {latin}
    page.goto(f"{start}chapters/plain-words-ar.html")
    for selector in ("h1", "article p", "article td"):
        assert arabic in faces(page, selector) <= {arabic, latin}, selector
    page.close()


def test_the_typeface_has_all_that_was_cut_out_for_pages(chromium, site):
    page = chromium.new_page()
    for name, before, letters, face in (
        (PAGES[1], "x", typeface.ON_PAGES, typeface.LATIN),
        ("chapters/plain-words-ar", "\u0628", typeface.IN_ARABIC, typeface.ARABIC),
    ):
        page.goto(f"{site}{name}.html")
        page.evaluate(
            "(words) => document.querySelector('h1').replaceChildren(...words)",
            [f"{before}{letter}" for letter in letters],
        )
        # what both have is set in the first
        assert (
            (face, True) in faces(page, "h1") <= {(typeface.LATIN, True), (face, True)}
        )
    page.close()


def test_digits_have_one_width(chromium, site):
    page = chromium.new_page()
    page.goto(f"{site}{PAGES[1]}.html")
    widths = page.evaluate("""() => [..."0123456789"].map((digit) => {
      const word = document.createElement("span");
      word.textContent = digit.repeat(20);
      document.querySelector("td").replaceChildren(word);
      return Math.round(word.getBoundingClientRect().width * 10);
    })""")
    page.close()
    assert len({*widths}) == 1


# --- how it stands --------------------------------------------------------------------


@EVERY_PAGE
def test_nothing_moves_while_a_page_loads(views, page):
    assert [view.shifts for view in views(page).values() if view.shifts > 0.001] == []


@SCRIPTED
def test_no_page_scrolls_sideways(views, page):
    for screen, view in views(page).items():
        content, window = view.widths
        assert content <= window, screen


@SCRIPTED
def test_axe_finds_nothing_to_mend(views, page):
    assert {
        screen: view.violations
        for screen, view in views(page).items()
        if view.violations
    } == {}


@pytest.mark.parametrize("name", [PAGES[1], LEDGER])
def test_a_line_of_text_holds_sixty_to_seventy_five_letters(chromium, site, name):
    with chromium.new_context(viewport={"width": 1600, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{site}{name}.html")
        letters = page.evaluate("""() => [...document.querySelectorAll(".bd-article p")]
          .filter((p) => p.textContent.length > 250 && !p.closest("table, details"))
          .map((p) => p.textContent.length * parseFloat(getComputedStyle(p).lineHeight)
            / p.getBoundingClientRect().height)""")
        assert letters
        assert 55 < np.median(letters) <= 75


def test_no_page_scrolls_sideways_on_the_narrowest_screen(chromium, site):
    page = chromium.new_page(viewport={"width": 320, "height": 640})
    wider = {}
    for name in PAGES:
        page.goto(f"{site}{name}.html")
        content, window = page.evaluate(WIDTHS)
        if content > window:
            wider[name] = content
    page.close()
    assert wider == {}


def test_a_dark_page_is_dark_from_the_start(chromium, site):
    # without the scripts at the end of the page, which would come too late
    with chromium.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.route("**/pydata-sphinx-theme.js*", lambda route: route.abort())
        page.goto(f"{site}{PAGES[0]}.html")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize(("scheme", "paper"), [("light", 255), ("dark", 0x12)])
def test_a_figure_has_the_paper_of_its_page(page, site, scheme, paper):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{site}{PAGES[0]}.html")
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    shot = io.BytesIO(page.locator("figure img").first.screenshot())
    assert (np.round(255 * imread(shot))[2, 2, :3] == paper).all()


def test_a_chosen_mode_is_kept(page, site):
    page.emulate_media(color_scheme="light")
    page.goto(f"{site}{PAGES[0]}.html")
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "light")
    button = page.locator(".theme-switch-button").first
    for _ in range(2):
        if root.get_attribute("data-mode") != "dark":
            button.click()
    expect(root).to_have_attribute("data-theme", "dark")
    page.goto(f"{site}{PAGES[1]}.html")
    expect(root).to_have_attribute("data-theme", "dark")


# --- who can reach it -----------------------------------------------------------------


def test_the_first_stop_of_a_keyboard_leads_to_the_text(page, site):
    page.goto(f"{site}{PAGES[0]}.html")
    page.keyboard.press("Tab")
    expect(page.locator("#pst-skip-link a")).to_be_focused()
    expect(page.locator("#pst-skip-link a")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("name", [PAGES[3], LEDGER])
def test_a_keyboard_reaches_all_that_can_be_worked(page, site, name):
    page.goto(f"{site}{name}.html")
    page.evaluate(SETTLED)
    page.evaluate(f"window.left = new Set(({WORKABLE})())")
    stops = page.evaluate("window.left.size")
    assert stops > 10
    for _ in range(stops + 5):
        page.keyboard.press("Tab")
        page.evaluate("window.left.delete(document.activeElement)")
    left = "[...window.left].map((element) => element.outerHTML.slice(0, 80))"
    assert page.evaluate(left) == []


def test_a_keyboard_opens_and_closes_the_list_of_chapters_on_a_phone(chromium, site):
    width, height = browser.SCREENS["phone"]
    with chromium.new_context(viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        page.set_default_timeout(5000)
        page.goto(f"{site}{PAGES[0]}.html")
        chapter = page.locator(".bd-docs-nav a", has_text="patients").first
        expect(chapter).not_to_be_visible()
        page.locator(".primary-toggle").focus()
        page.keyboard.press("Enter")
        expect(chapter).to_be_visible()
        page.keyboard.press("Escape")
        expect(chapter).not_to_be_visible()
        expect(page.locator(".primary-toggle")).to_be_focused()
        page.keyboard.press("Enter")
        for _ in range(30):
            page.keyboard.press("Tab")
            if chapter.evaluate("(link) => link === document.activeElement"):
                break
        page.keyboard.press("Enter")
        page.wait_for_url("**/03-table-one.html")


def test_a_keyboard_unfolds_all_code_and_the_choice_is_kept(page, site):
    page.goto(f"{site}{PAGES[3]}.html")
    pieces, button = page.locator("details.hide pre"), page.locator(".code-button")
    expect(pieces.first).not_to_be_visible()
    expect(button).to_have_accessible_name("Show the code")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.focus()
    page.keyboard.press("Enter")
    for i in range(pieces.count()):
        expect(pieces.nth(i)).to_be_visible()
    page.goto(f"{site}{PAGES[4]}.html")
    expect(pieces.first).to_be_visible()
    for families in ("plain-words", "plain-words-ar"):  # they are shown none
        page.goto(f"{site}chapters/{families}.html")
        expect(button).to_have_count(0)
        expect(page.locator("details.hide").first).not_to_be_visible()
    page.goto(f"{site}{PAGES[4]}.html")
    button.click()
    expect(pieces.first).not_to_be_visible()


@pytest.mark.parametrize("reach", ["hover", "focus"])
def test_a_citation_shows_what_it_cites_until_escape(page, site, reach):
    page.goto(f"{site}chapters/03-table-one.html")
    link = page.get_by_role("link", name="Brown and Heathers, 2017")
    card = page.locator(".citation-card")
    expect(card).to_have_count(0)
    getattr(link, reach)()
    expect(card).to_contain_text("The GRIM test")
    doi = card.get_by_role("link")
    expect(doi).to_have_attribute("href", "https://doi.org/10.1177/1948550616673876")
    assert link.get_attribute("title") is None  # or it would be shown twice
    if reach == "focus":
        page.keyboard.press("Tab")
        expect(doi).to_be_focused()
    else:
        doi.hover()
        page.wait_for_timeout(400)  # longer than a card waits for what left it
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_a_keyboard_reads_what_a_term_means(chromium, site):
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{site}chapters/03-table-one.html")
        term = page.locator("a.term", has_text="GRIM")
        term.focus()
        expect(page.locator(".citation-card")).to_contain_text("whole number")
        expect(term).to_have_accessible_description(re.compile("whole number"))
        page.keyboard.press("Escape")
        expect(page.locator(".citation-card")).to_have_count(0)
        page.keyboard.press("Enter")
        page.wait_for_url("**/glossary.html#term-GRIM")


def test_a_card_closes_when_it_is_left(page, site):
    page.goto(f"{site}chapters/03-table-one.html")
    page.get_by_role("link", name="Brown and Heathers, 2017").hover()
    expect(page.locator(".citation-card")).to_be_visible()
    page.locator("h1").hover()
    expect(page.locator(".citation-card")).to_have_count(0)


def test_a_tap_between_two_fields_of_the_map_is_answered_beside_it(chromium, site):
    width, height = browser.SCREENS["phone"]
    size = {"width": width, "height": height}
    with chromium.new_context(viewport=size, has_touch=True) as context:
        page = context.new_page()
        page.goto(f"{site}chapters/atlas.html")
        drawing = page.locator(".atlas-map svg")
        drawing.scroll_into_view_if_needed()
        said = page.locator(".atlas-map .atlas-verdict")
        before = said.inner_text()
        fields = page.locator(".atlas-map rect[data-standing]")
        box, beside = fields.nth(5).bounding_box(), fields.nth(6).bounding_box()
        gap = (box["y"] + beside["y"] + beside["height"]) / 2
        page.touchscreen.tap(box["x"] + box["width"] / 2, gap)
        expect(said).not_to_have_text(before)
        expect(said).to_be_in_viewport()
        texts = page.locator(".atlas-tick").all_text_contents()
        assert texts.count("0") == 2
        assert {"0", "20"} <= set(texts)


def test_forced_colors_leave_the_key_of_the_atlas_its_four_colors(chromium, site):
    with chromium.new_context(forced_colors="active") as context:
        page = context.new_page()
        page.goto(f"{site}chapters/atlas.html")
        swatch = "(item) => getComputedStyle(item, '::before').backgroundColor"
        items = page.locator(".atlas-key li").all()
        assert len({item.evaluate(swatch) for item in items}) == len(items) == 4


@pytest.mark.parametrize("scheme", browser.SCHEMES)
def test_each_arm_of_the_atlas_stands_out_from_its_page(chromium, site, scheme):
    with chromium.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(f"{site}chapters/atlas.html")
        drawn = page.evaluate(
            """() => {
              const pen = document.createElement("canvas").getContext("2d");
              const of = (element, name) => {
                pen.fillStyle = getComputedStyle(element)[name];
                pen.fillRect(0, 0, 1, 1);
                return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
              };
              const lines = [...document.querySelectorAll(".atlas-strip line")];
              return [of(document.body, "backgroundColor"),
                ...lines.map((line) => of(line, "stroke"))];
            }"""
        )
    paper, *arms = ["#" + "".join(f"{x:02x}" for x in color) for color in drawn]
    assert len(set(arms)) == 3
    assert min(contrast(arm, paper) for arm in arms) >= 4.5


def test_what_is_typed_into_the_search_stands_beside_its_picture(page, site):
    page.goto(f"{site}{PAGES[0]}.html")
    page.keyboard.press("Control+k")
    form = page.locator("#pst-search-dialog")
    picture, field = (form.locator(part).bounding_box() for part in ("i", "input"))
    assert picture["x"] + picture["width"] <= field["x"]


def test_a_keyboard_filters_the_ledger(page, site):
    page.goto(f"{site}{LEDGER}.html")
    rows = page.locator("table.ledger tbody tr:visible")
    every = rows.count()
    page.locator(".ledger-filters select").nth(1).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("status")).not_to_contain_text(f"{every} of {every}")
    assert 0 < rows.count() < every
    page.keyboard.press("ArrowUp")
    assert rows.count() == every


def test_the_ledger_sorts_filters_and_keeps_both_in_its_address(chromium, site):
    with chromium.new_context(viewport={"width": 1600, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{site}{LEDGER}.html")
        rows = page.locator("table.ledger tbody tr:visible")
        first = rows.first.inner_text()
        head = page.locator("table.ledger thead").get_by_role("button", name="chapter")
        head.click()
        chapter = rows.first.locator("td").last
        expect(chapter).to_have_text(re.compile("^1. "))
        head.click()
        expect(page.locator("[aria-sort=descending]")).to_have_count(1)
        expect(chapter).to_have_text(re.compile("^9. "))
        page.get_by_label("words").fill("remission")
        few, shared = rows.all_inner_texts(), page.url
        assert 0 < len(few) < 40
        assert all("remission" in row.lower() for row in few)
        page.goto(shared)
        assert rows.all_inner_texts() == few
        expect(page.get_by_role("status")).to_contain_text(f"{len(few)} of")
        page.get_by_label("words").fill("")
        head.click()
        assert rows.first.inner_text() == first
        assert "?" not in page.url


def test_a_wide_screen_gives_the_ledger_its_width_and_its_head_stands(chromium, site):
    with chromium.new_context(viewport={"width": 1600, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{site}{LEDGER}.html")
        table = page.locator("#tab-ledger")
        assert table.bounding_box()["width"] > 950
        table.locator("tbody tr").nth(30).scroll_into_view_if_needed()
        expect(table.locator("thead th").first).to_be_in_viewport()
        tall = "(row) => row.getBoundingClientRect().height"
        heights = [row.evaluate(tall) for row in table.locator("tbody tr").all()]
        assert np.median(heights) < 90


def test_a_figure_can_be_taken_away_as_picture_and_as_numbers(chromium, site):
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{site}chapters/03-table-one.html")
        figure = page.locator("figure", has=page.locator("text=Wilson")).first
        name = figure.get_attribute("id")
        for kind in ("SVG", "PNG", "CSV"):
            with page.expect_download() as waiting:
                figure.locator(f".take-away >> text={kind}").first.click()
            got = waiting.value
            assert got.suggested_filename == f"{name}.{kind.lower()}"
            start = got.path().read_bytes()[:60]
            signs = {"SVG": b"<?xml", "PNG": b"\x89PNG", "CSV": b"endpoint,arm,"}
            assert start.startswith(signs[kind])
        numbers = figure.locator("table")
        expect(numbers).not_to_be_visible()
        figure.get_by_text("The numbers").focus()
        page.keyboard.press("Enter")
        expect(numbers).to_be_visible()
        expect(numbers.get_by_role("columnheader").first).to_have_text("endpoint")


def search(page, address, query):
    """Look for something; gives the titles and the excerpts of what is found."""
    page.goto(f"{address}search.html?q={quote(query)}")
    expect(page.get_by_role("status")).to_contain_text("found" if not query else "page")
    found = page.locator("#search-results li")
    return found.locator("a").all_inner_texts(), found.locator("p").all_inner_texts()


@pytest.mark.parametrize("opened", ["served", "as a file"])
def test_a_number_is_found_however_it_is_written(chromium, site, html, opened):
    address = site if opened == "served" else html.as_uri() + "/"
    with chromium.new_context() as context:
        page = context.new_page()
        ways = ["54", "54%", "54 %", "54\u00a0%", "\u0665\u0664", "\u0665\u0664\u066a"]
        first, *others = [search(page, address, way) for way in ways]
        assert all(other == first for other in others)
        titles, excerpts = first
        assert titles[0].endswith("Remission under chemotherapy")  # then its tables
        assert not any("· ·" in said for said in excerpts)
        assert "In plain words: What we found" in titles
        assert any(re.search("[\u0600-\u06ff]", title) for title in titles)
        assert not any("0.54" in said and "54%" not in said for said in excerpts)
        assert search(page, address, "22.3") != search(page, address, "22")


@pytest.mark.parametrize(
    ("query", "best"),
    [
        (
            "Wilson",
            "3. From percentages to patients: The children behind the percentages",
        ),
        ("kaplan meier", "6. Two-year survival, and who was followed: "),
        ("the ledger", "10. Every claim, and what became of it: The ledger"),
        ("every reading", "4. The chi-square values: Every reading of the table"),
        (
            "\u0627\u0646\u062a\u0643\u0627\u0633\u0629",
            "\u0628\u0643\u0644\u0645\u0627\u062a",
        ),
    ],
)
def test_what_is_looked_for_comes_early_without_code_and_is_jumped_to(
    chromium, site, query, best
):
    with chromium.new_context() as context:
        page = context.new_page()
        titles, excerpts = search(page, site, query)
        assert any(title.startswith(best) for title in titles[:3])
        assert not any(
            re.search(r"import |study\.|\bdf\b|__", said) for said in excerpts
        )
        page.locator("#search-results a").first.click()
        mark = page.locator("mark.found").first
        expect(mark).to_be_in_viewport()
        assert urlsplit(page.url).fragment


def test_a_search_that_finds_nothing_says_so_and_goes_on_as_one_types(page, site):
    page.goto(f"{site}{PAGES[0]}.html")
    page.keyboard.press("Control+k")
    expect(page.locator("#pst-search-dialog input")).to_be_focused()
    page.keyboard.type("zzzz")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Nothing found.")
    page.locator("main input[type=search]").fill("remission")
    expect(page.locator("#search-results mark").first).to_be_visible()
    assert page.url.endswith("?q=remission")


# --- on paper -------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", browser.SCHEMES)
@pytest.mark.parametrize("name", [LEDGER, PAGES[-1]])
def test_a_printed_page_is_the_text_alone_in_black_on_white(
    chromium, site, name, scheme
):
    with chromium.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(f"{site}{name}.html")
        page.emulate_media(media="print", color_scheme=scheme)
        shown = page.evaluate(
            """() => [...document.querySelectorAll("body *")]
              .filter((element) => element.checkVisibility())
              .map((element) => element.closest("article") ? "article" :
                element.contains(document.querySelector("article")) ? "around" :
                element.textContent.trim()).filter((text) => text)"""
        )
        assert set(shown) == {"article", "around"}
        assert page.locator("article h1").is_visible()
        assert not any(code.is_visible() for code in page.locator("details.hide").all())
        colors = """() => ["article p", "body"].map((place, i) => getComputedStyle(
          document.querySelector(place))[i ? "backgroundColor" : "color"])"""
        assert page.evaluate(colors) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
        dark_box = """[...document.querySelectorAll("article *")].filter((element) => {
          if (!element.checkVisibility()) return false;
          const [r, g, b, a = 1] = getComputedStyle(element).backgroundColor
            .match(/[\\d.]+/g).map(Number);
          return a > 0 && r + g + b < 600;
        }).map((element) => element.outerHTML.slice(0, 80))"""
        assert page.evaluate(dark_box) == []  # printed with backgrounds


@pytest.fixture(scope="module")
def book(html, chromium, tmp_path_factory):
    file = tmp_path_factory.mktemp("pdf") / "book.pdf"
    pdf.write(html, file, chromium)
    return PdfReader(file)


def test_the_book_on_paper_is_tagged_and_knows_its_language_and_title(book):
    root = book.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert book.metadata.title == "Sixty children, one table"


def test_the_book_on_paper_has_an_outline_of_all_chapters_in_order(book, html):
    titles = [
        pdf.article(html, page, PAGES).select_one("h1").get_text() for page in PAGES
    ]
    listed = [entry for entry in book.outline if not isinstance(entry, list)]
    # the browser writes the words of a title in Arabic from left to right, and, in a
    # typeface of two files, some of them twice
    assert len(listed) == len(titles)
    for entry, title in zip(listed, titles, strict=True):
        assert {*title.split()} <= {*entry.title.split()}
    starts = [book.get_destination_page_number(entry) for entry in listed]
    assert starts == sorted(set(starts))


def test_the_book_on_paper_points_to_nothing_on_this_machine(book):
    notes = [
        note.get_object() for page in book.pages for note in page.annotations or ()
    ]
    addresses = {note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})}
    assert len(addresses) > 20
    assert {urlsplit(address).scheme for address in addresses} == {"https"}
    assert not any("127.0.0.1" in address for address in addresses)


def test_every_id_in_the_joined_book_is_its_own_and_every_link_leads_to_one(html):
    joined = pdf.soup(pdf.join(html))
    ids = [element["id"] for element in joined.find_all(id=True)]
    assert len(ids) == len(set(ids))
    links = [link["href"] for link in joined.select("a[href]")]
    inner = [link.removeprefix("#") for link in links if not urlsplit(link).scheme]
    assert len(inner) > 100
    assert set(inner) <= set(ids)
