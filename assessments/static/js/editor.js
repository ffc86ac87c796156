// Ace around the real textarea, which stays the form's field and comes back with «Plain text box».

import { recall, remember } from "./storage.js";

const THEMES = { true: "ace/theme/github_dark", false: "ace/theme/github_light_default" };

export function codeEditor(form) {
  const textarea = form.querySelector("textarea.code-area");
  const toggle = form.querySelector("#plain-mode");
  if (!textarea || !window.ace) return;
  let editor = null;

  const start = () => {
    editor = build(form.querySelector("#editor"), textarea);
    form.addEventListener("answer-replaced", () => editor && editor.getValue() !== textarea.value && editor.setValue(textarea.value, 1));
    form.addEventListener("answer-locked", () => editor?.setReadOnly(true));
  };
  const show = (plain) => {
    if (!plain && !editor) start();
    if (!plain) editor.setValue(textarea.value, -1);
    textarea.hidden = !plain;
    form.querySelector("#editor").hidden = plain;
    toggle.textContent = plain ? "Code editor" : "Plain text box";
    toggle.setAttribute("aria-pressed", plain);
    if (!plain) editor.resize();
  };
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    const plain = textarea.hidden;
    remember("plain-editor", plain);
    show(plain);
    if (plain) textarea.focus();
    else editor.focus();
  });
  show(Boolean(recall("plain-editor")));
}

function build(element, textarea) {
  const { ace } = window;
  ace.config.set("useStrictCSP", true); // its style sheets are linked in the page
  ace.config.set("loadWorkerFromBlob", false);
  const editor = ace.edit(element, {
    mode: "ace/mode/python",
    useWorker: false,
    minLines: 16,
    maxLines: 40,
    tabSize: 4,
    useSoftTabs: true,
    showPrintMargin: false,
    showFoldWidgets: false,
    fontSize: "0.95rem",
    // Tab goes past the editor; Enter goes in, Escape comes out.
    enableKeyboardAccessibility: true,
    textInputAriaLabel: "Python source",
  });
  editor.session.setNewLineMode("unix");
  // Line numbers are nothing to stop at.
  element.querySelector(".ace_gutter").tabIndex = -1;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = () => editor.setTheme(THEMES[dark.matches]);
  dark.addEventListener("change", theme);
  theme();
  editor.session.on("change", () => {
    if (textarea.value === editor.getValue()) return;
    textarea.value = editor.getValue();
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  });
  return editor;
}
