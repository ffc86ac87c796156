// Ace around a real textarea, which stays the form's field and comes back with «Plain text box».

import { recall, remember } from "./storage.js";

const THEMES = { true: "ace/theme/github_dark", false: "ace/theme/github_light_default" };

// The editor of a candidate's answer.
export function codeEditor(form) {
  const textarea = form.querySelector("textarea.code-area");
  const toggle = form.querySelector("#plain-mode");
  if (!textarea || !window.ace) return;
  const editor = wrap(textarea, { box: form.querySelector("#editor"), toggle, mode: "python", label: "Python source", minLines: 16 });
  form.addEventListener("answer-replaced", editor.follow);
  form.addEventListener("answer-locked", editor.lock);
}

// Put an editor into `box`; `toggle` changes between it and the plain textarea.
export function wrap(textarea, { box, toggle, ...options }) {
  let editor = null;

  const show = (plain) => {
    if (!plain) {
      editor ??= build(box, textarea, options);
      editor.setValue(textarea.value, -1);
    }
    textarea.hidden = !plain;
    box.hidden = plain;
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
  return {
    follow: () => editor && editor.getValue() !== textarea.value && editor.setValue(textarea.value, 1),
    lock: () => editor?.setReadOnly(true),
  };
}

function build(element, textarea, { mode, label, minLines }) {
  const { ace } = window;
  ace.config.set("useStrictCSP", true); // its style sheets are linked in the page
  ace.config.set("loadWorkerFromBlob", false);
  const editor = ace.edit(element, {
    mode: `ace/mode/${mode}`,
    useWorker: false,
    minLines,
    maxLines: 40,
    tabSize: 4,
    useSoftTabs: true,
    showPrintMargin: false,
    showFoldWidgets: false,
    fontSize: "0.95rem",
    // Tab goes past the editor; Enter goes in, Escape comes out.
    enableKeyboardAccessibility: true,
    textInputAriaLabel: label,
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
