// Draws the coloured photo without WebGL, on a smaller copy.

import { bicubic } from "./field.js";
import { lightness, toRgb } from "./lab.js";

const SIDE = 512; // pixels of the longer side, so that a change takes no longer than with WebGL

export class Canvas2D {
  constructor(canvas, photo) {
    this.canvas = canvas;
    const scale = Math.min(1, SIDE / Math.max(photo.naturalWidth, photo.naturalHeight));
    this.width = canvas.width = Math.max(1, Math.round(photo.naturalWidth * scale));
    this.height = canvas.height = Math.max(1, Math.round(photo.naturalHeight * scale));
    this.share = this.width / photo.naturalWidth;
    this.pen = canvas.getContext("2d", { willReadFrequently: true });
    this.use(photo);
  }

  // Another photo of the same size, without colours.
  use(photo) {
    this.pen.drawImage(photo, 0, 0, this.width, this.height);
    this.before = this.pen.getImageData(0, 0, this.width, this.height);
    const { data } = this.before;
    this.L = Float32Array.from({ length: data.length / 4 }, (_, i) =>
      lightness(data[4 * i], data[4 * i + 1], data[4 * i + 2]));
    this.after = this.before;
  }

  resize() {}

  // layers: [{field, region}], region a canvas that is opaque where the layer counts, or null for everywhere.
  paint(layers, mount) {
    const { width, height, L } = this;
    const result = new ImageData(new Uint8ClampedArray(this.before.data), width, height);
    const [top, bottom, left, right] = mount ? mount.map((v) => Math.round(v * this.share)) : [0, height, 0, width];
    for (const { field, region } of layers) {
      const maps = field.maps.map((one) => bicubic(one, field.height, field.width, height, width));
      const inside = region && this.alpha(region);
      for (let y = top; y < bottom; y++)
        for (let x = left, i = y * width + left; x < right; x++, i++) {
          if (inside && inside[4 * i + 3] < 128) continue;
          const rgb = toRgb(L[i], maps[0][i] * L[i] + maps[2][i], maps[1][i] * L[i] + maps[3][i]);
          result.data.set(rgb, 4 * i);
        }
    }
    this.after = result;
  }

  alpha(region) {
    const copy = new OffscreenCanvas(this.width, this.height), pen = copy.getContext("2d");
    pen.drawImage(region, 0, 0, this.width, this.height);
    return pen.getImageData(0, 0, this.width, this.height).data;
  }

  // split: share of the width, from the left, that shows the photo as it was.
  show(split) {
    this.pen.putImageData(this.after, 0, 0);
    const x = Math.round(split * this.width);
    if (x > 0) this.pen.putImageData(this.before, 0, 0, 0, 0, x, this.height);
  }
}
