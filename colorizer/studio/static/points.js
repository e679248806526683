// The points on the photo: real buttons above the canvas, at per cent of its size, so that they stay where they are.

import { nameOf } from "./names.js";

const MOVED = 4; // pixels from which on a press is a drag

export class Points {
  // actions: select(id), move(id, x, y, passing), remove(id), choose(id).
  constructor(folder, actions) {
    Object.assign(this, { folder, actions, buttons: new Map() });
  }

  draw(hints, selected) {
    for (const [id, button] of this.buttons)
      if (!hints.some((hint) => hint.id === id)) {
        button.remove();
        this.buttons.delete(id);
      }
    hints.forEach((hint) => {
      const button = this.buttons.get(hint.id) ?? this.made(hint.id);
      button.style.left = `${hint.x}%`;
      button.style.top = `${hint.y}%`;
      button.style.setProperty("--colour", hint.colour && hint.colour !== "keep" ? hint.colour : "transparent");
      button.classList.toggle("empty", !hint.colour);
      button.classList.toggle("keep", hint.colour === "keep");
      button.setAttribute("aria-label", `Point ${hint.number}: ${hint.colour ? nameOf(hint.colour) : "no colour yet"}`);
      button.setAttribute("aria-pressed", String(hint.id === selected));
      button.at = [hint.x, hint.y];
      if (!button.isConnected) this.folder.append(button);
    });
  }

  focus(id) {
    this.buttons.get(id)?.focus({ preventScroll: true });
  }

  made(id) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "point";
    button.addEventListener("keydown", (event) => this.key(event, id, button));
    button.addEventListener("pointerdown", (event) => this.press(event, id, button));
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.actions.select(id, event.detail === 0);
    });
    this.buttons.set(id, button);
    return button;
  }

  key(event, id, button) {
    const step = event.shiftKey ? 10 : 1;
    const [dx, dy] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] ?? [];
    if (dx !== undefined) {
      const [width, height] = this.actions.size();
      this.actions.move(id, clamp(button.at[0] + (100 * dx) / width), clamp(button.at[1] + (100 * dy) / height), false);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.actions.remove(id);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  press(event, id, button) {
    if (event.button) return;
    event.stopPropagation();
    const start = [event.clientX, event.clientY], from = button.at;
    let dragged = false;
    button.setPointerCapture(event.pointerId);
    const place = (moved) => {
      const box = this.folder.getBoundingClientRect();
      return [0, 1].map((i) =>
        clamp(from[i] + (100 * (i ? moved.clientY - start[1] : moved.clientX - start[0])) / (i ? box.height : box.width)));
    };
    const move = (moved) => {
      dragged ||= Math.hypot(moved.clientX - start[0], moved.clientY - start[1]) >= MOVED;
      if (dragged) this.actions.move(id, ...place(moved), true);
    };
    const end = (ended) => {
      for (const [name, listener] of listeners) button.removeEventListener(name, listener);
      if (dragged) {
        this.actions.move(id, ...(ended.type === "pointerup" ? place(ended) : from), false);
        this.actions.select(id, false);
      }
    };
    const listeners = [["pointermove", move], ["pointerup", end], ["pointercancel", end]];
    for (const [name, listener] of listeners) button.addEventListener(name, listener);
  }
}

const clamp = (v) => Math.min(100, Math.max(0, v));
