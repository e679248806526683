// Pointer, finger and wheel on the picture: a click adds a point, a drag moves a picture that is zoomed, two fingers or
// Ctrl and the wheel zoom it, and while an outline is drawn a drag draws.

const MOST = 8; // times the size that fits
const MOVED = 4; // pixels from which on a press is a drag

export class Gestures {
  // view: the window. stage: what is moved and zoomed in it. actions: add(x, y) in per cent, outline(corners), zoomed().
  constructor(view, stage, points, actions) {
    Object.assign(this, { view, stage, points, actions, scale: 1, x: 0, y: 0, fingers: new Map(), drawing: null });
    points.addEventListener("pointerdown", (event) => this.down(event));
    points.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) points.addEventListener(end, (event) => this.up(event));
    view.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.zoom(this.scale * Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
    }, { passive: false });
    new ResizeObserver(() => this.apply()).observe(view);
  }

  // Zoom so that what is at that place of the window stays there; in the middle where none is given.
  zoom(scale, clientX, clientY) {
    const box = this.view.getBoundingClientRect();
    const [px, py] = [(clientX ?? box.left + box.width / 2) - box.left, (clientY ?? box.top + box.height / 2) - box.top];
    const next = Math.min(MOST, Math.max(1, scale)), factor = next / this.scale;
    this.x = px - (px - this.x) * factor;
    this.y = py - (py - this.y) * factor;
    this.scale = next;
    this.apply();
  }

  apply() {
    const { clientWidth, clientHeight } = this.view;
    this.x = Math.min(0, Math.max(clientWidth * (1 - this.scale), this.x));
    this.y = Math.min(0, Math.max(clientHeight * (1 - this.scale), this.y));
    this.stage.style.transform = this.scale === 1 ? "" : `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.stage.style.setProperty("--zoom", this.scale);
    this.view.classList.toggle("zoomed", this.scale > 1);
    this.actions.zoomed(this.scale);
  }

  // The next drag draws an outline.
  draw(wanted) {
    this.drawing = wanted ? [] : null;
    this.view.classList.toggle("drawing", wanted);
  }

  place({ clientX, clientY }) {
    const box = this.points.getBoundingClientRect(), share = (v, size) => Math.min(100, Math.max(0, (100 * v) / size));
    return [share(clientX - box.left, box.width), share(clientY - box.top, box.height)];
  }

  // The middle of the window, in per cent of the picture.
  middle() {
    const box = this.view.getBoundingClientRect();
    return this.place({ clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 });
  }

  down(event) {
    if (event.button || event.target !== this.points) return;
    this.fingers.set(event.pointerId, event);
    this.start = { event, x: this.x, y: this.y, moved: false, two: this.two() };
    if (this.drawing) this.points.setPointerCapture(event.pointerId);
  }

  move(event) {
    if (!this.fingers.has(event.pointerId)) return;
    const last = this.fingers.get(event.pointerId);
    this.fingers.set(event.pointerId, event);
    const first = this.start.event;
    if (!this.start.moved && Math.hypot(event.clientX - first.clientX, event.clientY - first.clientY) < MOVED) return;
    this.start.moved = true;
    if (this.drawing) {
      this.drawing.push(this.place(event));
      this.actions.outline(this.drawing, true);
      return;
    }
    const two = this.two();
    if (two && this.start.two) {
      this.zoom(this.scale * (two.apart / this.start.two.apart), two.x, two.y);
      this.start.two = two;
    } else if (this.scale > 1) {
      if (!this.points.hasPointerCapture(event.pointerId)) this.points.setPointerCapture(event.pointerId);
      this.x += event.clientX - last.clientX;
      this.y += event.clientY - last.clientY;
      this.apply();
    }
  }

  up(event) {
    if (!this.fingers.delete(event.pointerId)) return;
    if (this.drawing?.length) {
      const corners = this.drawing;
      this.draw(false);
      this.actions.outline(event.type === "pointerup" ? corners : null, false);
    } else if (!this.start.moved && !this.start.two && event.type === "pointerup" && !this.drawing) {
      this.actions.add(...this.place(event));
    }
    if (this.fingers.size === 0) this.start = null;
  }

  two() {
    if (this.fingers.size !== 2) return null;
    const [a, b] = this.fingers.values();
    return {
      apart: Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)),
      x: (a.clientX + b.clientX) / 2, y: (a.clientY + b.clientY) / 2,
    };
  }
}
