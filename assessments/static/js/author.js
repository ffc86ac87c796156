// The author's form: rows that are added and moved, code editors, and a word when what is typed does not arrive.

import { controls } from "./controls.js";
import { wrap } from "./editor.js";

const form = document.querySelector("#question-form");
const editors = new Map();

function labelOf(textarea) {
  return textarea.labels[0]?.textContent.trim() ?? "Source";
}

function makeEditor(textarea) {
  if (editors.has(textarea) || !window.ace || textarea.closest("details:not([open])")) return;
  const box = document.createElement("div");
  box.className = "editor";
  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.className = "button quiet small";
  textarea.after(box, toggle);
  editors.set(textarea, wrap(textarea, { box, toggle, mode: textarea.dataset.mode, label: labelOf(textarea), minLines: 4 }));
}

function enhance(root) {
  for (const textarea of root.querySelectorAll("textarea[data-mode]")) makeEditor(textarea);
  for (const tools of root.querySelectorAll("[data-needs-script]")) tools.hidden = false;
}

const rowsOf = (list) => [...list.querySelectorAll(":scope > .row-list > .row")];

function add(list) {
  const total = form.elements[`${list.dataset.prefix}-TOTAL_FORMS`];
  const holder = document.createElement("div");
  holder.innerHTML = list.querySelector(":scope > template").innerHTML.replaceAll("__prefix__", total.value);
  const row = holder.firstElementChild;
  list.querySelector(":scope > .row-list").append(row);
  total.value = Number(total.value) + 1;
  const number = row.querySelector(".row-number");
  if (number) number.textContent = total.value;
  enhance(row);
  row.querySelector("input:not([type=hidden]), textarea:not([hidden]), select").focus();
}

// The values change places, not the rows: their names say the order.
function move(row, by) {
  const list = row.closest(".rows");
  const rows = rowsOf(list);
  const other = rows[rows.indexOf(row) + by];
  const said = list.querySelector(":scope > [role=status]");
  if (!other) {
    said.textContent = by < 0 ? "This is the first already." : "This is the last already.";
    return;
  }
  const [mine, theirs] = [row, other].map((each) => [...each.querySelectorAll("input, select, textarea")].filter((field) => field.name));
  mine.forEach((field, n) => {
    [field.value, theirs[n].value] = [theirs[n].value, field.value];
    [field.checked, theirs[n].checked] = [theirs[n].checked, field.checked];
    for (const each of [field, theirs[n]]) editors.get(each)?.follow();
  });
  said.textContent = `Moved to place ${rows.indexOf(other) + 1}.`;
  other.querySelector(`[data-move="${by}"]`).focus();
  other.dispatchEvent(new Event("input", { bubbles: true }));
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.name === "add") {
    event.preventDefault();
    add(button.closest(".rows"));
  } else if (button?.dataset.move) {
    move(button.closest(".row"), Number(button.dataset.move));
  }
});
form.addEventListener("toggle", (event) => event.target.open && enhance(event.target), true);

// What is typed is kept on the server with each preview; where that fails, the page says so and holds on.
let unkept = false;
const arrived = (ok) => {
  unkept = !ok;
  document.querySelector("#kept-problem").hidden = ok;
};
form.addEventListener("htmx:sendError", () => arrived(false));
form.addEventListener("htmx:responseError", () => arrived(false));
form.addEventListener("htmx:afterOnLoad", () => arrived(true));

// Whoever leaves between a key and its keeping takes nothing along: a request that outlives the page brings it.
let [newest, sending, kept] = [0, 0, 0];
form.addEventListener("input", () => (newest += 1));
form.addEventListener("htmx:beforeSend", () => (sending = newest));
form.addEventListener("htmx:afterOnLoad", () => (kept = sending));
addEventListener("pagehide", () => newest > kept && navigator.sendBeacon(form.dataset.preview, new FormData(form)));
form.addEventListener("submit", () => ([unkept, kept] = [false, newest]));
addEventListener("beforeunload", (event) => unkept && event.preventDefault());
addEventListener("online", () => form.dispatchEvent(new Event("input", { bubbles: true })));

// The preview is made anew at every pause: a code editor would be, too.
document.addEventListener("htmx:afterSwap", ({ target }) => {
  const shown = target.id === "as-candidate" && target.querySelector(".as-candidate .answer");
  if (shown) controls(shown, { code: false });
});

enhance(form);
