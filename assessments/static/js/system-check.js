// The landing page's system check: what a sitting needs of the browser, tried out here.

const list = document.querySelector("#system-check");

function tell(name, passed, words) {
  const item = list.querySelector(`[data-check=${name}]`);
  item.hidden = false;
  item.dataset.passed = passed ? "True" : "False";
  item.querySelector(".check-words").textContent = words;
}

function storage() {
  try {
    localStorage.setItem("check", "1");
    localStorage.removeItem("check");
    return true;
  } catch {
    return false;
  }
}

async function server() {
  const begin = performance.now();
  const response = await fetch(list.dataset.ping).catch(() => null);
  return response?.ok ? Math.round(performance.now() - begin) : null;
}

tell("script", true, "are on");
tell("storage", storage(), storage() ? "works: what you type survives a lost connection" : "is refused: keep the page open while you are without connection");
list.querySelector("[data-check=math]").hidden = false;
const { height } = list.querySelector("[data-check=math] math").getBoundingClientRect();
const drawn = height > 1.3 * parseFloat(getComputedStyle(list).fontSize);
tell("math", drawn, drawn ? "are drawn by this browser:" : "are not drawn by this browser; a current Firefox, Chrome, Edge or Safari draws them:");
const milliseconds = await server();
tell("server", milliseconds !== null, milliseconds === null ? "failed: the server did not answer" : `the server answers in ${milliseconds} ms`);
