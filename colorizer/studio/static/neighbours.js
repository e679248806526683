// Frames before and after the one that is worked on, in the film's colours: whether a colour spreads is seen here.

import { element } from "./elements.js";
import * as server from "./server.js";

export class Neighbours {
  // actions: go(frame), time(frame), say(text).
  constructor(card, facts, actions) {
    Object.assign(this, { facts, actions });
    this.row = element("div", { className: "neighbours" });
    card.replaceChildren(element("h2", {}, "Frames around it, with all points"), this.row);
    this.newest = new server.Newest((wanted) => this.ask(wanted), () => {}, (_, error) => actions.say(error.message));
  }

  // found: of that frame, with the piece that is coloured together with it.
  want(frame, { piece: [first, stop] }, correction) {
    const within = (at) => Math.min(stop - 1, Math.max(first, at));
    const frames = [...new Set([first, within(frame - 1), frame, within(frame + 1), stop - 1])];
    this.row.dataset.state = "asking";
    this.newest.want({ frame, frames, correction });
  }

  async ask({ frame, frames, correction }) {
    const kept = new Map([...this.row.children].map((button) => [Number(button.value), button]));
    const buttons = frames.map((at) => kept.get(at) ?? this.made(at));
    buttons.forEach((button, i) => {
      button.setAttribute("aria-label", `${this.name(frames[i], frame)}, ${this.actions.time(frames[i])}`);
      button.lastChild.textContent = this.name(frames[i], frame);
      button.disabled = frames[i] === frame;
    });
    this.row.replaceChildren(...buttons);
    for (const [i, at] of frames.entries()) {
      if (this.newest.waiting) return;
      const address = URL.createObjectURL(await server.film.picture(at, correction)), image = buttons[i].firstChild;
      URL.revokeObjectURL(image.src);
      image.src = address;
      await image.decode();
    }
    this.row.dataset.state = "shown";
  }

  made(frame) {
    const image = element("img", { alt: "", width: this.facts.width, height: this.facts.height });
    return element("button", { type: "button", value: frame, onclick: () => this.actions.go(frame) }, image, element("span", {}));
  }

  name(at, frame) {
    if (at === frame) return "this frame";
    if (at === frame - 1) return "before";
    if (at === frame + 1) return "after";
    return at < frame ? "first" : "last";
  }
}
