// Keeps the page and the strip up to date, and tells times. Without this script the page is whole and stays as it was.
"use strict";

const body = document.body;
const bar = document.querySelector(".live");
const status = bar.querySelector("[role=status]");
const button = bar.querySelector("button");
const zone = body.dataset.times === "local" ? undefined : "UTC";
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const short = new Intl.DateTimeFormat("en-CA", {
  year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone,
});
const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone,
});
let stream = null;
let busy = false;
let again = false;
let lost = 0;

function listen() {
  if (stream || document.hidden || button.getAttribute("aria-pressed") === "true") return;
  stream = new EventSource(body.dataset.live);
  stream.addEventListener("open", () => {
    lost = 0;
    say("Live");
  });
  stream.addEventListener("changed", refresh);
  stream.addEventListener("error", () => {
    if (stream && stream.readyState === EventSource.CLOSED) return over();
    lost = lost || Date.now();
    say(`No answer since ${clock.format(lost)}: the bot's web pages are down, or the network is. Trying again…`, true);
  });
}

// A tab that nobody looks at holds no connection: a browser opens only six to one place.
function rest(words) {
  if (stream) stream.close();
  stream = null;
  say(words);
}

function over() {
  rest("");
  say("Your session has ended: reload the page to log in", true);
}

function say(words, bad = false) {
  bar.classList.toggle("bad", bad);
  if (status.textContent !== words) status.textContent = words;
}

async function refresh() {
  again = true;
  if (busy) return;
  busy = true;
  while (again && stream) {
    again = false;
    await fetchParts(body.dataset.refresh === "page" ? location.href : "/strip");
    await new Promise((done) => setTimeout(done, 500)); // many steps in a row are shown together
  }
  busy = false;
}

async function fetchParts(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok && answer.status < 500 || answer.redirected && new URL(answer.url).pathname === "/login") return over();
    if (!answer.ok) return;
    const text = await answer.text();
    const whole = address !== "/strip";
    merge(new DOMParser().parseFromString(whole ? text : `<div data-part="strip">${text}</div>`, "text/html"), whole);
  } catch {
    // The stream says so, and the next event tries again.
  }
}

function merge(fresh, whole) {
  if (whole) body.dataset.live = fresh.body.dataset.live;
  for (const part of document.querySelectorAll("[data-part]")) {
    const other = fresh.querySelector(`[data-part=${part.dataset.part}]`);
    if (!other) continue;
    const rows = part.querySelector("tbody[data-merge], .log tbody");
    const others = other.querySelector("tbody[data-merge], .log tbody");
    if (rows && others) mergeRows(rows, others);
    else if (part.fresh !== other.innerHTML) replace(part, other);
  }
  times();
  document.dispatchEvent(new Event("merged"));
}

// What is open stays open, and what has the focus keeps it.
function replace(part, other) {
  const open = [...part.querySelectorAll("details")].map((one) => one.open);
  const links = [...part.querySelectorAll("a, button, summary, [tabindex]")];
  const place = links.indexOf(document.activeElement);
  part.innerHTML = part.fresh = other.innerHTML;
  part.querySelectorAll("details").forEach((one, at) => {
    if (open[at]) one.open = true;
  });
  if (place >= 0) part.querySelectorAll("a, button, summary, [tabindex]")[place]?.focus();
}

function mergeRows(table, fresh) {
  const held = document.activeElement.closest("tr[id]");
  const place = held ? [...held.querySelectorAll("a, input")].indexOf(document.activeElement) : -1;
  let next = table.firstElementChild;
  for (const row of [...fresh.children]) {
    const old = document.getElementById(row.id);
    const same = old && old.dataset.version === row.dataset.version;
    if (same) copyTimes(old, row);
    else if (old) {
      const picked = old.querySelector(".pick input");
      if (picked && picked.checked) row.querySelector(".pick input").checked = true;
      old.replaceWith(row);
    }
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
  if (held && !held.isConnected) document.getElementById(held.id)?.querySelectorAll("a, input")[place]?.focus();
}

function copyTimes(old, row) {
  const fresh = row.querySelectorAll("time");
  old.querySelectorAll("time").forEach((time, at) => {
    time.textContent = fresh[at].textContent;
  });
}

// Ages are the server's words; exact times are in the title, by this browser's clock and zone.
function times() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    time.title = `${exact.format(moment)} here, ${time.dateTime.replace("T", " ").replace("Z", "")} UTC`;
    if (!zone && time.classList.contains("at")) time.textContent = short.format(moment).replace(",", "");
    if (!zone && time.classList.contains("clock")) time.textContent = clock.format(moment);
  }
}

button.addEventListener("click", () => {
  const paused = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(paused));
  if (paused) rest("Updates are paused");
  else listen();
});
document.addEventListener("visibilitychange", () => (document.hidden ? rest("") : listen()));
setInterval(() => stream && !busy && fetchParts("/strip"), 15000);
bar.hidden = false;
times();
listen();
