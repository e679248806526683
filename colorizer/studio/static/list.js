// The points as a table: the same as on the photo, for those who cannot see or reach it there.

import { element } from "./elements.js";
import { nameOf } from "./names.js";

export class List {
  // actions: select(id, focus), remove(id), add(), place(hint): where it is, in words. caption: of the table.
  constructor(card, actions) {
    this.actions = actions;
    this.body = element("tbody", {});
    this.table = element("table", {}, element("caption", {}, actions.caption),
      element("thead", {}, element("tr", {},
        ...["Point", "Colour", "Place", ""].map((text) => element(text ? "th" : "td", text ? { scope: "col" } : {}, text)))),
      this.body);
    this.add = element("button", { type: "button", onclick: () => actions.add() }, "Add a point (N)");
    card.replaceChildren(element("div", { className: "head" }, element("h2", {}, "Points"), this.add), this.table);
  }

  draw(hints, selected) {
    const drawn = JSON.stringify([hints, selected]);
    if (drawn === this.drawn) return; // what is drawn again is laid out and painted again, beside the server's work
    this.drawn = drawn;
    this.table.hidden = hints.length === 0;
    this.body.replaceChildren(...hints.map((hint) => {
      const swatch = element("span", { className: "swatch" });
      swatch.style.backgroundColor = hint.colour && hint.colour !== "keep" ? hint.colour : "transparent";
      const name = hint.colour ? nameOf(hint.colour) : "no colour yet";
      const row = element("tr", {},
        element("th", { scope: "row" }, String(hint.number)),
        element("td", {}, element("span", { className: "named" }, swatch, name)),
        element("td", {}, this.actions.place(hint)),
        element("td", { className: "row" },
          element("button", { type: "button", ariaLabel: `Change point ${hint.number}`, onclick: () => this.actions.select(hint.id, true) }, "Change"),
          element("button", { type: "button", ariaLabel: `Remove point ${hint.number}`, onclick: () => this.actions.remove(hint.id) }, "Remove")));
      row.classList.toggle("selected", hint.id === selected);
      return row;
    }));
  }
}
