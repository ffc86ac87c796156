// The text of an answer, whatever its controls: what is saved, submitted and graded.

export class Answer {
  constructor(form) {
    this.form = form;
    this.isChoice = form.dataset.kind === "choice";
    this.isPlaces = form.dataset.kind === "ordering" || form.dataset.kind === "matching";
    if (this.isPlaces) form.addEventListener("change", ({ target }) => this.moveHere(target));
  }

  get places() {
    return [...this.form.querySelectorAll("select[name=place]")];
  }

  // An entry has one place: chosen for another, it leaves the one it had.
  moveHere(place) {
    if (place.name !== "place" || place.value === "") return;
    const left = this.places.find((other) => other !== place && other.value === place.value);
    const note = this.form.querySelector("#places-note");
    note.textContent = left ? `${place.selectedOptions[0].textContent} moved here from “${left.closest(".place").querySelector("label").textContent.trim()}”.` : "";
    if (!left) return;
    left.value = "";
    left.dispatchEvent(new Event("input", { bubbles: true }));
  }

  get options() {
    return [...this.form.querySelectorAll("input[name=option]")];
  }

  get field() {
    return this.form.querySelector("[name=answer]");
  }

  get text() {
    if (this.isPlaces) {
      const values = this.places.map((place) => place.value || "null");
      return values.some((value) => value !== "null") ? `[${values.join(", ")}]` : "";
    }
    if (!this.isChoice) return this.field.value.replace(/\r\n?/g, "\n");
    const chosen = this.options.filter((option) => option.checked).map((option) => Number(option.value));
    return chosen.length ? `[${chosen.sort((a, b) => a - b).join(", ")}]` : "";
  }

  set text(text) {
    if (this.isPlaces) {
      const values = text.match(/\d+|null/g) ?? [];
      this.places.forEach((place, n) => (place.value = values[n] && values[n] !== "null" ? values[n] : ""));
    } else if (this.isChoice) {
      const chosen = new Set((text.match(/\d+/g) ?? []).map(Number));
      for (const option of this.options) option.checked = chosen.has(Number(option.value));
    } else {
      this.field.value = text;
    }
    this.form.dispatchEvent(new CustomEvent("answer-replaced"));
    (this.field ?? this.form).dispatchEvent(new Event("input", { bubbles: true }));
  }

  lock() {
    for (const control of this.form.elements) {
      if (control.tagName === "TEXTAREA" || control.name === "answer") control.readOnly = true;
      else control.disabled = true;
    }
    this.form.dispatchEvent(new CustomEvent("answer-locked"));
  }
}
