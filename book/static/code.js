/* One button shows all code of a page, or hides it. What was chosen last is kept. Without
   this script each piece of code has a button of its own. */
document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector(".code-button");
  const root = document.documentElement.dataset;
  if (!button) {
    root.code = "hidden"; // a page that offers no code shows none
    return;
  }
  const offer = button.title;
  const pieces = document.querySelectorAll(".bd-article details.hide");

  function show(shown) {
    root.code = shown ? "shown" : "hidden";
    for (const piece of pieces) piece.open = shown;
    button.title = shown ? "Hide the code" : offer;
    button.setAttribute("aria-expanded", shown);
  }

  button.addEventListener("click", () => {
    show(root.code !== "shown");
    try {
      localStorage.setItem("code", root.code);
    } catch {
      /* nothing is kept where nothing may be */
    }
  });
  show(root.code === "shown");
});
