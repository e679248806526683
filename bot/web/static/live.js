// Keeps the newest page of the reply log up to date. Without this script the page is whole and stays as it was.
"use strict";

const bar = document.querySelector("[data-live]");
const status = bar.querySelector("[role=status]");
const button = bar.querySelector("button");
let stream = null;
let busy = false;
let again = false;

function listen() {
  if (stream || document.hidden || button.getAttribute("aria-pressed") === "true") return;
  stream = new EventSource(bar.dataset.live);
  stream.addEventListener("open", () => say("Live"));
  stream.addEventListener("changed", refresh);
  stream.addEventListener("error", () => {
    say(stream && stream.readyState === EventSource.CLOSED ? "Not live: reload the page" : "Connecting…");
  });
}

// A tab that nobody looks at holds no connection: a browser opens only six to one place.
function rest(words) {
  if (stream) stream.close();
  stream = null;
  say(words);
}

function say(words) {
  if (status.textContent !== words) status.textContent = words;
}

async function refresh() {
  again = true;
  if (busy) return;
  busy = true;
  while (again && stream) {
    again = false;
    try {
      const answer = await fetch(location.href);
      if (!answer.ok || answer.redirected) rest("Not live: reload the page");
      else merge(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      say("Connecting…"); // the next event tries again
    }
    await new Promise((done) => setTimeout(done, 500)); // many steps in a row are shown together
  }
  busy = false;
}

function merge(fresh) {
  bar.dataset.live = fresh.querySelector("[data-live]").dataset.live;
  const table = document.querySelector(".log tbody");
  const rows = fresh.querySelector(".log tbody");
  for (const part of document.querySelectorAll("[data-part]")) {
    const other = fresh.querySelector(`[data-part=${part.dataset.part}]`);
    if (part.dataset.part === "jobs" && table && rows) mergeRows(table, rows);
    else if (part.innerHTML !== other.innerHTML) part.innerHTML = other.innerHTML;
  }
}

function mergeRows(table, fresh) {
  const held = document.activeElement.closest("tr[id]");
  const place = held ? [...held.querySelectorAll("a")].indexOf(document.activeElement) : -1;
  let next = table.firstElementChild;
  for (const row of [...fresh.children]) {
    const old = document.getElementById(row.id);
    const same = old && old.dataset.version === row.dataset.version;
    if (same) copyTimes(old, row);
    else if (old) old.replaceWith(row);
    const now = same ? old : row;
    if (old && next === old) next = now;
    if (next === now) next = now.nextElementSibling;
    else table.insertBefore(now, next);
  }
  while (next) {
    const last = next;
    next = next.nextElementSibling;
    last.remove();
  }
  if (held && !held.isConnected) document.getElementById(held.id)?.querySelectorAll("a")[place]?.focus();
}

function copyTimes(old, row) {
  const times = row.querySelectorAll("time");
  old.querySelectorAll("time").forEach((time, at) => {
    time.textContent = times[at].textContent;
  });
}

button.addEventListener("click", () => {
  const paused = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(paused));
  if (paused) rest("Updates are paused");
  else listen();
});
document.addEventListener("visibilitychange", () => (document.hidden ? rest("") : listen()));
bar.hidden = false;
listen();
