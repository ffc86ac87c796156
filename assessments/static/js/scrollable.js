// What scrolls sideways must do so by keyboard too: wide formulas, code and tables become stops of the Tab key.

function stops() {
  for (const element of document.querySelectorAll("math[display=block], pre, .scroll, .prose table")) {
    if (element.scrollWidth > element.clientWidth) element.setAttribute("tabindex", "0");
  }
}

stops();
addEventListener("resize", stops);
// What a <details> holds has no width before it is opened.
document.addEventListener("toggle", stops, true);
document.addEventListener("htmx:afterSettle", stops);
