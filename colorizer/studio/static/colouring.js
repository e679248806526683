// The button that colours the whole film, and how far it is.

import { element } from "./elements.js";
import * as server from "./server.js";

const EVERY = 500; // milliseconds between two questions how far it is
const STAGES = { "": "Beginning", cuts: "Finding cuts", colours: "Colouring", joining: "Joining" };

export class Colouring {
  // actions: correction(), say(text, wrong).
  constructor(facts, actions) {
    this.actions = actions;
    this.begin = element("button", { type: "button", className: "main", onclick: () => this.start() }, "Colour the film");
    this.stop = element("button", { type: "button", hidden: true, onclick: () => server.film.stop() }, "Stop");
    this.bar = element("progress", { hidden: true, max: 1, ariaLabel: "How far the film is" });
    this.text = element("p", { className: "soft" }, `Writes ${facts.result} and the list of points beside the film.`);
    this.parts = [element("div", { className: "row" }, this.begin, this.stop), this.bar, this.text];
    this.follow(true);
  }

  async start() {
    this.begin.disabled = true;
    try {
      const { message } = await server.film.colour(this.actions.correction());
      this.actions.say(message);
      await this.follow();
    } catch (error) {
      this.begin.disabled = false;
      this.actions.say(error.message, true);
    }
  }

  // quiet: say nothing of a run that ended before the page was opened.
  async follow(quiet = false) {
    for (;;) {
      const { state, stage, done, total, seconds, message } = await server.film.progress();
      const running = state === "running";
      this.begin.disabled = running;
      this.stop.hidden = this.bar.hidden = !running;
      if (!running) {
        if (message && !quiet) {
          this.actions.say(message, state === "failed");
          this.text.textContent = message;
        }
        return;
      }
      quiet = false;
      this.bar.value = total ? done / total : 0;
      const left = seconds === null ? "" : `, about ${Math.ceil(seconds)} s left`;
      this.text.textContent = `${STAGES[stage]}: ${done} of ${total} frames${left}`;
      await new Promise((wait) => setTimeout(wait, EVERY));
    }
  }
}
