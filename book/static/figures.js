/* A figure as PNG, drawn from its SVG as it is shown, three times as large. A page that was
   opened as a file may not read its own pictures, and offers none. */
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll(".to-png")) {
    button.hidden = location.protocol === "file:";
    button.addEventListener("click", () => save(button));
  }

  function save(button) {
    const picture = button.closest("figure").querySelector("img");
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [3 * picture.naturalWidth, 3 * picture.naturalHeight];
    const pen = canvas.getContext("2d");
    pen.fillStyle = getComputedStyle(document.body).backgroundColor;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((png) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(png);
      link.download = `${button.dataset.name}.png`;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }
});
