// What concerns the photo as a whole.

import { element, say } from "./elements.js";
import { toRgb } from "./lab.js";
import { field } from "./field.js";
import { nameOf } from "./names.js";
import { coloursOf } from "./palette.js";

const MOST_COLOURS = 12, THUMBS = 4;

export class Whole {
  // guide: see server.js. actions: change(parts, passing), say(text, wrong), colours(parts): as the server gives them.
  constructor(card, looks, guide, actions) {
    Object.assign(this, { guide, actions, first: 1 });
    this.radios = looks.map((look) => element("input", {
      type: "radio", name: "look", value: look, onchange: () => actions.change({ look }, false),
    }));
    this.saturation = element("input", { type: "range", min: 0, max: 200, step: 5 });
    this.amount = element("span", { className: "soft" });
    const saturate = (passing) => actions.change({ saturation: this.saturation.value / 100 }, passing);
    this.saturation.addEventListener("input", () => saturate(true));
    this.saturation.addEventListener("change", () => saturate(false));
    this.chips = element("span", { className: "row" });
    this.added = element("input", { type: "color", value: "#204080", ariaLabel: "Colour to add to the palette" });
    const add = element("button", { type: "button", onclick: () => this.add([this.added.value]) }, "Add");
    this.file = element("input", { type: "file", accept: "image/*", onchange: () => this.reference() });
    this.another = element("button", { type: "button", onclick: () => this.guess() }, "Another guess");
    this.ordinary = element("button", { type: "button", onclick: () => actions.change({ seed: null }, false) }, "The first guess");
    this.show4 = element("button", { type: "button", onclick: () => this.thumbnails() }, "Show four");
    this.thumbs = element("div", { className: "thumbs" });
    card.replaceChildren(
      element("h2", {}, "Whole photo"),
      element("fieldset", { className: "row" }, element("legend", {}, "Look"),
        ...looks.map((look, i) => element("label", {}, this.radios[i], ` ${look}`))),
      element("label", { className: "row" }, "Saturation ", this.saturation, this.amount),
      element("fieldset", { className: "row" }, element("legend", {}, "Other guesses"),
        this.another, this.show4, this.ordinary),
      this.thumbs,
      element("details", {}, element("summary", {}, "Palette"),
        element("div", { className: "stack" },
          element("p", { className: "soft" }, "Colours that the photo should be made of."),
          this.chips,
          element("div", { className: "row" }, this.added, add),
          element("label", { className: "stack" }, "Or the colours of another picture, which stays on your device", this.file))),
    );
  }

  show(state) {
    for (const radio of this.radios) radio.checked = radio.value === state.look;
    this.saturation.value = Math.round(100 * state.saturation);
    say(this.amount, `${Math.round(100 * state.saturation)} %`);
    if (String(state.palette) !== String(this.palette)) this.drawChips(state.palette);
    this.palette = state.palette;
    this.seed = state.seed;
    this.ordinary.hidden = state.seed === null;
    for (const thumb of this.thumbs.children) thumb.setAttribute("aria-pressed", String(Number(thumb.value) === state.seed));
    const { seed, ...rest } = state, text = JSON.stringify(rest);
    if (text !== this.shown) this.thumbs.replaceChildren();
    this.shown = text;
  }

  drawChips(palette) {
    this.chips.replaceChildren(...palette.map((colour, i) => {
      const swatch = element("span", { className: "swatch" });
      swatch.style.backgroundColor = colour;
      return element("button", {
        type: "button", ariaLabel: `Remove ${nameOf(colour)} from the palette`, className: "named",
        onclick: () => this.actions.change({ palette: this.palette.filter((_, n) => n !== i) }, false),
      }, swatch, "×");
    }));
  }

  add(colours) {
    this.actions.change({ palette: [...new Set([...this.palette, ...colours])].slice(0, MOST_COLOURS) }, false);
  }

  async reference() {
    const [file] = this.file.files;
    if (!file) return;
    try {
      this.actions.change({ palette: await coloursOf(file) }, false);
      this.actions.say(`The photo has the colours of ${file.name} now.`);
    } catch {
      this.actions.say(`${file.name} is no picture that this browser can show.`, true);
    }
  }

  guess() {
    this.actions.change({ seed: (this.seed ?? 0) + 1 }, false);
    this.actions.say(`Guess ${this.seed + 1}.`);
  }

  // Four more guesses, small; a click takes one.
  async thumbnails() {
    const seeds = Array.from({ length: THUMBS }, (_, i) => this.first + i);
    this.first += THUMBS;
    const shown = this.shown;
    this.show4.disabled = true;
    this.thumbs.replaceChildren();
    try {
      for (const seed of seeds) {
        const { layers } = await this.actions.colours({ seed });
        if (this.shown !== shown) break; // something else was changed meanwhile
        const thumb = element("button", {
          type: "button", value: seed, ariaLabel: `Guess ${seed + 1}`, ariaPressed: String(seed === this.seed),
          onclick: () => this.actions.change({ seed }, false),
        }, this.small(layers[0]));
        this.thumbs.append(thumb);
      }
    } catch (error) {
      this.actions.say(error.message, true);
    }
    this.show4.disabled = false;
  }

  // A canvas of the guide's size, in colour.
  small(colours) {
    const { height, width, L } = this.guide, { maps } = field(colours, this.guide);
    const canvas = element("canvas", { width, height }), pen = canvas.getContext("2d"), image = pen.createImageData(width, height);
    for (let i = 0; i < L.length; i++)
      image.data.set([...toRgb(L[i], maps[0][i] * L[i] + maps[2][i], maps[1][i] * L[i] + maps[3][i]), 255], 4 * i);
    pen.putImageData(image, 0, 0);
    return canvas;
  }
}
