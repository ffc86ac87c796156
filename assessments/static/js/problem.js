// A report on a question that was typed and not sent stays in this browser until the server has it.

import { forget, recall, remember } from "./storage.js";

const find = () => document.querySelector("#problem-form");
const form = find();
const key = form && `problem:${form.getAttribute("action")}`;

if (form) {
  const field = form.querySelector("textarea");
  const kept = recall(key);
  if (kept && !field.value.trim()) {
    field.value = kept;
    form.closest("details").open = true;
  }
  document.addEventListener("input", ({ target }) => target.form === find() && target.name === "problem" && remember(key, target.value));
  document.addEventListener("htmx:afterSettle", () => find()?.dataset.accepted && !find().querySelector("textarea").value && forget(key));
}
