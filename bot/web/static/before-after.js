// Lays a photo and its coloured twin over each other, with a slider between them. Without it both stand side by side.
for (const pair of document.querySelectorAll("[data-compare]")) {
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: "0", max: "100", value: "50", step: "1" });
  slider.setAttribute("aria-label", "Border between the photo as it was and the photo in colour");
  const move = () => {
    pair.style.setProperty("--at", `${slider.value}%`);
    slider.setAttribute("aria-valuetext", `${100 - slider.value} percent in colour`);
  };
  slider.addEventListener("input", move);
  pair.append(slider);
  pair.classList.add("sliding");
  move();
}
