/* On a phone the lists of chapters and of sections open as dialogs. The theme drops the focus
   of the button that opened one; who works with a keyboard is put back there. */
document.addEventListener("DOMContentLoaded", () => {
  for (const side of ["primary", "secondary"]) {
    const dialog = document.getElementById(`pst-${side}-sidebar-modal`);
    const button = document.querySelector(`.${side}-toggle`);
    if (dialog && button) dialog.addEventListener("close", () => button.focus());
  }
});
