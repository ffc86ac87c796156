// A page of a running sitting: puts together the tab, the clock, the answer, its saving and its handing in.

import { Autosave, sendKept } from "./autosave.js";
import { controls } from "./controls.js";
import { postForm } from "./http.js";
import { Tab } from "./tab.js";
import { Timer } from "./timer.js";

const page = document.body.dataset;
const form = document.querySelector("#answer");
const answer = form && controls(form);

function say(text) {
  document.querySelector("#announcer").textContent = text;
}

function show(state, text) {
  const element = document.querySelector("#save-state");
  element.dataset.state = state;
  element.textContent = text;
  if (state === "saved") mark();
  if (state === "refused" || state === "offline" || state === "late") say(text);
  const problem = document.querySelector("#answer-problem");
  problem.hidden = state !== "refused";
  problem.textContent = state === "refused" ? text : "";
}

// The navigator shows a saved draft without a reload.
function mark() {
  const link = document.querySelector("#navigator [aria-current=page]");
  if (!link || link.dataset.state === "submitted") return;
  const empty = answer.text.trim() === "";
  link.dataset.state = empty ? "empty" : "draft";
  const label = link.querySelector(".visually-hidden");
  label.textContent = label.textContent.replace(/not seen|no answer yet|draft saved/, empty ? "no answer yet" : "draft saved");
}

// A message across the page with what can be done about it.
function banner(text, actions) {
  const element = document.querySelector("#banner");
  const buttons = actions.map(([label, action]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      element.hidden = true;
      action();
    });
    return button;
  });
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  element.replaceChildren(paragraph, ...buttons);
  element.hidden = false;
}

function takenOver() {
  autosave?.stop();
  answer?.lock();
  banner("You went on in another tab or on another device. This page no longer saves.", [
    ["Go on here", () => location.reload()],
  ]);
}

function conflict({ reason, mine, revision, text, at }) {
  if (reason === "tab") return tab.yield();
  if (reason === "kept") {
    const when = new Date(at).toLocaleTimeString("en-GB");
    return banner(`This browser kept a text of this answer from ${when} that the server never got; the one below was saved elsewhere.`, [
      ["Use the kept text", () => autosave.settle(autosave.revision, autosave.saved, mine)],
      ["Keep the one below", () => autosave.typed()],
    ]);
  }
  banner("A newer text of this answer is on the server. Both are kept: which one goes on?", [
    ["Mine, as shown below", () => autosave.settle(revision, text, mine)],
    ["The newer one", () => autosave.settle(revision, text, text)],
  ]);
}

async function over() {
  await autosave?.save();
  answer?.lock();
  banner("The time is up. Your saved drafts are being submitted.", []);
  setTimeout(() => location.assign(page.done), 1500);
}

const tab = new Tab(page.attempt, page.claim, takenOver);
const autosave =
  form &&
  new Autosave(answer, { tab, show, onConflict: conflict, onGap: (seconds) => seconds > 5 && postForm(page.gap, { seconds }).catch(() => {}) });

new Timer(document.querySelector("#timer"), page.clock, {
  say,
  onTick: ({ finished, tab: writer }) => (finished ? location.assign(page.done) : tab.check(writer)),
  onOver: over,
});

tab.claim().then((takenOverFrom) => {
  if (takenOverFrom) say("You go on here. The other tab was told.");
  return sendKept(page.attempt, form?.dataset.draft, tab);
});

// A page from the browser's memory of pages shows an old text and an old clock.
addEventListener("pageshow", (event) => event.persisted && location.reload());

closeHelp();
if (form) handIn();

function handIn() {
  const mine = (element) => element === form || (element.closest?.("#answer") === form && element.matches(".submit"));
  // A save under way and a submission would both claim the next revision: one waits for the other.
  document.addEventListener("htmx:confirm", (event) => {
    if (!mine(event.detail.elt)) return;
    event.preventDefault();
    clearTimeout(autosave.timer);
    Promise.resolve(autosave.sending).then(() => event.detail.issueRequest());
  });
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (!mine(detail.elt)) return;
    detail.parameters.base = autosave.revision;
    detail.parameters.tab = tab.id;
    autosave.handedIn = answer.text;
  });
  document.addEventListener("draft-saved", ({ detail }) => autosave.accept(autosave.handedIn, detail));
  const failed = ({ detail }) => {
    if (!mine(detail.elt)) return;
    const problem = document.querySelector("#answer-problem");
    problem.textContent = "The server did not take it. Your text is kept; try again in a moment.";
    problem.hidden = false;
    autosave.typed();
  };
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
}

// Help lies over the page: it closes by Escape, and when the focus goes on to what it may cover.
function closeHelp() {
  const help = document.querySelector(".help");
  help.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !help.contains(relatedTarget) && (help.open = false));
  help.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    help.open = false;
    help.querySelector("summary").focus();
  });
}
