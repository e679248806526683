// The film below the picture: a slider for its frames, marks of what lies where, and a strip of its shots.

import { element } from "./elements.js";
import { nameOf } from "./names.js";

const SVG = "http://www.w3.org/2000/svg";

export class Timeline {
  // facts: of the film, with times: when each frame is shown, in seconds. actions: go(frame).
  constructor(folder, facts, actions) {
    Object.assign(this, { facts, actions, frame: 0, anchors: new Map() });
    const { frames, shots } = facts;
    const step = (text, label, to) => element("button", { type: "button", ariaLabel: label, onclick: () => actions.go(to()) }, text);
    this.slider = element("input", {
      type: "range", min: 0, max: frames - 1, step: 1, ariaLabel: "Frame", oninput: () => actions.go(Number(this.slider.value)),
    });
    this.when = element("p", { className: "soft when" });
    this.marks = element("div", { className: "marks" });
    this.marks.setAttribute("aria-hidden", "true"); // the strip and the table say the same
    this.cuts = document.createElementNS(SVG, "svg");
    this.cuts.setAttribute("viewBox", `0 0 ${frames} 1`);
    this.cuts.setAttribute("preserveAspectRatio", "none");
    const lines = document.createElementNS(SVG, "path");
    lines.setAttribute("d", shots.map(({ start }) => `M${start} 0V1`).join(""));
    this.cuts.append(lines);
    this.strip = element("ol", { className: "shots" }, ...shots.map((shot, i) => this.shot(shot, i)));
    folder.replaceChildren(
      element("div", { className: "scrub" },
        step("«", "Shot before", () => this.shotAt(this.frame, -1)), step("‹", "Frame before", () => this.frame - 1),
        element("div", { className: "track" }, this.slider, this.marks),
        step("›", "Frame after", () => this.frame + 1), step("»", "Shot after", () => this.shotAt(this.frame, 1))),
      this.when, this.strip);
  }

  shot({ start, stop }, i) {
    const image = element("img", { alt: "", loading: "lazy", width: 80, height: Math.round((80 * this.facts.height) / this.facts.width) });
    image.src = this.thumb((start + stop) >> 1);
    const button = element("button", { type: "button", onclick: () => this.actions.go(this.anchors.get(i) ?? start) },
      image, element("span", { className: "ticks" }), element("span", {}, this.time(start)));
    return element("li", {}, button);
  }

  thumb(frame) {
    return `frames/${frame}/thumb.jpg`;
  }

  // A frame's time, as 1:02.40.
  time(frame) {
    const seconds = this.facts.times[frame], minutes = Math.floor(seconds / 60);
    return `${minutes}:${(seconds - 60 * minutes).toFixed(2).padStart(5, "0")}`;
  }

  number(frame) {
    const next = this.facts.shots.findIndex(({ stop }) => frame < stop);
    return next < 0 ? this.facts.shots.length - 1 : next;
  }

  // The first frame of the shot before or after; of its own shot first, where the frame lies within it.
  shotAt(frame, step) {
    const { shots, frames } = this.facts, here = this.number(frame);
    if (step < 0) return frame > shots[here].start ? shots[here].start : shots[Math.max(0, here - 1)].start;
    return here + 1 < shots.length ? shots[here + 1].start : frames - 1;
  }

  // The colours of that frame's shot spread from this one.
  spreadsFrom(frame, anchor) {
    const number = this.number(frame);
    if (this.anchors.get(number) === anchor) return;
    this.anchors.set(number, anchor);
    this.strip.children[number].querySelector("img").src = this.thumb(anchor);
    this.show(this.frame, this.hints);
  }

  show(frame, hints) {
    const { shots, frames } = this.facts, current = this.number(frame);
    const moved = frame !== this.frame;
    Object.assign(this, { frame, hints });
    this.slider.value = frame;
    this.when.textContent = `${this.time(frame)} of ${this.time(frames)} · frame ${frame + 1} of ${frames} · shot ${current + 1} of ${shots.length}`;
    this.slider.setAttribute("aria-valuetext", this.when.textContent);
    const mark = (place, kind, colour) => {
      const made = element("span", { className: kind });
      made.style.left = `${100 * place}%`;
      if (colour) made.style.backgroundColor = colour;
      return made;
    };
    const given = hints.filter(({ colour }) => colour);
    this.marks.replaceChildren(this.cuts,
      ...[...this.anchors.values()].map((anchor) => mark((anchor + 0.5) / frames, "key")),
      ...given.map((hint) => mark((hint.frame + 0.5) / frames, "dot", hint.colour)));
    [...this.strip.children].forEach(({ firstChild: button }, i) => {
      const { start, stop } = shots[i], here = given.filter((hint) => hint.frame >= start && hint.frame < stop);
      const place = (at) => (at - start + 0.5) / (stop - start), anchor = this.anchors.get(i);
      button.children[1].replaceChildren(
        ...(anchor === undefined ? [] : [mark(place(anchor), "key")]),
        ...here.map((hint) => mark(place(hint.frame), "dot", hint.colour)));
      const points = here.length ? `, ${here.map(({ colour }) => nameOf(colour)).join(" and ")} given` : "";
      const key = anchor === undefined ? "" : `, key frame at ${this.time(anchor)}`;
      button.setAttribute("aria-label", `Shot ${i + 1}, ${this.time(start)} to ${this.time(stop)}${key}${points}`);
      if (i === current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    if (moved) this.reveal(this.strip.children[current]);
  }

  // Bring a shot into the strip's window, without moving the page.
  reveal(item) {
    const left = item.offsetLeft - this.strip.offsetLeft, { scrollLeft, clientWidth } = this.strip;
    if (left < scrollLeft || left + item.offsetWidth > scrollLeft + clientWidth)
      this.strip.scrollLeft = left - (clientWidth - item.offsetWidth) / 2;
  }
}
