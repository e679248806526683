// Shows the two photographs of a pair, one after the other, and then asks.
"use strict";

const form = document.querySelector("form");
const question = document.querySelector("#question");
const pictures = [...form.querySelectorAll("img")];
const buttons = [...form.querySelectorAll("button")];
const seconds = form.elements.seconds;
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function show() {
  await Promise.all(pictures.map((picture) => picture.decode())); // none is on screen before both are there
  for (const picture of pictures) {
    await wait(Number(form.dataset.pause));
    picture.classList.add("seen");
    await wait(Number(form.dataset.show));
    picture.classList.remove("seen");
  }
  const asked = performance.now();
  question.textContent = "Which one had its real colours?";
  for (const button of buttons) button.hidden = false;
  question.focus();
  form.addEventListener("submit", () => {
    seconds.disabled = false;
    seconds.value = ((performance.now() - asked) / 1000).toFixed(2);
  });
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.altKey || event.ctrlKey || event.metaKey) return;
    const choice = { 1: 0, ArrowLeft: 0, 2: 1, ArrowRight: 1 }[event.key];
    if (choice !== undefined) buttons[choice].click();
  });
}

show().catch(() => {
  question.textContent = "The photographs did not arrive. Please load the page again.";
});
