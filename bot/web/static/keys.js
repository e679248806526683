// Choosing jobs, and single keys: j and k go from row to row, x chooses one, / searches. The view turns the keys off.
"use strict";

const links = () => [...document.querySelectorAll("tbody tr[id] td.when a, tbody[data-rows] tr th a")];

function chosen() {
  const boxes = [...document.querySelectorAll("input[name=id]")];
  const number = boxes.filter((box) => box.checked).length;
  const all = document.querySelector("[data-all]");
  if (all) {
    all.checked = number > 0 && number === boxes.length;
    all.indeterminate = number > 0 && number < boxes.length;
  }
  const words = document.querySelector("[data-chosen]");
  if (words) words.textContent = number === 1 ? "1 job chosen:" : `${number} jobs chosen:`;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) {
    for (const box of document.querySelectorAll("input[name=id]")) box.checked = event.target.checked;
  }
  if (event.target.matches("[data-all], input[name=id]")) chosen();
});
document.addEventListener("merged", chosen);

function step(by) {
  const all = links();
  const row = document.activeElement.closest("tr");
  const at = row ? all.findIndex((link) => row.contains(link)) : -1;
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  if (!next) return;
  next.focus({ preventScroll: true });
  next.closest("tr").scrollIntoView({ block: "nearest" });
}

function choose() {
  const box = document.activeElement.closest("tr")?.querySelector("input[name=id]");
  if (box) box.click();
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  x: choose,
  "/": () => document.querySelector("input[type=search]")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches("input[type=search]")) event.target.blur();
  const typing = event.target.matches("input:not([type=checkbox], [type=radio]), select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys !== "keys") return;
  const row = event.target.closest?.("tr[id]");
  if (event.key === "Enter" && row && event.target.matches("[type=checkbox]")) {
    event.preventDefault();
    row.querySelector("td.when a").click();
  } else if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});
chosen();
