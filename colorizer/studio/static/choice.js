// The colour of one point: what the model finds plausible there, a plane of ab at the place's own lightness, any colour.

import { element, say } from "./elements.js";
import { hex, parse, shown, toLab, toRgb } from "./lab.js";
import { nameOf, typed } from "./names.js";

const REACHES = { spread: "where it spreads", box: "only in a box", outline: "only inside an outline" };
const REACH = 100; // ab units of the plane, each way

export class Choice {
  // actions: colour(id, text, passing), remove(id), and for photos reach(id, "spread" | "box" | "outline").
  constructor(card, actions) {
    Object.assign(this, { card, actions, id: null, wide: false });
  }

  // number: of the point, from 1. L: lightness at its place.
  open(hint, number, L) {
    const fresh = this.id !== hint.id;
    this.id = hint.id;
    this.L = L;
    this.card.hidden = false;
    if (fresh) {
      this.card.replaceChildren(...this.parts());
      this.suggestions.replaceChildren(element("p", { className: "soft" }, "Asking the model…"));
    }
    this.show(hint, number);
  }

  close() {
    this.id = null;
    this.card.hidden = true;
    this.card.replaceChildren();
  }

  parts() {
    const pick = (colour, passing = false) => this.actions.colour(this.id, colour, passing);
    this.title = element("h2", {});
    this.suggestions = element("fieldset", { className: "suggestions" });
    this.keep = element("button", { type: "button", onclick: () => pick("keep") }, "Keep as it is");
    this.reaches = Object.entries(REACHES).map(([kind, text]) => element("label", {},
      element("input", { type: "radio", name: "reach", value: kind, onclick: () => this.actions.reach(this.id, kind) }), ` ${text}`));
    this.any = element("input", { type: "color", oninput: () => pick(this.any.value, true), onchange: () => pick(this.any.value) });
    this.word = element("input", { type: "text", size: 12, autocomplete: "off", placeholder: "navy, #aa3322" });
    this.wrong = element("p", { className: "wrong", role: "alert" });
    const form = element("form", { className: "row" },
      element("label", { className: "row" }, "Name", this.word), element("button", { type: "submit" }, "Use"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const colour = typed(this.word.value);
      this.wrong.textContent = colour ? "" : `“${this.word.value}” is no colour that is known here; write navy or #aa3322.`;
      if (colour) pick(colour);
    });
    this.plane = element("canvas", { width: 101, height: 101, className: "plane" });
    this.plane.setAttribute("aria-hidden", "true"); // the colour field says the same
    this.plane.addEventListener("pointerdown", (event) => {
      this.plane.setPointerCapture(event.pointerId);
      const take = (moved) => this.fromPlane(moved, pick, moved.type !== "pointerup");
      const stop = () => {
        this.plane.removeEventListener("pointermove", take);
        this.plane.removeEventListener("pointerup", take);
      };
      this.plane.addEventListener("pointermove", take);
      this.plane.addEventListener("pointerup", take);
      this.plane.addEventListener("lostpointercapture", stop, { once: true });
      take(event);
    });
    return [
      element("div", { className: "head" }, this.title,
        element("button", { type: "button", onclick: () => this.actions.remove(this.id) }, "Remove point")),
      this.suggestions,
      ...(this.actions.reach ? [
        element("div", { className: "row" }, this.keep),
        element("fieldset", { className: "row" }, element("legend", {}, "Counts"), ...this.reaches),
      ] : []),
      element("details", { open: this.wide, ontoggle: (event) => this.unfold(event.target.open) },
        element("summary", {}, "Any other colour"),
        element("div", { className: "other" }, this.plane,
          element("div", {}, element("label", { className: "row" }, "Colour ", this.any), form, this.wrong))),
    ];
  }

  fromPlane(event, pick, passing) {
    const box = this.plane.getBoundingClientRect();
    const at = (v) => Math.min(1, Math.max(0, v));
    const a = (at((event.clientX - box.left) / box.width) * 2 - 1) * REACH;
    const b = (1 - at((event.clientY - box.top) / box.height) * 2) * REACH;
    pick(hex(toRgb(this.L, a, b)), passing);
  }

  show(hint, number) {
    say(this.title, `Point ${number}: ${hint.colour ? nameOf(hint.colour) : "choose a colour"}`);
    this.keep.setAttribute("aria-pressed", String(hint.colour === "keep"));
    if (hint.colour && hint.colour !== "keep") this.any.value = hint.colour;
    for (const radio of this.suggestions.querySelectorAll("input")) radio.checked = radio.value === hint.colour;
    const reach = hint.box ? "box" : hint.outline ? "outline" : "spread";
    for (const label of this.reaches) label.firstChild.checked = label.firstChild.value === reach;
    this.colour = hint.colour;
    if (this.wide) this.drawPlane();
  }

  // Shows what is under "Any other colour", or hides it.
  unfold(wide) {
    this.wide = wide;
    if (wide && this.id) this.drawPlane();
  }

  suggest(list, hint) {
    const legend = element("legend", {}, "Plausible here");
    this.suggestions.replaceChildren(legend, ...list.map(({ colour, share }) => {
      const radio = element("input", {
        type: "radio", name: "suggestion", value: colour, checked: hint.colour === colour,
        onchange: () => this.actions.colour(this.id, colour, false),
      });
      const swatch = element("span", { className: "swatch" });
      swatch.style.backgroundColor = colour;
      const part = element("span", { className: "share" }, `${Math.max(1, Math.round(100 * share))} %`);
      return element("label", {}, radio, swatch, element("span", {}, nameOf(colour)), part);
    }));
  }

  failed(message) {
    this.suggestions.replaceChildren(element("p", { className: "wrong" }, message));
  }

  focus() {
    (this.suggestions.querySelector("input:checked, input") ?? this.card.querySelector("button")).focus();
  }

  drawPlane() {
    const { colour, plane: { width, height } } = this;
    const pen = this.plane.getContext("2d"), image = pen.createImageData(width, height);
    const unit = (2 * REACH) / (width - 1);
    for (let y = 0, i = 0; y < height; y++)
      for (let x = 0; x < width; x++, i += 4) {
        const a = x * unit - REACH, b = REACH - y * unit;
        if (shown(this.L, a, b)) image.data.set([...toRgb(this.L, a, b), 255], i);
      }
    pen.putImageData(image, 0, 0);
    if (!colour || colour === "keep") return;
    const [, a, b] = toLab(parse(colour));
    pen.strokeStyle = this.L > 55 ? "#000" : "#fff";
    pen.beginPath();
    pen.arc((a + REACH) / unit, (REACH - b) / unit, 4, 0, 7);
    pen.stroke();
  }
}
