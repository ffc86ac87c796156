// The controls of an answer, the same in a sitting and where an author tries one.

import { Answer } from "./answer.js";
import { derivation } from "./derivation.js";
import { codeEditor } from "./editor.js";

// `form` is the element that holds them; a plain text box stands for the editor where `code` is false.
export function controls(form, { code = true } = {}) {
  const answer = new Answer(form);
  if (code) codeEditor(form);
  if (form.dataset.kind === "derivation") derivation(form);
  clearChoice(form, answer);
  countWords(form, answer);
  return answer;
}

function clearChoice(form, answer) {
  const button = form.querySelector("#clear-choice");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => (answer.text = ""));
}

function countWords(form, answer) {
  const output = form.querySelector("#word-count");
  if (!output) return;
  const count = () => (output.textContent = `${(answer.text.match(/\S+/g) ?? []).length} words.`);
  output.hidden = false;
  form.addEventListener("input", count);
  count();
}
