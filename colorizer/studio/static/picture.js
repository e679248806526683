// The coloured photo on its canvas: from the server's small colours to pixels.

import { Canvas2D } from "./canvas2d.js";
import { field } from "./field.js";
import { WebGL } from "./webgl.js";

export class Picture {
  // photo: an HTMLImageElement that is loaded. guide: see server.js. plain: without WebGL.
  constructor(canvas, photo, guide, plain) {
    this.guide = guide;
    this.split = 0;
    this.width = photo.naturalWidth;
    this.height = photo.naturalHeight;
    try {
      if (plain) throw new Error("WebGL is not wanted");
      this.painter = new WebGL(canvas, photo);
    } catch (error) {
      console.info(`The studio draws without WebGL: ${error.message}`);
      this.painter = new Canvas2D(freed(canvas), photo);
    }
    this.canvas = this.painter.canvas;
    // A phone may take the graphics memory away while the page is in the background, and give it back later.
    this.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.painter = new WebGL(this.canvas, this.painter.source);
      if (this.last) this.paint(...this.last);
    });
    this.canvas.dataset.painter = this.painter.constructor.name;
  }

  // Show another photo from now on, without colours until it is painted; of the same size.
  use(photo, guide) {
    this.guide = guide;
    this.last = null;
    this.painter.use(photo);
    this.show();
  }

  // colours: as server.js gives them, for these hints.
  paint(colours, hints) {
    const { layers, mount } = colours;
    this.last = [colours, hints];
    const ready = layers.map((layer) => ({
      field: field(layer, this.guide),
      region: layer.hint === null ? null : this.region(hints[layer.hint]),
    }));
    this.painter.paint(ready, mount);
    this.show();
  }

  // Draw with so many pixels across: no more than are seen.
  resize(wanted) {
    this.painter.resize(wanted);
    this.show();
  }

  show(split = this.split) {
    this.split = split;
    this.painter.show(split);
  }

  // A canvas of the photo's size, opaque where a hint with a box or an outline counts.
  region({ box, outline }) {
    const made = new OffscreenCanvas(this.width, this.height), pen = made.getContext("2d");
    const x = (v) => (v / 100) * this.width, y = (v) => (v / 100) * this.height;
    if (box) {
      const [left, top, right, bottom] = [x(box[0]), y(box[1]), x(box[2]), y(box[3])].map(Math.round);
      pen.fillRect(left, top, right - left, bottom - top);
    } else {
      pen.beginPath();
      for (const corner of outline) pen.lineTo(x(corner[0]), y(corner[1]));
      pen.fill();
    }
    return made;
  }
}

// A canvas that has given one kind of context gives no other.
function freed(canvas) {
  const fresh = canvas.cloneNode();
  canvas.replaceWith(fresh);
  return fresh;
}
