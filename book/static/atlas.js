/* The atlas: sliders that choose a table, and what was computed for it beforehand.
   Nothing is computed here. ATLAS (atlas-data.js) holds every value as text; this script
   finds the place in its lists. Without it the chapter's own tables say what matters. */
const TESTS = {
  percentages: "Test of percentages, as if they were counts",
  pearson: "Chi-square test of ",
  exact: "Exact test of ",
  trend: "Test for trend across the arms",
};

function openAtlas(root, atlas) {
  const { arms, outcomes } = atlas;
  const unit = root.dataset.unit;
  let waiting;
  const places = Object.fromEntries(
    Object.entries(atlas.tests).map(([test, packed]) => [test, unpack(packed)]),
  );
  const later = arms.flatMap((_, i) => arms.slice(i + 1).map((_, j) => [i + j + 1, i]));

  /* --- where a table stands in the lists --- */

  function unpack(packed) {
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    return Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, true));
  }

  const row = (events) => arms.reduce((at, arm, i) => at * (arm.n + 1) + events[i], 0);
  const shown = (test, events) => atlas.shown[places[test][row(events)]];
  const rate = (i, events) => atlas.rates[arms[i].n][events[i]];
  const difference = ([a, b], events) =>
    atlas.differences[`${arms[a].n},${arms[b].n}`][events[a] * (arms[b].n + 1) + events[b]];

  function standing(events) {
    const [percentages, exact] = ["percentages", "exact"].map((test) => shown(test, events)[1]);
    if (percentages && exact) return "both";
    return percentages ? "percentages" : exact ? "exact" : "neither";
  }

  /* --- the page's parts --- */

  const sliders = arms.map((arm, i) => {
    const slider = make("input", { type: "range", id: `atlas-arm-${i}`, min: 0 });
    slider.max = arm.n;
    slider.addEventListener("input", () => show());
    return slider;
  });
  const texts = arms.map(() => make("span", { class: "atlas-rate", "aria-hidden": "true" }));
  const strips = arms.map((arm) => strip(arm));
  const fields = arms.map((arm, i) => {
    const label = make("label", { for: sliders[i].id }, arm.name);
    const field = make("div", { class: "atlas-arm" });
    field.style.setProperty("--color", arm.color);
    field.append(label, texts[i], sliders[i], strips[i].drawing);
    return field;
  });

  const jumps = outcomes.map(({ endpoint, events }) => {
    const button = make("button", { type: "button" }, endpoint);
    button.addEventListener("click", () => show(events));
    return button;
  });
  const jump = make("div", { class: "atlas-jump", role: "group" });
  jump.setAttribute("aria-label", "Go to a row of the study's table");
  jump.append(make("span", { "aria-hidden": "true" }, "Rows of the study:"), ...jumps);

  const verdict = make("output", { class: "atlas-verdict", "aria-live": "polite" });
  sliders.forEach((slider) => verdict.htmlFor.add(slider.id));

  const tests = Object.keys(atlas.tests).map((test) => {
    const name = TESTS[test] + (TESTS[test].endsWith(" ") ? unit : "");
    return { test, cells: [make("td"), make("td")], name };
  });
  const testTable = table(
    ["test", "p\u2011value", "calls a difference"],
    tests.map(({ name, cells }) => [name, ...cells]),
  );
  const gaps = later.map((pair) => {
    const cells = [make("td"), make("td", { class: "atlas-line" })];
    const name = `${arms[pair[0]].name} less ${arms[pair[1]].name}`;
    return { pair, cells, name, line: interval(cells[1]) };
  });
  const gapTable = table(
    ["difference", "points (95% interval)", "\u2212100 to +100"],
    gaps.map(({ name, cells }) => [name, ...cells]),
  );
  const map = drawMap();

  const heads = make("div", { class: "atlas-results" });
  heads.append(testTable, gapTable);
  root.classList.add("atlas");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "The atlas");
  const legend = make(
    "p",
    { class: "atlas-legend" },
    `Each block is one of the ${unit}, filled for the outcome; the line below it is the 95% interval of the rate.`,
  );
  const asked = fromAddress();
  show(asked ?? outcomes[0].events, Boolean(asked));
  root.append(jump, ...fields, legend, verdict, heads, map.figure);
  if (asked) root.scrollIntoView();
  window.addEventListener("hashchange", () => fromAddress() && show(fromAddress()));

  /* --- showing a table --- */

  function show(wanted, keep = true) {
    if (wanted) sliders.forEach((slider, i) => (slider.value = wanted[i]));
    const events = sliders.map((slider) => Number(slider.value));
    arms.forEach((arm, i) => {
      const [text, ...ends] = rate(i, events);
      const count = `${events[i]} of ${arm.n} ${unit}`;
      texts[i].textContent = `${events[i]} of ${arm.n}, ${text}`;
      sliders[i].setAttribute("aria-valuetext", `${count}, ${text}`);
      strips[i].show(events[i], ends);
    });
    for (const { test, cells } of tests) {
      const [text, significant] = shown(test, events);
      cells[0].textContent = text;
      cells[1].textContent = significant ? "yes" : "no";
      cells[1].parentElement.classList.toggle("atlas-yes", significant);
    }
    for (const { pair, cells, line } of gaps) {
      const [text, ...ends] = difference(pair, events);
      cells[0].textContent = text;
      line(ends);
    }
    const same = outcomes.filter((outcome) => `${outcome.events}` === `${events}`);
    jumps.forEach((button, i) =>
      button.setAttribute("aria-pressed", same.includes(outcomes[i])),
    );
    say(events, same);
    map.show(events);
    if (keep) history.replaceState(null, "", `#atlas-${events.join("-")}`);
  }

  function say(events, same) {
    const p = (test) => shown(test, events)[0].replace(/^(?=\d)/, "= ");
    const [percentages, exact] = ["percentages", "exact"].map((test) => `(p ${p(test)})`);
    const sentence = {
      both: `The test of percentages ${percentages} and the exact test of ${unit} ${exact} both call a difference.`,
      percentages: `Only the test of percentages calls a difference ${percentages}. The exact test of ${unit} does not ${exact}.`,
      exact: `Only the exact test of ${unit} calls a difference ${exact}. The test of percentages does not ${percentages}.`,
      neither: `Neither the test of percentages ${percentages} nor the exact test of ${unit} ${exact} calls a difference.`,
    }[standing(events)];
    const where = same.map(({ endpoint }) => ` This is the study's row ${endpoint}.`);
    const told = sentence + where.join("");
    verdict.dataset.standing = standing(events);
    const counts = arms.map((arm, i) => `${events[i]} of ${arm.n} (${arm.name})`);
    map.say(`${counts.join(", ")}. ${told}`, standing(events));
    // a reader of the screen hears where the sliders come to rest, not every step
    clearTimeout(waiting);
    const tell = () => (verdict.textContent = told);
    if (verdict.isConnected) waiting = setTimeout(tell, 150);
    else tell();
  }

  function fromAddress() {
    const found = location.hash.match(/^#atlas-(\d+(?:-\d+)*)$/);
    const events = found?.[1].split("-").map(Number);
    const fits = events?.length === arms.length && events.every((x, i) => x <= arms[i].n);
    return fits ? events : null;
  }

  /* --- drawings --- */

  function strip(arm) {
    const drawing = draw("svg", { class: "atlas-strip", "aria-hidden": "true" });
    const cells = Array.from({ length: arm.n }, (_, i) =>
      draw("rect", { x: `${(100 * i) / arm.n}%`, y: 0, width: `${100 / arm.n}%`, height: 14 }),
    );
    const line = draw("line", { y1: 23, y2: 23 });
    const point = draw("circle", { cy: 23, r: 4.5 });
    drawing.append(...cells, line, point);
    return {
      drawing,
      show(count, [estimate, low, high]) {
        cells.forEach((cell, i) => cell.classList.toggle("atlas-event", i < count));
        set(line, { x1: `${low / 10}%`, x2: `${high / 10}%` });
        set(point, { cx: `${estimate / 10}%` });
      },
    };
  }

  function interval(cell) {
    const drawing = draw("svg", { "aria-hidden": "true" });
    const zero = draw("line", { class: "atlas-zero", x1: "50%", x2: "50%", y1: 0, y2: 22 });
    const line = draw("line", { y1: 11, y2: 11 });
    const point = draw("circle", { cy: 11, r: 5 });
    drawing.append(zero, line, point);
    cell.append(drawing);
    return ([estimate, low, high, excludes]) => {
      const [middle, left, right] = [estimate, low, high].map((x) => `${50 + x / 20}%`);
      set(line, { x1: left, x2: right });
      set(point, { cx: middle, class: excludes ? "atlas-clear" : "" });
    };
  }

  /* All tables with the chosen counts in the first arms: one field for each pair of
     counts in the last two. */
  function drawMap() {
    const [x, y] = [arms.length - 2, arms.length - 1];
    const [wide, high] = [arms[x].n, arms[y].n];
    const fixed = arms.slice(0, x).map((arm) => arm.name);
    const box = `-1.6 -0.1 ${wide + 2.7} ${high + 2.6}`; // with room for ticks
    const drawing = draw("svg", { viewBox: box, role: "img" });
    drawing.setAttribute(
      "aria-label",
      "A map: for every pair of counts in the last two arms, with the others as chosen, it " +
        "shows which test calls a difference. The table above says it for the chosen pair.",
    );
    const fields = [];
    for (let i = 0; i <= wide; i++)
      for (let j = 0; j <= high; j++) {
        const field = draw("rect", { x: i, y: high - j, width: 1, height: 1 });
        field.addEventListener("click", () => show([...chosen().slice(0, x), i, j]));
        fields.push([field, i, j]);
      }
    const ticks = [
      ...steps(wide).map((i) => [i, { x: i + 0.5, y: high + 2, "text-anchor": "middle" }]),
      ...steps(high).map((j) => [j, { x: -0.4, y: high - j + 0.85, "text-anchor": "end" }]),
    ].map(([count, place]) => {
      const tick = draw("text", { class: "atlas-tick", ...place });
      tick.textContent = count;
      return tick;
    });
    const marks = outcomes.map(({ endpoint, events }) => {
      const mark = draw("g", { class: "atlas-mark" });
      const [cx, cy] = [events[x] + 0.5, high - events[y] + 0.5];
      const right = events[x] > 0.6 * wide;
      const name = draw("text", { x: cx + (right ? -0.6 : 0.6), y: cy + 0.3 });
      name.setAttribute("text-anchor", right ? "end" : "start");
      name.textContent = endpoint;
      mark.append(draw("circle", { cx, cy, r: 0.3 }), name);
      return [mark, events];
    });
    const here = draw("rect", { class: "atlas-here", width: 1.1, height: 1.1, rx: 0.15 });
    drawing.append(...fields.map(([field]) => field), ...ticks, here, ...marks.map(([mark]) => mark));

    const figure = make("figure", { class: "atlas-map" });
    const caption = make("figcaption");
    const slice = make("span");
    const key = make("ul", { class: "atlas-key" });
    const kinds = {
      both: "both tests call a difference",
      percentages: "only the test of percentages does",
      exact: "only the exact test does",
      neither: "neither does",
    };
    for (const [kind, text] of Object.entries(kinds))
      key.append(make("li", { "data-standing": kind }, text));
    // said once to those who listen, by the verdict above
    const said = make("span", { class: "atlas-verdict", "aria-hidden": "true" });
    caption.append(slice, key);
    const across = make("span", { class: "atlas-across", "aria-hidden": "true" });
    across.textContent = `${arms[x].name} →`;
    const up = make("span", { class: "atlas-up", "aria-hidden": "true" });
    up.textContent = `${arms[y].name} →`;
    const plane = make("div", { class: "atlas-plane" });
    plane.append(up, drawing, across);
    figure.append(said, plane, caption);

    const chosen = () => sliders.map((slider) => Number(slider.value));
    return {
      figure,
      say(sentence, kind) {
        said.textContent = sentence;
        said.dataset.standing = kind;
      },
      show(events) {
        const before = events.slice(0, x);
        for (const [field, i, j] of fields)
          field.dataset.standing = standing([...before, i, j]);
        set(here, { x: events[x] - 0.05, y: high - events[y] - 0.05 });
        for (const [mark, own] of marks)
          mark.classList.toggle("atlas-elsewhere", `${own.slice(0, x)}` !== `${before}`);
        const held = before.map((count, i) => `${count} in ${fixed[i]}`).join(" and ");
        slice.textContent = held
          ? `All tables with ${held}. Rings are the rows of the study, faint where that count is another one.`
          : "All tables. Rings are the rows of the study.";
      },
    };
  }

  /* Where an axis of so many has ticks: at most seven. */
  function steps(most) {
    const step = [1, 2, 5, 10, 20, 50, 100].find((width) => most / width <= 6);
    return Array.from({ length: most + 1 }, (_, i) => i).filter((i) => i % step === 0);
  }

  /* --- elements --- */

  function set(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  function make(tag, attributes = {}, text = "") {
    const element = set(document.createElement(tag), attributes);
    element.textContent = text;
    return element;
  }

  function draw(tag, attributes) {
    return set(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes);
  }

  function table(names, rows) {
    const element = make("table", { class: "table" });
    const head = element.createTHead().insertRow();
    head.append(...names.map((name) => make("th", { scope: "col" }, name)));
    const body = element.createTBody();
    for (const [name, ...cells] of rows)
      body.insertRow().append(make("th", { scope: "row" }, name), ...cells);
    return element;
  }
}

/* At once, while the page is still being read: later, all that follows would move. */
if (typeof ATLAS !== "undefined") openAtlas(document.getElementById("atlas"), ATLAS);
