// Small chroma to a linear model of ab: what colorizer/upsample.py does before it enlarges (guided filter, He and Sun).

const RADIUS = 4, SMOOTHNESS = 15;

// ab {height, width, a, b, certain} and the guide {height, width, L} to {height, width, maps}: slope of a, slope of b,
// offset of a, offset of b, each a Float32Array, so that a = slope * L + offset.
export function field(colours, guide) {
  const { height, width, L } = guide;
  const size = height * width;
  const meanL = mean(L, height, width);
  const square = mean(map(L, (v) => v * v), height, width);
  const maps = [[], []];
  for (const channel of [colours.a, colours.b]) {
    const target = bicubic(channel, colours.height, colours.width, height, width);
    const meanT = mean(target, height, width);
    const product = mean(target.map((v, i) => v * L[i]), height, width);
    const slope = new Float32Array(size), offset = new Float32Array(size);
    for (let i = 0; i < size; i++) {
      slope[i] = (product[i] - meanL[i] * meanT[i]) / (square[i] - meanL[i] * meanL[i] + SMOOTHNESS);
      offset[i] = meanT[i] - slope[i] * meanL[i];
    }
    const slopes = mean(slope, height, width), offsets = mean(offset, height, width);
    // What the filter smooths away is added again, as far as the model is sure.
    const smooth = area(slopes.map((v, i) => v * L[i] + offsets[i]), height, width, colours.height, colours.width);
    const lost = channel.map((v, i) => (v - smooth[i]) * colours.certain[i]);
    const back = bicubic(lost, colours.height, colours.width, height, width);
    for (let i = 0; i < size; i++) offsets[i] += back[i];
    maps[0].push(slopes);
    maps[1].push(offsets);
  }
  return { height, width, maps: [...maps[0], ...maps[1]] };
}

const map = (values, change) => Float32Array.from(values, change);

// The mean over the square of RADIUS around each place; borders are repeated.
function mean(values, height, width) {
  return columnMeans(rowMeans(values, height, width), height, width);
}

function rowMeans(values, height, width) {
  const result = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    const start = y * width, at = (x) => values[start + Math.min(width - 1, Math.max(0, x))];
    let sum = 0;
    for (let x = -RADIUS; x <= RADIUS; x++) sum += at(x);
    for (let x = 0; x < width; x++) {
      result[start + x] = sum / (2 * RADIUS + 1);
      sum += at(x + RADIUS + 1) - at(x - RADIUS);
    }
  }
  return result;
}

function columnMeans(values, height, width) {
  const result = new Float32Array(values.length), sum = new Float64Array(width);
  const row = (y) => Math.min(height - 1, Math.max(0, y)) * width;
  for (let y = -RADIUS; y <= RADIUS; y++) for (let x = 0, r = row(y); x < width; x++) sum[x] += values[r + x];
  for (let y = 0; y < height; y++) {
    const enter = row(y + RADIUS + 1), leave = row(y - RADIUS);
    for (let x = 0; x < width; x++) {
      result[y * width + x] = sum[x] / (2 * RADIUS + 1);
      sum[x] += values[enter + x] - values[leave + x];
    }
  }
  return result;
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

export function bicubic(values, height, width, tall, wide) {
  const across = cubicAxis(width, wide), down = cubicAxis(height, tall);
  const rows = new Float32Array(height * wide), result = new Float32Array(tall * wide);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < wide; x++) {
      let sum = 0;
      for (let k = 4 * x; k < 4 * x + 4; k++) sum += across.weight[k] * values[y * width + across.index[k]];
      rows[y * wide + x] = sum;
    }
  for (let y = 0; y < tall; y++)
    for (let k = 4 * y; k < 4 * y + 4; k++) {
      const weight = down.weight[k], row = down.index[k] * wide;
      for (let x = 0; x < wide; x++) result[y * wide + x] += weight * rows[row + x];
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
