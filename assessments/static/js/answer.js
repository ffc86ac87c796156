// The text of an answer, whatever its controls: what is saved, submitted and graded.

export class Answer {
  constructor(form) {
    this.form = form;
    this.isChoice = form.dataset.kind === "choice";
  }

  get options() {
    return [...this.form.querySelectorAll("input[name=option]")];
  }

  get field() {
    return this.form.querySelector("[name=answer]");
  }

  get text() {
    if (!this.isChoice) return this.field.value.replace(/\r\n?/g, "\n");
    const chosen = this.options.filter((option) => option.checked).map((option) => Number(option.value));
    return chosen.length ? `[${chosen.sort((a, b) => a - b).join(", ")}]` : "";
  }

  set text(text) {
    if (this.isChoice) {
      const chosen = new Set((text.match(/\d+/g) ?? []).map(Number));
      for (const option of this.options) option.checked = chosen.has(Number(option.value));
    } else {
      this.field.value = text;
    }
    this.form.dispatchEvent(new CustomEvent("answer-replaced"));
    this.field?.dispatchEvent(new Event("input", { bubbles: true }));
  }

  lock() {
    for (const control of this.form.elements) {
      if (control.tagName === "TEXTAREA" || control.name === "answer") control.readOnly = true;
      else control.disabled = true;
    }
    this.form.dispatchEvent(new CustomEvent("answer-locked"));
  }
}
