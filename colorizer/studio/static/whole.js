// What concerns the photo as a whole.

import { element } from "./elements.js";

export class Whole {
  // actions: change(parts, passing).
  constructor(card, looks, actions) {
    this.radios = looks.map((look) => element("input", {
      type: "radio", name: "look", value: look, onchange: () => actions.change({ look }, false),
    }));
    this.saturation = element("input", { type: "range", min: 0, max: 200, step: 5 });
    const saturate = (passing) => actions.change({ saturation: this.saturation.value / 100 }, passing);
    this.saturation.addEventListener("input", () => saturate(true));
    this.saturation.addEventListener("change", () => saturate(false));
    card.replaceChildren(
      element("h2", {}, "Whole photo"),
      element("fieldset", { className: "row" }, element("legend", {}, "Look"),
        ...looks.map((look, i) => element("label", {}, this.radios[i], ` ${look}`))),
      element("label", { className: "row" }, "Saturation ", this.saturation),
    );
  }

  show(state) {
    for (const radio of this.radios) radio.checked = radio.value === state.look;
    this.saturation.value = Math.round(100 * state.saturation);
  }
}
