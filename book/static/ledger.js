/* Filters above a table of claims, heads that sort it, and an address that keeps both, so
   that a view can be shared. Without this script the table is whole, only longer. */
document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll(".bd-article table")) {
    if (!table.tHead) continue;
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    if (heads.includes("section") && heads.includes("verdict")) workable(table, heads);
  }
});

function workable(table, heads) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const asked = new URLSearchParams(location.search);
  const text = (row, column) => row.cells[column].textContent.trim();
  table.classList.add("ledger");
  for (const row of rows) {
    heads.forEach((head, i) => row.cells[i].setAttribute("data-head", head));
    row.dataset.mark = text(row, heads.indexOf("verdict"))[0];
  }

  /* --- filters --- */

  const bar = document.createElement("div");
  bar.className = "ledger-filters";
  const found = document.createElement("span");
  found.setAttribute("role", "status");
  const chosen = ["section", "verdict"].map((name) => {
    const column = heads.indexOf(name);
    const select = document.createElement("select");
    select.add(new Option("all", ""));
    for (const value of new Set(rows.map((row) => text(row, column))))
      select.add(new Option(value, value));
    offer(name, select);
    return { name, field: select, keeps: (row) => text(row, column) === select.value };
  });
  const words = document.createElement("input");
  words.type = "search";
  words.size = 14;
  offer("words", words);
  chosen.push({
    name: "words",
    field: words,
    keeps: (row) => row.textContent.toLowerCase().includes(words.value.trim().toLowerCase()),
  });
  bar.append(found);
  (table.closest(".pst-scrollable-table-container") ?? table).before(bar);

  function offer(name, field) {
    const label = document.createElement("label");
    label.append(`${name} `, field);
    bar.append(label);
    field.value = asked.get(name) ?? "";
    field.addEventListener("input", show);
  }

  /* --- heads that sort: up, down, and as the paper has it --- */

  let [sorted, down] = [heads.indexOf(asked.get("sort")), asked.has("down")];
  heads.forEach((head, i) => {
    const cell = table.tHead.rows[0].cells[i];
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...(cell.querySelector("p") ?? cell).childNodes);
    cell.replaceChildren(button);
    button.addEventListener("click", () => {
      if (sorted !== i) [sorted, down] = [i, false];
      else if (!down) down = true;
      else [sorted, down] = [-1, false];
      show();
    });
  });

  show();
  if ([...asked.keys()].some((name) => ["sort", "words", "section", "verdict"].includes(name)))
    bar.scrollIntoView();

  function show() {
    const order = [...rows]; // a sort is stable: equal claims stay as the paper has them
    if (sorted >= 0)
      order.sort((a, b) => {
        const [one, other] = [a, b].map((row) => text(row, sorted));
        return (down ? -1 : 1) * one.localeCompare(other, "en", { numeric: true });
      });
    body.append(...order);
    for (const [i, cell] of [...table.tHead.rows[0].cells].entries()) {
      if (i === sorted) cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    let count = 0;
    for (const row of rows) {
      row.hidden = chosen.some(({ field, keeps }) => field.value && !keeps(row));
      count += !row.hidden;
    }
    found.textContent = `${count} of ${rows.length} claims`;
    keep();
  }

  function keep() {
    const state = new URLSearchParams(location.search); // with what others keep there
    const set = (name, value) => (value ? state.set(name, value) : state.delete(name));
    for (const { name, field } of chosen) set(name, field.value);
    set("sort", heads[sorted]);
    set("down", down && "yes");
    const query = `${state}` && `?${state}`;
    if (query === location.search) return;
    try {
      history.replaceState(null, "", `${location.pathname}${query}${location.hash}`);
    } catch {
      /* some browsers keep the address of a file as it is */
    }
  }
}
