// The clock of a sitting. It is the server's: the page asks again and again, so that extra time shows without a reload.

import { recall, remember } from "./storage.js";

const ASK = 10000;
const MINUTE = 60000;

export class Timer {
  constructor(element, url, { say, onTick, onOver }) {
    Object.assign(this, { element, url, say, onTick, onOver });
    this.left = element.querySelector("#time-left");
    const { started, deadline, now } = element.dataset;
    this.set({ started, deadline, now });
    this.marks = this.ahead();
    this.hiding(element.querySelector("#hide-timer"));
    this.interval = setInterval(() => this.tick(), 250);
    this.asking = setInterval(() => this.ask(), ASK);
    document.addEventListener("visibilitychange", () => document.hidden || this.ask());
    this.tick();
  }

  set({ started, deadline, now }) {
    // The page's own clock may be wrong or set anew: only its steady one is used.
    this.offset = Date.parse(now) - performance.now();
    this.started = Date.parse(started);
    this.deadline = Date.parse(deadline);
  }

  get remaining() {
    return this.deadline - (performance.now() + this.offset);
  }

  // Announcements still to come: half of the time, then 10, 5 and 1 minutes.
  ahead() {
    const half = (this.deadline - this.started) / 2;
    return [half, 10 * MINUTE, 5 * MINUTE, MINUTE].filter((mark) => mark <= half && mark < this.remaining).sort((a, b) => b - a);
  }

  tick() {
    const remaining = this.remaining;
    this.left.textContent = words(remaining);
    this.element.dataset.urgency = remaining < MINUTE ? "last" : remaining < 5 * MINUTE ? "soon" : "";
    if (remaining <= this.marks[0]) {
      while (remaining <= this.marks[0]) this.marks.shift();
      this.say(`${spoken(remaining)} left`);
    }
    if (remaining <= 0 && !this.over) {
      this.over = true;
      this.say("The time is up");
      this.onOver();
    }
  }

  async ask() {
    const response = await fetch(this.url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!response?.ok) return;
    const clock = await response.json();
    const before = this.deadline;
    this.set(clock);
    if (this.deadline !== before) {
      this.marks = this.ahead();
      this.over &&= this.remaining <= 0;
      this.say(`The time was changed: ${spoken(this.remaining)} left`);
    }
    this.onTick(clock);
  }

  hiding(button) {
    const apply = (hidden) => {
      this.element.dataset.hidden = hidden;
      button.textContent = hidden ? "Show time" : "Hide time";
    };
    button.hidden = false;
    apply(Boolean(recall("hide-time")));
    button.addEventListener("click", () => {
      const hidden = this.element.dataset.hidden !== "true";
      remember("hide-time", hidden);
      apply(hidden);
    });
  }
}

function words(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function spoken(milliseconds) {
  const minutes = Math.max(1, Math.round(milliseconds / MINUTE));
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}
