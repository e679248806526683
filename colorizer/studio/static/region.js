// "Only this thing": the box or the outline of the chosen point, above the picture.

import { element } from "./elements.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST = 48; // corners of an outline
const CORNERS = [["left", "top", 0, 1], ["right", "top", 2, 1], ["right", "bottom", 2, 3], ["left", "bottom", 0, 3]];

export class Region {
  // actions: box(id, box, passing), place(event) in per cent.
  constructor(folder, actions) {
    Object.assign(this, { folder, actions, hint: null });
    this.frame = element("div", { className: "frame", hidden: true });
    this.handles = CORNERS.map(([across, down, i, j]) => {
      const handle = element("button", { type: "button", className: "corner", ariaLabel: `Corner ${down} ${across} of the box` });
      handle.addEventListener("pointerdown", (event) => this.press(event, handle, i, j));
      handle.addEventListener("keydown", (event) => this.key(event, i, j));
      handle.style[across] = handle.style[down] = "0";
      handle.classList.add(across, down);
      return handle;
    });
    this.frame.append(...this.handles);
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("viewBox", "0 0 100 100");
    this.svg.setAttribute("preserveAspectRatio", "none");
    this.svg.setAttribute("aria-hidden", "true");
    this.line = document.createElementNS(SVG, "polygon");
    this.svg.append(this.line);
    folder.append(this.svg, this.frame);
  }

  draw(hint) {
    this.hint = hint ?? null;
    this.frame.hidden = !hint?.box;
    if (hint?.box) {
      const [left, top, right, bottom] = hint.box;
      Object.assign(this.frame.style, {
        left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%`,
      });
    }
    this.outline(hint?.outline ?? []);
  }

  outline(corners) {
    this.line.setAttribute("points", corners.map((corner) => corner.join(",")).join(" "));
  }

  // A box around a point that one can take hold of.
  static around({ x, y }) {
    const span = (v) => [Math.max(0, Math.min(v - 12, 76)), Math.min(100, Math.max(v + 12, 24))].map(Math.round);
    const [[left, right], [top, bottom]] = [span(x), span(y)];
    return [left, top, right, bottom];
  }

  press(event, handle, i, j) {
    event.stopPropagation();
    handle.setPointerCapture(event.pointerId);
    const move = (moved) => this.set(i, j, ...this.actions.place(moved), moved.type === "pointermove");
    const names = ["pointermove", "pointerup", "pointercancel"];
    const end = () => names.forEach((name) => handle.removeEventListener(name, move));
    names.forEach((name) => handle.addEventListener(name, move));
    handle.addEventListener("lostpointercapture", end, { once: true });
  }

  key(event, i, j) {
    const step = event.shiftKey ? 5 : 0.5;
    const [dx, dy] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] ?? [];
    if (dx === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.set(i, j, this.hint.box[i] + dx, this.hint.box[j] + dy, false);
  }

  // The corner goes there, but never past the point itself or out of the picture.
  set(i, j, x, y, passing) {
    if (!this.hint?.box) return;
    const box = [...this.hint.box];
    const held = (v, at, low) => (low ? Math.max(0, Math.min(v, at - 1)) : Math.min(100, Math.max(v, at + 1)));
    box[i] = Math.round(10 * held(x, this.hint.x, i === 0)) / 10;
    box[j] = Math.round(10 * held(y, this.hint.y, j === 1)) / 10;
    this.actions.box(this.hint.id, box, passing);
  }
}

// At most MOST corners of a drawn line, or null where it is no area.
export function simplified(line) {
  const step = Math.max(1, line.length / MOST);
  const corners = [];
  for (let i = 0; i < line.length; i += step) corners.push(line[Math.floor(i)].map((v) => Math.round(10 * v) / 10));
  const twice = corners.reduce((sum, [x, y], i) => {
    const [u, v] = corners[(i + 1) % corners.length];
    return sum + x * v - u * y;
  }, 0);
  return corners.length >= 3 && Math.abs(twice) > 0.5 ? corners : null;
}
