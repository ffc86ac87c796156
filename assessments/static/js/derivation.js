// A derivation: one field a line over the textarea that is saved, a palette of symbols, errors told where they are.

import { recall, remember } from "./storage.js";

const HEAD = /^\s*(loss|gradient|hessian)\s*:\s*(.*)$/;
const LET = /^\s*let\s+(.*)$/;

export function derivation(form) {
  const field = form.querySelector("#answer-text");
  const sheet = form.querySelector("#lines");
  const lines = sheet && new Lines(field, sheet, form);
  lines?.begin();
  palette(form.querySelector("#palette"), field, form);
  // What a screen reader hears of a field that cannot be read.
  const mark = () => {
    const wrong = (id) => Boolean(document.getElementById(id)?.querySelector(".error-text"));
    field.setAttribute("aria-invalid", wrong("preview"));
    lines?.mark(wrong);
  };
  form.addEventListener("htmx:afterSwap", ({ target }) => target.id === "preview" && mark());
}

// One row for each line of the text: row n is line n, so that errors name the same number.
class Lines {
  constructor(field, sheet, form) {
    Object.assign(this, { field, sheet, form });
    this.list = sheet.querySelector("ol");
    this.plain = field.closest(".field");
  }

  begin() {
    const toggle = document.createElement("button");
    toggle.type = "button";
    toggle.className = "button";
    toggle.textContent = "A field for each line";
    toggle.addEventListener("click", () => this.show(false, true));
    this.plain.append(toggle);
    this.sheet.querySelector("#plain-lines").addEventListener("click", () => this.show(true, true));
    this.sheet.querySelector("#add-line").addEventListener("click", () => this.add(this.rows.at(-1)).focus());
    this.list.addEventListener("input", (event) => this.typed(event.target));
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", ({ target }) => target.matches(".remove") && this.remove(target.closest("li")));
    this.form.addEventListener("answer-replaced", () => this.sheet.hidden || this.read());
    this.show(Boolean(recall("plain-derivation")), false);
  }

  show(plain, chosen) {
    if (chosen) remember("plain-derivation", plain);
    if (!plain) this.read();
    this.sheet.hidden = plain;
    this.plain.hidden = !plain;
    if (chosen) (plain ? this.field : this.text(this.rows[0])).focus();
  }

  get rows() {
    return [...this.list.children];
  }

  text(row) {
    return row.querySelector("textarea");
  }

  // The text's lines to rows.
  read() {
    this.list.replaceChildren();
    const lines = this.field.value.split("\n");
    for (const line of lines) this.add(null, line);
    if (lines.length === 1 && !lines[0]) this.rows[0].querySelector("select").value = "loss";
  }

  add(after, line = "") {
    const row = this.sheet.querySelector("template").content.firstElementChild.cloneNode(true);
    const [, role, rest] = line.match(HEAD) ?? (LET.test(line) ? ["", "let", line.match(LET)[1]] : ["", "", line]);
    row.querySelector("select").value = role;
    this.text(row).value = rest;
    if (after) after.after(row);
    else this.list.append(row);
    this.number();
    return this.text(row);
  }

  remove(row) {
    const next = row.previousElementSibling ?? row.nextElementSibling;
    if (!next) return this.text(row).focus();
    row.remove();
    this.number();
    this.write();
    this.text(next).focus();
  }

  number() {
    this.rows.forEach((row, index) => {
      const n = index + 1;
      row.querySelector("select").setAttribute("aria-label", `What line ${n} is`);
      this.text(row).setAttribute("aria-label", `Line ${n}`);
      this.text(row).setAttribute("aria-describedby", `preview-line-${n}`);
      row.querySelector(".remove").setAttribute("aria-label", `Remove line ${n}`);
      row.querySelector("select").options[0].disabled = index === 0;
    });
  }

  // The rows to the text that is saved, previewed and graded.
  write() {
    const line = (row) => {
      const role = row.querySelector("select").value;
      const text = this.text(row).value.trim();
      return !text ? "" : role === "let" ? `let ${text}` : role ? `${role}: ${text}` : text;
    };
    const text = this.rows.map(line).join("\n");
    this.field.value = text.trim() ? text.trimEnd() : "";
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  typed(control) {
    if (control.value.includes("\n")) this.spread(control);
    this.write();
  }

  // Several lines that were pasted into one field.
  spread(control) {
    const [first, ...rest] = control.value.split("\n");
    control.value = first;
    let row = control.closest("li");
    for (const line of rest) row = this.add(row, line).closest("li");
    this.text(row).focus();
  }

  key(event) {
    const control = event.target;
    if (!control.matches("textarea") || control.readOnly || event.isComposing) return;
    const row = control.closest("li");
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.add(row).focus();
      this.write();
    } else if (event.key === "Backspace" && !control.value && this.rows.length > 1) {
      event.preventDefault();
      this.remove(row);
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const next = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
      if (!next) return;
      event.preventDefault();
      this.text(next).focus();
    }
  }

  mark(wrong) {
    this.rows.forEach((row, index) => this.text(row).setAttribute("aria-invalid", wrong(`preview-line-${index + 1}`)));
  }
}

// One stop of the Tab key; the arrows go from key to key, and what is inserted gives the focus back to the field.
function palette(toolbar, field, form) {
  const keys = [...toolbar.querySelectorAll("button")];
  let last = null;
  form.addEventListener("focusin", ({ target }) => target.matches(".code-input") && (last = target));
  const stop = (at) => keys.forEach((key, index) => (key.tabIndex = index === at ? 0 : -1));
  toolbar.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -keys.length, End: keys.length };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const at = Math.min(keys.length - 1, Math.max(0, keys.indexOf(document.activeElement) + steps[event.key]));
    stop(at);
    keys[at].focus();
  });
  toolbar.addEventListener("click", ({ target }) => {
    const key = target.closest("button");
    if (!key) return;
    stop(keys.indexOf(key));
    const into = last?.isConnected && last.offsetParent ? last : form.querySelector("#lines:not([hidden]) textarea") ?? field;
    if (into.readOnly) return;
    into.setRangeText(key.dataset.insert, into.selectionStart, into.selectionEnd, "end");
    const at = into.selectionEnd - Number(key.dataset.back);
    into.focus();
    into.setSelectionRange(at, at);
    into.dispatchEvent(new Event("input", { bubbles: true }));
  });
  stop(0);
  toolbar.hidden = false;
}
