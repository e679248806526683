// CIE Lab (D65) and sRGB, the same numbers as colorizer/lab.py. sRGB here is 0 to 255.

const TO_XYZ = [
  [0.412453 / 0.95047, 0.35758 / 0.95047, 0.180423 / 0.95047],
  [0.212671, 0.71516, 0.072169],
  [0.019334 / 1.08883, 0.119193 / 1.08883, 0.950227 / 1.08883],
];
export const FROM_XYZ = inverse(TO_XYZ);
const LINEAR = Float64Array.from({ length: 256 }, (_, i) => {
  const v = i / 255;
  return v > 0.04045 ? ((v + 0.055) / 1.055) ** 2.4 : v / 12.92;
});
const BYTES = Uint8Array.from({ length: 4097 }, (_, i) => {
  const v = i / 4096;
  return Math.round(255 * (v > 0.0031308 ? 1.055 * v ** (1 / 2.4) - 0.055 : 12.92 * v));
});

function inverse([[a, b, c], [d, e, f], [g, h, i]]) {
  const A = e * i - f * h, B = f * g - d * i, C = d * h - e * g;
  const det = a * A + b * B + c * C;
  return [
    [A / det, (c * h - b * i) / det, (b * f - c * e) / det],
    [B / det, (a * i - c * g) / det, (c * d - a * f) / det],
    [C / det, (b * g - a * h) / det, (a * e - b * d) / det],
  ];
}

const root = (v) => (v > 0.008856 ? Math.cbrt(v) : 7.787 * v + 16 / 116);
const cube = (f) => (f > 0.20689 ? f * f * f : (f - 16 / 116) / 7.787);

export function lightness(r, g, b) {
  return 116 * root(TO_XYZ[1][0] * LINEAR[r] + TO_XYZ[1][1] * LINEAR[g] + TO_XYZ[1][2] * LINEAR[b]) - 16;
}

export function toLab([r, g, b]) {
  const [x, y, z] = TO_XYZ.map((row) => root(row[0] * LINEAR[r] + row[1] * LINEAR[g] + row[2] * LINEAR[b]));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function linear(L, a, b) {
  const y = (L + 16) / 116, X = cube(y + a / 500), Y = cube(y), Z = cube(y - b / 200);
  return FROM_XYZ.map((row) => row[0] * X + row[1] * Y + row[2] * Z);
}

export function shown(L, a, b) {
  return linear(L, a, b).every((v) => v >= -1e-4 && v <= 1.0001);
}

// Brought into the gamut by less chroma, as colorizer.lab.shrink_to_gamut does.
export function toRgb(L, a, b) {
  let rgb = linear(L, a, b);
  if (!rgb.every((v) => v >= -1e-4 && v <= 1.0001)) {
    let low = 0, high = 1;
    for (let i = 0; i < 7; i++) {
      const middle = (low + high) / 2;
      if (shown(L, a * middle, b * middle)) low = middle;
      else high = middle;
    }
    rgb = linear(L, a * low, b * low);
  }
  return rgb.map((v) => BYTES[Math.round(Math.min(1, Math.max(0, v)) * 4096)]);
}

export const hex = (rgb) => "#" + rgb.map((v) => v.toString(16).padStart(2, "0")).join("");
export const parse = (text) => [1, 3, 5].map((i) => parseInt(text.slice(i, i + 2), 16));
