// A bar leads to its jobs, and what is drawn over on a plot is zoomed into. The table below has the same as links.
"use strict";

const charts = document.querySelector(".charts");
const since = charts ? Date.parse(charts.dataset.since) : 0;
const until = charts ? Date.parse(charts.dataset.until) : 0;
let band = null;
let from = 0;

const share = (plot, event) => {
  const box = plot.getBoundingClientRect();
  return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
};
const minute = (at) => new Date(Math.round((since + at * (until - since)) / 60000) * 60000).toISOString().slice(0, 16);

function jobsOf(bar) {
  if (!bar.dataset.partOf) return null;
  const [at, parts] = [Number(bar.dataset.partOf), Number(charts.dataset.parts)];
  const group = bar.getAttribute("class");
  const outcome = group === "open" ? "open" : `all-${group}`;
  return `/log?from=${minute(at / parts)}&to=${minute((at + 1) / parts)}&outcome=${outcome}`;
}

for (const plot of document.querySelectorAll("[data-zoom]")) {
  plot.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    from = share(plot, event);
    band = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    band.setAttribute("class", "band");
    band.setAttribute("height", "100");
    plot.append(band);
  });
  plot.addEventListener("pointermove", (event) => {
    if (!band) return;
    const to = share(plot, event);
    band.setAttribute("x", String(100 * Math.min(from, to)));
    band.setAttribute("width", String(100 * Math.abs(to - from)));
  });
  plot.addEventListener("click", (event) => {
    const jobs = jobsOf(event.target);
    if (jobs && !plot.dataset.dragged) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) window.open(jobs);
      else location.assign(jobs);
    }
    delete plot.dataset.dragged;
  });
}
document.addEventListener("pointerup", (event) => {
  if (!band) return;
  const plot = band.parentNode;
  const to = share(plot, event);
  band.remove();
  band = null;
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  if (last - first < 0.02) return;
  plot.dataset.dragged = "yes";
  if ((last - first) * (until - since) >= 600000) location.assign(`/charts?from=${minute(first)}&to=${minute(last)}`);
});
