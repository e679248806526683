// Small chroma to a linear model of ab: what colorizer/upsample.py does before it enlarges (guided filter, He and Sun).

const RADIUS = 4, SMOOTHNESS = 15;

// ab {height, width, a, b, certain} and the guide {height, width, L} to {height, width, maps}: slope of a, slope of b,
// offset of a, offset of b, each a Float32Array, so that a = slope * L + offset.
export function field(colours, guide) {
  const { height, width, L } = guide, { meanL, inverse } = ofGuide(guide), spare = new Float32Array(L.length);
  const [slopes, offsets] = [[], []];
  for (const channel of [colours.a, colours.b]) {
    const target = bicubic(channel, colours.height, colours.width, height, width), product = times(target, L);
    average(target, height, width, spare);
    average(product, height, width, spare);
    const [slope, offset] = [product, target]; // in the same memory
    for (let i = 0; i < L.length; i++) {
      slope[i] = (product[i] - meanL[i] * target[i]) * inverse[i];
      offset[i] = target[i] - meanL[i] * slope[i];
    }
    average(slope, height, width, spare);
    average(offset, height, width, spare);
    // What the filter smooths away is added again, as far as the model is sure.
    for (let i = 0; i < L.length; i++) spare[i] = slope[i] * L[i] + offset[i];
    const lost = area(spare, height, width, colours.height, colours.width);
    for (let i = 0; i < lost.length; i++) lost[i] = (channel[i] - lost[i]) * colours.certain[i];
    bicubic(lost, colours.height, colours.width, height, width, offset);
    slopes.push(slope);
    offsets.push(offset);
  }
  return { height, width, maps: [...slopes, ...offsets] };
}

// What the filter needs of the guide alone: the mean of L, and 1 / (variance of L + SMOOTHNESS).
const known = new WeakMap();

function ofGuide(guide) {
  if (!known.has(guide)) {
    const { height, width, L } = guide, spare = new Float32Array(L.length);
    const meanL = Float32Array.from(L), inverse = times(L, L);
    average(meanL, height, width, spare);
    average(inverse, height, width, spare);
    for (let i = 0; i < L.length; i++) inverse[i] = 1 / (inverse[i] - meanL[i] * meanL[i] + SMOOTHNESS);
    known.set(guide, { meanL, inverse });
  }
  return known.get(guide);
}

function times(values, others) {
  const result = new Float32Array(values.length);
  for (let i = 0; i < result.length; i++) result[i] = values[i] * others[i];
  return result;
}

// Each value becomes the mean over the square of RADIUS around its place; borders are repeated. spare: of that length.
function average(values, height, width, spare) {
  const side = 2 * RADIUS + 1, line = new Float64Array(width + side);
  for (let start = 0; start < values.length; start += width) {
    line.fill(values[start], 0, RADIUS);
    for (let x = 0; x < width; x++) line[RADIUS + x] = values[start + x];
    line.fill(values[start + width - 1], RADIUS + width);
    let sum = 0;
    for (let x = 0; x < side; x++) sum += line[x];
    for (let x = 0; x < width; x++) {
      spare[start + x] = sum;
      sum += line[x + side] - line[x];
    }
  }
  const sum = new Float64Array(width), row = (y) => Math.min(height - 1, Math.max(0, y)) * width, share = 1 / side ** 2;
  for (let y = -RADIUS; y <= RADIUS; y++) for (let x = 0, r = row(y); x < width; x++) sum[x] += spare[r + x];
  for (let y = 0; y < height; y++) {
    const here = y * width, enter = row(y + RADIUS + 1), leave = row(y - RADIUS);
    for (let x = 0; x < width; x++) {
      values[here + x] = sum[x] * share;
      sum[x] += spare[enter + x] - spare[leave + x];
    }
  }
}

// Keys' cubic with a = -0.75, as PyTorch has it: for each place of an axis four indices and four weights.
export function cubicAxis(small, large) {
  const index = new Int32Array(4 * large), weight = new Float32Array(4 * large);
  const near = (x) => ((1.25 * x - 2.25) * x * x + 1), far = (x) => (((-0.75 * x + 3.75) * x - 6) * x + 3);
  for (let i = 0; i < large; i++) {
    const place = ((i + 0.5) * small) / large - 0.5, first = Math.floor(place), t = place - first;
    const weights = [far(1 + t), near(t), near(1 - t), far(2 - t)];
    for (let k = 0; k < 4; k++) {
      index[4 * i + k] = Math.min(small - 1, Math.max(0, first - 1 + k));
      weight[4 * i + k] = weights[k];
    }
  }
  return { index, weight };
}

// result: what the values are added to, if it is given.
export function bicubic(values, height, width, tall, wide, result = new Float32Array(tall * wide)) {
  const { index, weight } = cubicAxis(width, wide), down = cubicAxis(height, tall);
  const rows = new Float32Array(height * wide);
  for (let y = 0, out = 0; y < height; y++) {
    const row = y * width;
    for (let k = 0; k < 4 * wide; k += 4, out++)
      rows[out] = weight[k] * values[row + index[k]] + weight[k + 1] * values[row + index[k + 1]] +
        weight[k + 2] * values[row + index[k + 2]] + weight[k + 3] * values[row + index[k + 3]];
  }
  for (let y = 0, out = 0; y < tall; y++) {
    const [p, q, r, s] = down.weight.subarray(4 * y, 4 * y + 4);
    const [i, j, k, l] = down.index.subarray(4 * y, 4 * y + 4).map((v) => v * wide);
    for (let x = 0; x < wide; x++, out++)
      result[out] += p * rows[i + x] + q * rows[j + x] + r * rows[k + x] + s * rows[l + x];
  }
  return result;
}

// Means over blocks, as PyTorch's adaptive average pooling takes them.
function area(values, height, width, rows, columns) {
  const result = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    const top = Math.floor((r * height) / rows), bottom = Math.ceil(((r + 1) * height) / rows);
    for (let c = 0; c < columns; c++) {
      const left = Math.floor((c * width) / columns), right = Math.ceil(((c + 1) * width) / columns);
      let sum = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += values[y * width + x];
      result[r * columns + c] = sum / ((bottom - top) * (right - left));
    }
  }
  return result;
}
