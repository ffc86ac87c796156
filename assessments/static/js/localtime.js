// <time datetime="…" data-local="clock | moment">: the server writes UTC, the reader sees their own zone, named.

const FORMATS = {
  clock: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  moment: { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" },
};

function convert() {
  for (const element of document.querySelectorAll("time[data-local]")) {
    const format = new Intl.DateTimeFormat("en-GB", FORMATS[element.dataset.local]);
    element.title = element.textContent;
    element.textContent = format.format(new Date(element.dateTime));
    element.removeAttribute("data-local");
  }
}

convert();
document.addEventListener("htmx:afterSettle", convert);
