// The colours of another picture, found here in the browser: it is never sent anywhere.

import { hex, toLab, toRgb } from "./lab.js";

const SIDE = 64, COLOURS = 6, ROUNDS = 12;

// Its main colours as "#rrggbb", by k-means in Lab. Rejects for a file that the browser cannot show.
export async function coloursOf(file) {
  const image = await createImageBitmap(file);
  const pen = new OffscreenCanvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, 0, 0, SIDE, SIDE);
  image.close();
  const { data } = pen.getImageData(0, 0, SIDE, SIDE);
  const points = Array.from({ length: SIDE * SIDE }, (_, i) => toLab([data[4 * i], data[4 * i + 1], data[4 * i + 2]]));
  const apart = (p, q) => (p[1] - q[1]) ** 2 + (p[2] - q[2]) ** 2 + (p[0] - q[0]) ** 2 / 9;
  const nearest = (p, means) => means.reduce((best, mean, i) => (apart(p, mean) < apart(p, means[best]) ? i : best), 0);
  let means = [points[0]];
  while (means.length < COLOURS) { // from where the colours so far are furthest away
    const far = points.map((p) => apart(p, means[nearest(p, means)]));
    means.push(points[far.indexOf(Math.max(...far))]);
  }
  for (let round = 0; round < ROUNDS; round++) {
    const sums = means.map(() => [0, 0, 0, 0]);
    for (const p of points) {
      const sum = sums[nearest(p, means)];
      p.forEach((v, i) => (sum[i] += v));
      sum[3]++;
    }
    means = sums.map((sum, i) => (sum[3] ? [sum[0] / sum[3], sum[1] / sum[3], sum[2] / sum[3]] : means[i]));
  }
  return [...new Set(means.map((mean) => hex(toRgb(...mean))))];
}
