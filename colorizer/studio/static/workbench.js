// What is worked with: what was changed (history.js), asked of the server (server.js), and shown. As it is, for a photo.

import { Choice } from "./choice.js";
import { Gestures } from "./gestures.js";
import { History, NOTHING } from "./history.js";
import { List } from "./list.js";
import { nameOf } from "./names.js";
import { Points } from "./points.js";
import { Region, simplified } from "./region.js";
import * as server from "./server.js";
import { Whole } from "./whole.js";

export const at = (id) => document.getElementById(id);

export class Workbench {
  constructor(facts, picture, guide) {
    Object.assign(this, { facts, picture, guide, selected: null, numbers: 0, asked: null });
    this.prepare();
    document.title = `${facts.name} · Studio`;
    at("name").textContent = facts.name;
    at("stage").style.aspectRatio = `${picture.width} / ${picture.height}`;
    at("view").style.setProperty("--ratio", picture.width / picture.height);
    if (facts.back) Object.assign(at("back"), { href: facts.back[0], textContent: facts.back[1], hidden: false });
    if (facts.action) Object.assign(at("done"), { textContent: facts.action, hidden: false });
    this.history = new History(this.opened(facts.start), () => this.changed());
    this.points = new Points(at("points"), {
      select: (id, focus) => this.select(id, focus),
      move: (id, x, y, passing) => this.alter(id, { x, y }, passing),
      remove: (id) => this.remove(id),
      size: () => [picture.width, picture.height],
    });
    this.choice = new Choice(at("point"), {
      colour: (id, colour, passing) => this.alter(id, { colour }, passing),
      remove: (id) => this.remove(id),
      reach: this.reaches && ((id, kind) => this.reach(id, kind)),
    });
    this.region = new Region(at("points"), {
      box: (id, box, passing) => this.alter(id, { box }, passing),
      place: (event) => this.gestures.place(event),
    });
    this.gestures = new Gestures(at("view"), at("stage"), at("points"), {
      add: (x, y) => this.add(x, y, false),
      outline: (line, passing) => this.outlined(line, passing),
      zoomed: (scale) => this.zoomed(scale),
    });
    this.whole = this.wholeCard(at("whole"));
    this.list = new List(at("list"), {
      select: (id, focus) => this.select(id, focus),
      remove: (id) => this.remove(id),
      add: () => this.add(...this.gestures.middle(), true),
      caption: this.caption,
      place: (hint) => this.place(hint),
    });
    this.colours = new server.Newest(
      (wanted) => this.ask(wanted),
      (wanted, found) => {
        this.picture.paint(found, wanted.hints);
        this.settled(wanted, found);
      },
      (_, error) => this.say(error.message, true),
    );
    this.listen();
    this.changed();
  }

  // What is needed before anything is drawn.
  prepare() {}

  // Whether a point can count in a box or an outline alone.
  get reaches() {
    return true;
  }

  get caption() {
    return "Points, in per cent from the left and from the top";
  }

  place(hint) {
    return `${Math.round(hint.x)} %, ${Math.round(hint.y)} %`;
  }

  wholeCard(card) {
    return new Whole(card, this.facts.looks, this.guide, {
      change: (parts, passing) => this.history.change(parts, { passing }),
      say: (text, wrong) => this.say(text, wrong),
      colours: (parts) => server.colours({ ...this.correction(), ...parts }),
    });
  }

  // What the picture needs to be drawn: the server is asked again when it changes.
  wanted() {
    return this.correction();
  }

  ask(wanted) {
    return server.colours(wanted);
  }

  suggestions(hint) {
    return server.suggest(hint.x, hint.y, this.correction(hint.id));
  }

  // What every new point has.
  fresh() {
    return {};
  }

  // The points that are seen on the picture.
  get here() {
    return this.numbered;
  }

  // Whether nothing is changed.
  get untouched() {
    return JSON.stringify(this.correction()) === JSON.stringify(NOTHING);
  }

  get numbered() {
    return this.hints.map((hint, i) => ({ ...hint, number: i + 1 }));
  }

  // A stored correction as a state: each hint gets a number of its own.
  opened(start) {
    return { ...NOTHING, ...start, hints: start.hints.map((hint) => ({ ...hint, id: ++this.numbers })) };
  }

