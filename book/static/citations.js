/* A citation shows what it cites in a card, to a pointer and to a keyboard. The card stays
   while either is in it, its DOI can be followed, and Esc closes it. Without this script
   the citation leads to the list of references. */
document.addEventListener("DOMContentLoaded", () => {
  const DOI = /\bdoi:(10\.\S+?)\.?$/;
  let card, shownBy, leaving;

  for (const link of document.querySelectorAll("a[data-cited]")) {
    link.addEventListener("pointerenter", () => show(link));
    link.addEventListener("focus", () => show(link));
    link.addEventListener("pointerleave", closeSoon);
    link.addEventListener("blur", closeSoon);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !card) return;
    if (card.contains(document.activeElement)) shownBy.focus();
    close();
  });

  function show(link) {
    clearTimeout(leaving);
    if (shownBy === link) return;
    close();
    shownBy = link;
    card = document.createElement("span");
    card.className = "citation-card";
    card.id = "citation-card";
    const doi = link.dataset.cited.match(DOI);
    card.append(link.dataset.cited.replace(DOI, ""));
    if (doi) {
      const out = document.createElement("a");
      out.href = `https://doi.org/${doi[1]}`;
      out.textContent = `doi:${doi[1]}`;
      card.append(out);
    }
    for (const [event, act] of [
      ["pointerenter", stay],
      ["focusin", stay],
      ["pointerleave", closeSoon],
      ["focusout", closeSoon],
    ])
      card.addEventListener(event, act);
    link.setAttribute("aria-describedby", card.id);
    link.after(card);
  }

  function stay() {
    clearTimeout(leaving);
  }

  /* what is on its way from the link to the card may arrive */
  function closeSoon() {
    clearTimeout(leaving);
    leaving = setTimeout(() => {
      const kept = [card, shownBy].some(
        (part) => part?.matches(":hover") || part?.contains(document.activeElement),
      );
      if (!kept) close();
    }, 250);
  }

  function close() {
    clearTimeout(leaving);
    shownBy?.removeAttribute("aria-describedby");
    card?.remove();
    card = shownBy = undefined;
  }
});
