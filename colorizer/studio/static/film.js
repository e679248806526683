// The studio for a film: one frame at a time is worked on as a photo is, with the points of all frames.

import { element } from "./elements.js";
import { Neighbours } from "./neighbours.js";
import { Picture } from "./picture.js";
import { Colouring } from "./colouring.js";
import { Timeline } from "./timeline.js";
import * as server from "./server.js";
import { at, Workbench } from "./workbench.js";

// facts: what the server says of the film. plain: without WebGL.
export async function openFilm(facts, plain) {
  const frame = facts.start.hints[0]?.frame ?? 0;
  const loaded = [server.photo(`frames/${frame}/photo.jpg`), server.film.guide(frame), server.film.times()];
  const [photo, guide, times] = await Promise.all(loaded);
  document.body.classList.add("of-film");
  at("canvas").setAttribute("aria-label", "The frame in colour");
  at("photo").setAttribute("aria-label", "The frame");
  at("zooming").setAttribute("aria-label", "Size of the frame");
  at("keys").textContent = " Keys: N adds a point, arrows move it, Delete removes it; elsewhere left and right go a frame, "
    + "Page Up and Page Down a shot.";
  new FilmWorkbench({ ...facts, frame, times, action: "Save the points" }, new Picture(at("canvas"), photo, guide, plain), guide);
}

class FilmWorkbench extends Workbench {
  prepare() {
    const { facts } = this;
    this.frame = this.loaded = facts.frame;
    this.timeline = new Timeline(at("film"), facts, { go: (frame) => this.show(frame) });
    this.neighbours = new Neighbours(at("neighbours"), facts, {
      go: (frame) => this.show(frame),
      time: (frame) => this.timeline.time(frame),
      say: (text) => this.say(text, true),
    });
    for (const id of ["film", "neighbours"]) at(id).hidden = false;
    at("download").hidden = true; // the film is written where it lies
  }

  get reaches() {
    return false; // an outline would have to move with the thing
  }

  get caption() {
    return "Points of all frames, in per cent from the left and from the top";
  }

  place(hint) {
    return `${this.timeline.time(hint.frame)} · ${super.place(hint)}`;
  }

  wholeCard(card) {
    const radios = this.facts.looks.map((look) => element("input", {
      type: "radio", name: "look", value: look, onchange: () => this.history.change({ look }),
    }));
    const colouring = new Colouring(this.facts, { correction: () => this.correction(), say: (...what) => this.say(...what) });
    card.replaceChildren(
      element("h2", {}, "Whole film"),
      element("fieldset", { className: "row" }, element("legend", {}, "Look"),
        ...this.facts.looks.map((look, i) => element("label", {}, radios[i], ` ${look}`))),
      ...colouring.parts,
    );
    return {
      show: ({ look }) => {
        for (const radio of radios) radio.checked = radio.value === look;
      },
    };
  }

  fresh() {
    return { frame: this.frame };
  }

  get here() {
    return this.numbered.filter(({ frame }) => frame === this.frame);
  }

  get untouched() {
    const { hints, look } = this.correction();
    return hints.length === 0 && look === "natural";
  }

  correction(except = null) {
    const { hints, look } = super.correction(except);
    return { hints: hints.map(({ frame, x, y, colour }) => ({ frame, x, y, colour })), look };
  }

  wanted() {
    return { frame: this.frame, ...this.correction() };
  }

  async ask({ frame, ...correction }) {
    if (this.loaded !== frame) {
      const [photo, guide] = await Promise.all([server.photo(`frames/${frame}/photo.jpg`), server.film.guide(frame)]);
      this.picture.use(photo, (this.guide = guide));
      this.loaded = frame;
    }
    return server.film.colours(frame, correction);
  }

  suggestions(hint) {
    return server.film.suggest(hint.frame, hint.x, hint.y, this.correction(hint.id));
  }

  save() {
    return server.film.save(this.correction());
  }

  // Work on another frame.
  show(frame) {
    const next = Math.min(this.facts.frames - 1, Math.max(0, frame));
    if (next === this.frame) return;
    if (this.selected) this.select(null);
    this.frame = next;
    this.changed();
  }

  select(id, focus = false) {
    const hint = this.hints.find((one) => one.id === id);
    if (hint && hint.frame !== this.frame) this.show(hint.frame);
    super.select(id, focus);
  }

  changed() {
    super.changed();
    this.timeline.show(this.frame, this.numbered);
  }

  settled(wanted, found) {
    const { frame, ...correction } = wanted;
    this.timeline.spreadsFrom(frame, found.anchor);
    if (JSON.stringify(wanted) === this.sent) this.neighbours.want(frame, found, correction);
    super.settled(wanted);
  }

  key(event) {
    const { target, key } = event, slider = target === this.timeline.slider;
    const frames = { ArrowLeft: -1, ArrowRight: 1 }[key], shots = { PageUp: -1, PageDown: 1 }[key];
    if ((!frames && !shots) || event.ctrlKey || event.altKey || event.metaKey || (target.matches("input") && !slider)) {
      super.key(event);
      return;
    }
    event.preventDefault();
    if (frames) this.show(this.frame + frames);
    else this.show(this.timeline.shotAt(this.frame, shots));
  }
}
