/* The search of the book. On its page it looks through SECTIONS (search-index.js); on the
   page of a result it marks what was looked for. Nothing is fetched, so that it works from
   a file as well. Numbers count whole: 54, 54%, 54 % and ٥٤ are one, 5.4 is another. */
(() => {
  const TOKEN = /\p{Nd}+(?:[.,٫]\p{Nd}+)*|[\p{L}\p{M}]+/gu;
  const SHOWN = 40; // results
  const AROUND = 12; // words of an excerpt on each side of what was found

  /* --- words --- */

  function plain(word) {
    return word
      .normalize("NFKD")
      .replace(/[\p{M}ـ]/gu, "")
      .replace(/[٠-٩]/g, (digit) => digit.charCodeAt(0) - 0x660)
      .replace(/٫/g, ".")
      .replace(/[أإآ]/g, "ا")
      .toLowerCase();
  }

  const words = (text) =>
    [...text.matchAll(TOKEN)].map((found) => ({
      plain: plain(found[0]),
      start: found.index,
      end: found.index + found[0].length,
    }));

  /* What a reader typed: each word once, a plural like its singular. */
  function terms(query) {
    const typed = words(query).map(({ plain }) => plain);
    return [...new Set(typed)].map((term) =>
      /^[a-z]{4,}s$/.test(term) && !term.endsWith("ss") ? term.slice(0, -1) : term,
    );
  }

  function matches(word, term) {
    if (/^\d/.test(term) || term.length < 3) return word === term;
    if (/^[a-z]/.test(term)) return word.startsWith(term);
    return word.includes(term); // in Arabic, "the" and "and" stand before a word as one
  }

  /* --- the page of the search --- */

  function prepare(sections) {
    const titles = {};
    return sections.map(([page, id, title, text, describes]) => {
      titles[page] ??= title;
      const body = words(text);
      const cells = text.split(" · ").length - 1;
      return {
        page,
        id,
        text,
        // what functions do comes after what was found, a table after what is said of it
        worth: (describes ? 0.3 : 1) * (cells > body.length / 8 ? 0.7 : 1),
        title: titles[page] === title ? title : `${titles[page]}: ${title}`,
        head: words(title),
        body,
      };
    });
  }

  /* Okapi BM25 over sections (Robertson and Zaragoza, 2009); a title counts for more. */
  function rank(sections, wanted) {
    const usual = sections.reduce((sum, { body }) => sum + body.length, 0) / sections.length;
    const held = wanted.map((term) =>
      sections.map(({ head, body }) => ({
        head: head.some((word) => matches(word.plain, term)),
        count: body.filter((word) => matches(word.plain, term)).length,
      })),
    );
    const rarity = held.map((found) => {
      const having = found.filter(({ head, count }) => head || count).length;
      return Math.log(1 + (sections.length - having + 0.5) / (having + 0.5));
    });
    const scored = sections.map((section, i) => {
      const scores = held.map((found, k) => {
        const { head, count } = found[i];
        const length = 0.25 + (0.75 * section.body.length) / usual;
        return rarity[k] * ((2.2 * count) / (count + 1.2 * length) + (head ? 3 : 0));
      });
      return {
        section,
        all: scores.every((score) => score > 0),
        score: section.worth * scores.reduce((sum, score) => sum + score, 0),
      };
    });
    const whole = scored.filter(({ all }) => all);
    const found = whole.length ? whole : scored.filter(({ score }) => score > 0);
    return found.sort((a, b) => b.score - a.score);
  }

  /* The stretch of a text that holds most of what was looked for. */
  function excerpt({ text, body }, wanted) {
    const kinds = body.map((word) => wanted.findIndex((term) => matches(word.plain, term)));
    let [best, most] = [0, -1];
    kinds.forEach((kind, i) => {
      if (kind < 0) return;
      const near = kinds.slice(i, i + 2 * AROUND).filter((other) => other >= 0);
      const score = 10 * new Set(near).size + near.length;
      if (score > most) [best, most] = [i, score];
    });
    if (!body.length) return "";
    const first = Math.max(0, best - AROUND);
    const last = Math.min(body.length - 1, best + 2 * AROUND);
    const piece = document.createElement("p");
    let at = first ? body[first].start : 0;
    if (first) piece.append("… ");
    for (let i = first; i <= last; i++) {
      if (kinds[i] < 0) continue;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(body[i].start, body[i].end);
      piece.append(text.slice(at, body[i].start), mark);
      at = body[i].end;
    }
    const end = last === body.length - 1 ? text.length : body[last].end;
    piece.append(text.slice(at, end), end < text.length ? " …" : "");
    return piece;
  }

  function openSearch(field, list, status) {
    const sections = prepare(SECTIONS);
    field.value = new URLSearchParams(location.search).get("q") ?? "";
    field.addEventListener("input", () => {
      show();
      try {
        history.replaceState(null, "", `?q=${encodeURIComponent(field.value)}`);
      } catch {
        /* some browsers keep the address of a file as it is */
      }
    });
    field.focus();
    show();

    function show() {
      const wanted = terms(field.value);
      const found = wanted.length ? rank(sections, wanted) : [];
      list.replaceChildren(...found.slice(0, SHOWN).map(({ section }) => result(section, wanted)));
      const pages = new Set(found.map(({ section }) => section.page)).size;
      const places = found.length === 1 ? "One place" : `${found.length} places`;
      const of = pages === 1 ? "one page" : `${pages} pages`;
      status.textContent = !wanted.length
        ? "Type a word or a number."
        : found.length
          ? `${places} on ${of}${found.length > SHOWN ? `; the first ${SHOWN} are shown` : ""}.`
          : "Nothing found.";
    }

    function result(section, wanted) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = `${section.page}.html?found=${encodeURIComponent(field.value)}#${section.id}`;
      link.textContent = section.title;
      item.dir = "auto";
      item.append(link, excerpt(section, wanted));
      return item;
    }
  }

  /* --- the page of a result --- */

  function markFound(place, wanted) {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT, (node) =>
      node.parentElement.closest("details.hide, script, math, .headerlink")
        ? NodeFilter.FILTER_REJECT
        : NodeFilter.FILTER_ACCEPT,
    );
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      const hits = words(text.data).filter(({ plain }) =>
        wanted.some((term) => matches(plain, term)),
      );
      for (const { start, end } of hits.reverse()) {
        const range = document.createRange();
        range.setStart(text, start);
        range.setEnd(text, end);
        const mark = document.createElement("mark");
        mark.className = "found";
        range.surroundContents(mark);
      }
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const list = document.getElementById("search-results");
    if (list && typeof SECTIONS !== "undefined")
      openSearch(
        document.querySelector("main form.bd-search input"),
        list,
        document.getElementById("search-status"),
      );
    const wanted = terms(new URLSearchParams(location.search).get("found") ?? "");
    if (!wanted.length || list) return;
    const id = decodeURIComponent(location.hash.slice(1));
    const place = document.getElementById(id) ?? document.querySelector(".bd-article");
    markFound(place, wanted);
    addEventListener("load", () => {
      place.querySelector("p mark.found, mark.found")?.scrollIntoView({ block: "center" });
    });
  });
})();