  listen() {
    at("undo").onclick = () => this.go(-1);
    at("redo").onclick = () => this.go(1);
    at("clear").onclick = () => {
      this.select(null);
      this.history.change(NOTHING);
    };
    at("split").oninput = () => this.picture.show(at("split").value / 100);
    at("download").onclick = () => this.download();
    at("done").onclick = () => this.finish();
    at("in").onclick = () => this.gestures.zoom(this.gestures.scale * 1.5);
    at("out").onclick = () => this.gestures.zoom(this.gestures.scale / 1.5);
    at("fit").onclick = () => this.gestures.zoom(1);
    addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const typing = event.target.matches("input[type=text]");
    if ((event.ctrlKey || event.metaKey) && !typing) {
      const step = { z: event.shiftKey ? 1 : -1, y: 1 }[event.key.toLowerCase()];
      if (step) {
        event.preventDefault();
        this.go(step);
      }
    } else if (event.key.toLowerCase() === "n" && !typing && !event.altKey) {
      event.preventDefault();
      this.add(...this.gestures.middle(), true);
    } else if ((event.key === "+" || event.key === "-") && !typing && !event.ctrlKey) {
      this.gestures.zoom(this.gestures.scale * (event.key === "+" ? 1.5 : 1 / 1.5));
    } else if (event.key === "Escape" && this.selected) {
      this.points.focus(this.selected);
    }
  }

  get hints() {
    return this.history.state.hints;
  }

  // What the server is asked: points without a colour are not in it yet.
  correction(except = null) {
    const { hints, ...rest } = this.history.state;
    const given = hints.filter((hint) => hint.colour && hint.id !== except);
    return { ...rest, hints: given.map(({ id, ...hint }) => hint) };
  }

  add(x, y, focus) {
    if (this.hints.length >= this.facts.limits.hints) {
      this.say(`At most ${this.facts.limits.hints} points.`, true);
      return;
    }
    this.dropEmpty();
    const hint = { id: ++this.numbers, x: round(x), y: round(y), colour: "", ...this.fresh() };
    this.history.change({ hints: [...this.hints, hint] }, { passing: true });
    this.select(hint.id, focus);
  }

  // A point that got no colour leaves no trace.
  dropEmpty() {
    if (this.hints.some((hint) => !hint.colour)) {
      this.history.passing = null;
      this.changed();
    }
  }

  alter(id, parts, passing) {
    const hints = this.hints.map((hint) => (hint.id === id ? { ...hint, ...rounded(parts) } : hint));
    const waits = hints.some((hint) => !hint.colour);
    this.history.change({ hints }, { passing: passing || waits });
    if (!passing && !waits) this.tell(id);
    if (!passing && ("x" in parts || "y" in parts)) this.suggest();
  }

  // Where a point counts: "spread", "box" or "outline".
  reach(id, kind) {
    const hint = this.hints.find((one) => one.id === id);
    this.gestures.draw(kind === "outline");
    if (kind === "outline") {
      this.say("Draw around the thing, with the point inside.");
      this.outlining = id;
    } else {
      this.alter(id, { box: kind === "box" ? Region.around(hint) : undefined, outline: undefined }, false);
    }
  }

  outlined(line, passing) {
    if (passing) {
      this.region.outline(line);
      return;
    }
    const outline = line && simplified(line);
    if (outline) this.alter(this.outlining, { outline, box: undefined }, false);
    else this.say("That was no area. Choose “inside an outline” again to draw another.", true);
    this.changed();
  }

  zoomed(scale) {
    clearTimeout(this.sharper);
    const wanted = at("view").clientWidth * devicePixelRatio * scale;
    this.sharper = setTimeout(() => this.picture.resize(wanted), 150); // not at each step of a zoom
    at("out").disabled = at("fit").disabled = scale === 1;
  }

  remove(id) {
    const number = this.number(id), empty = !this.hints.find((hint) => hint.id === id)?.colour;
    if (empty) this.dropEmpty();
    else this.history.change({ hints: this.hints.filter((hint) => hint.id !== id) });
    this.select(null);
    this.say(`Point ${number} is gone.`);
    (this.list.body.querySelector("button") ?? this.list.add).focus({ preventScroll: true });
  }

