/* Filters above a table of claims. Without this script the table is whole, only longer. */
document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll(".bd-article table")) {
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    if (heads.includes("section") && heads.includes("verdict")) filterable(table, heads);
  }
});

function filterable(table, heads) {
  const rows = [...table.tBodies[0].rows];
  table.classList.add("ledger");
  for (const row of rows) {
    heads.forEach((head, i) => row.cells[i].setAttribute("data-head", head));
    row.dataset.mark = row.cells[heads.indexOf("verdict")].textContent.trim()[0];
  }

  const bar = document.createElement("div");
  bar.className = "ledger-filters";
  const found = document.createElement("span");
  found.setAttribute("role", "status");
  const chosen = ["section", "verdict"].map((name) => {
    const column = heads.indexOf(name);
    const values = new Set(rows.map((row) => row.cells[column].textContent.trim()));
    const select = document.createElement("select");
    select.add(new Option("all", ""));
    for (const value of values) select.add(new Option(value, value));
    const label = document.createElement("label");
    label.append(name + " ", select);
    bar.append(label);
    select.addEventListener("change", show);
    return [column, select];
  });
  bar.append(found);
  table.before(bar);
  show();

  function show() {
    let count = 0;
    for (const row of rows) {
      row.hidden = chosen.some(
        ([column, select]) =>
          select.value && row.cells[column].textContent.trim() !== select.value,
      );
      count += !row.hidden;
    }
    found.textContent = `${count} of ${rows.length} claims`;
  }
}