  go(step) {
    this.history.go(step);
    this.say(step < 0 ? "Undone." : "Done again.");
  }

  number(id) {
    return this.hints.findIndex((hint) => hint.id === id) + 1;
  }

  // focus: whether the keyboard goes to the choice.
  select(id, focus = false) {
    if (id !== this.selected && this.hints.find((hint) => hint.id === this.selected)?.colour === "") this.dropEmpty();
    const other = id !== this.selected;
    if (other) this.gestures.draw(false);
    this.selected = id;
    this.asked = other ? null : this.asked;
    this.wantsFocus = focus;
    this.changed();
    if (id && other) this.suggest();
    else if (focus) this.choice.focus();
  }

  async suggest() {
    const id = this.selected, hint = this.hints.find((one) => one.id === id);
    if (!hint) return;
    const question = (this.asked = {});
    try {
      const list = await this.suggestions(hint);
      const now = this.hints.find((one) => one.id === id);
      if (question !== this.asked || !now) return;
      this.choice.suggest(list, now);
      if (this.wantsFocus) this.choice.focus();
      this.wantsFocus = false;
    } catch (error) {
      if (question === this.asked) this.choice.failed(error.message);
    }
  }

  changed() {
    this.inquire(); // the server computes while the page is drawn
    const { state } = this.history;
    if (this.selected && !this.hints.some((hint) => hint.id === this.selected)) this.selected = null;
    const chosen = this.hints.find((hint) => hint.id === this.selected);
    this.points.draw(this.here, this.selected);
    this.region.draw(chosen);
    this.list.draw(this.numbered, this.selected);
    this.whole.show(state);
    if (chosen) this.choice.open(chosen, this.number(chosen.id), this.lightness(chosen));
    else this.choice.close();
    at("undo").disabled = !this.history.canUndo;
    at("redo").disabled = !this.history.canRedo;
    at("clear").disabled = this.history.at === 0 && this.untouched;
  }

  // Ask the server for the colours, if others than the last ones are wanted.
  inquire() {
    const wanted = this.wanted(), text = JSON.stringify(wanted);
    if (text === this.sent) return;
    this.sent = text;
    document.body.dataset.state = "asking";
    this.colours.want(wanted);
  }

  // The picture shows what was wanted; tests wait for it, and the measurement of times reads it.
  settled(wanted) {
    if (JSON.stringify(wanted) === this.sent) document.body.dataset.state = "shown";
    document.body.dataset.painted = String(Number(document.body.dataset.painted ?? 0) + 1);
  }

  lightness({ x, y }) {
    const { height, width, L } = this.guide;
    const row = Math.min(height - 1, Math.floor((y / 100) * height));
    return L[row * width + Math.min(width - 1, Math.floor((x / 100) * width))];
  }

  tell(id) {
    const hint = this.hints.find((one) => one.id === id);
    if (hint) this.say(`Point ${this.number(id)} is ${nameOf(hint.colour)} now.`);
  }

  say(text, wrong = false) {
    at("said").textContent = text;
    at("said").classList.toggle("wrong", wrong);
  }

  async download() {
    await this.waiting(at("download"), "Making the picture…", async () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await server.paint(this.correction()));
      link.download = `${this.facts.name.replace(/\.[^.]{1,5}$/, "")}.coloured.jpg`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      this.say(`Downloaded as ${link.download}.`);
    });
  }

  async finish() {
    await this.waiting(at("done"), "Working…", async () => {
      const { message, link } = await this.save();
      this.say(message);
      if (link) at("said").append(" ", Object.assign(document.createElement("a"), { href: link, textContent: "Look at it" }));
    });
  }

  save() {
    return server.done(this.correction());
  }

  async waiting(button, text, work) {
    button.disabled = true;
    this.say(text);
    try {
      await work();
    } catch (error) {
      this.say(error.message, true);
    }
    button.disabled = false;
  }
}

const round = (v) => Math.round(100 * v) / 100;

function rounded(parts) {
  return Object.fromEntries(Object.entries(parts).map(([key, v]) => [key, typeof v === "number" ? round(v) : v]));
}
