// Draws the coloured photo in WebGL 2: each pixel's own L, and ab = slope * L + offset from the small field, enlarged
// bicubically, across in JavaScript and down in the shader: where WebGL is computed on the processor, reading textures
// is what takes the time. The same as colorizer/upsample.py; tests/studio/test_page.py compares the two.

import { cubicAxis } from "./field.js";
import { FROM_XYZ, lightness } from "./lab.js";

const VERTEX = `#version 300 es
void main() {
  gl_Position = vec4(vec2((gl_VertexID << 1) & 2, gl_VertexID & 2) * 2.0 - 1.0, 0, 1);
}`;

const matrix = FROM_XYZ.map((row) => row.map((v) => v.toFixed(7)));
const FRAGMENT = `#version 300 es
precision highp float;
precision highp sampler2D;
uniform sampler2D photo, light, field, region; // field: as wide as the photo
uniform vec4 mount; // top, bottom, left, right in pixels
uniform float split; // pixels from the left that stay as they were
uniform bool everywhere;
out vec4 shown;

const mat3 FROM_XYZ = mat3( // column by column
  ${[0, 1, 2].map((c) => [0, 1, 2].map((r) => matrix[r][c]).join(", ")).join(",\n  ")});

vec3 encoded(vec3 c) { return mix(12.92 * c, 1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, greaterThan(c, vec3(0.0031308))); }
vec3 fromLab(float L, vec2 ab) {
  float y = (L + 16.0) / 116.0;
  vec3 f = vec3(y + ab.x / 500.0, y, y - ab.y / 200.0);
  return FROM_XYZ * mix((f - 16.0 / 116.0) / 7.787, f * f * f, greaterThan(f, vec3(0.20689)));
}
bool inside(vec3 c) { return all(greaterThanEqual(c, vec3(-1e-4))) && all(lessThanEqual(c, vec3(1.0001))); }

vec4 weights(float t) { // Keys' cubic with a = -0.75
  float a = 1.0 + t, b = t, c = 1.0 - t, d = 2.0 - t;
  return vec4(((-0.75 * a + 3.75) * a - 6.0) * a + 3.0, (1.25 * b - 2.25) * b * b + 1.0,
    (1.25 * c - 2.25) * c * c + 1.0, ((-0.75 * d + 3.75) * d - 6.0) * d + 3.0);
}

void main() {
  ivec2 size = textureSize(photo, 0), small = textureSize(field, 0);
  ivec2 here = ivec2(gl_FragCoord.x, float(size.y) - gl_FragCoord.y);
  bool framed = float(here.y) < mount.x || float(here.y) >= mount.y || float(here.x) < mount.z || float(here.x) >= mount.w;
  if (!everywhere && (framed || texelFetch(region, here, 0).a < 0.5)) discard;
  if (framed || float(here.x) < split) { shown = texelFetch(photo, here, 0); return; }
  float place = (float(here.y) + 0.5) * float(small.y) / float(size.y) - 0.5, first = floor(place);
  vec4 down = weights(place - first), model = vec4(0);
  int top = int(first);
  model = down.x * texelFetch(field, ivec2(here.x, max(top - 1, 0)), 0) + down.y * texelFetch(field, ivec2(here.x, max(top, 0)), 0)
    + down.z * texelFetch(field, ivec2(here.x, min(top + 1, small.y - 1)), 0) + down.w * texelFetch(field, ivec2(here.x, min(top + 2, small.y - 1)), 0);
  float L = texelFetch(light, here, 0).r;
  vec2 ab = model.xy * L + model.zw;
  vec3 colour = fromLab(L, ab);
  if (!inside(colour)) { // less chroma until sRGB can show it
    float low = 0.0;
    for (float step = 0.5; step > 0.005; step *= 0.5) low += inside(fromLab(L, ab * (low + step))) ? step : 0.0;
    colour = fromLab(L, ab * low);
  }
  shown = vec4(encoded(clamp(colour, 0.0, 1.0)), 1);
}`;

const PLAIN = { field: { height: 1, width: 1, maps: Array(4).fill(new Float32Array(1)) }, region: null }; // no colour anywhere

export class WebGL {
  // Throws where the browser cannot do it.
  constructor(canvas, photo) {
    const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, preserveDrawingBuffer: true });
    if (!gl) throw new Error("no WebGL 2");
    this.most = gl.getParameter(gl.MAX_TEXTURE_SIZE);
    if (Math.max(photo.naturalWidth, photo.naturalHeight) > this.most)
      throw new Error(`a texture has at most ${this.most} pixels`);
    Object.assign(this, { gl, canvas, source: photo, layers: [], mount: null, textures: [] });
    this.program = program(gl);
    gl.useProgram(this.program);
    ["photo", "light", "field", "region"].forEach((name, unit) => gl.uniform1i(this.uniform(name), unit));
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    this.nowhere = texture(gl, () =>
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 1, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4)));
    this.resize(canvas.clientWidth * devicePixelRatio || photo.naturalWidth);
  }

  // Another photo of the same size, without colours.
  use(photo) {
    const { width } = this;
    this.source = photo;
    this.width = this.painted = null;
    this.resize(width);
    this.paint([PLAIN], null);
  }

  // Draw with so many pixels across from now on, at most as many as the photo has.
  resize(wanted) {
    const { gl, canvas, source } = this, width = Math.max(1, Math.min(source.naturalWidth, Math.round(wanted)));
    if (width === this.width) return;
    const height = Math.max(1, Math.round((source.naturalHeight * width) / source.naturalWidth));
    this.width = canvas.width = width;
    this.height = canvas.height = height;
    const copy = new OffscreenCanvas(width, height), pen = copy.getContext("2d", { willReadFrequently: true });
    pen.imageSmoothingQuality = "high";
    pen.drawImage(source, 0, 0, width, height);
    const { data } = pen.getImageData(0, 0, width, height), L = new Float32Array(width * height);
    for (let i = 0, k = 0; i < L.length; i++, k += 4) L[i] = lightness(data[k], data[k + 1], data[k + 2]);
    this.textures.forEach((one) => gl.deleteTexture(one));
    this.textures = [
      texture(gl, () => gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, data)),
      texture(gl, () => gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, width, height, 0, gl.RED, gl.FLOAT, L)),
    ];
    if (this.painted) this.paint(...this.painted);
  }

  uniform(name) {
    return this.gl.getUniformLocation(this.program, name);
  }

  // layers: [{field, region}], region a canvas that is opaque where the layer counts, or null for everywhere.
  paint(layers, mount) {
    const { gl, width } = this;
    for (const { field, region } of this.layers) for (const one of [field, region]) if (one) gl.deleteTexture(one);
    this.painted = [layers, mount];
    const [down, across] = [this.height / this.source.naturalHeight, width / this.source.naturalWidth];
    this.mount = mount && [mount[0] * down, mount[1] * down, mount[2] * across, mount[3] * across].map(Math.round);
    this.layers = layers.map(({ field, region }) => ({
      field: texture(gl, () =>
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, width, field.height, 0, gl.RGBA, gl.FLOAT, widened(field, width))),
      region: region && texture(gl, () =>
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, this.scaled(region))),
    }));
  }

  scaled(region) {
    if (region.width === this.width) return region;
    const copy = new OffscreenCanvas(this.width, this.height);
    copy.getContext("2d").drawImage(region, 0, 0, this.width, this.height);
    return copy;
  }

  // split: share of the width, from the left, that shows the photo as it was.
  show(split) {
    const { gl, width, height } = this;
    gl.viewport(0, 0, width, height);
    gl.uniform4f(this.uniform("mount"), ...(this.mount ?? [0, height, 0, width]));
    gl.uniform1f(this.uniform("split"), split * width);
    for (const { field, region } of this.layers) {
      [...this.textures, field, region ?? this.nowhere].forEach((one, unit) => {
        gl.activeTexture(gl.TEXTURE0 + unit);
        gl.bindTexture(gl.TEXTURE_2D, one);
      });
      gl.uniform1i(this.uniform("everywhere"), region ? 0 : 1);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    }
  }
}

// The four maps, enlarged across, side by side in each pixel.
function widened({ height, width, maps }, wide) {
  const { index, weight } = cubicAxis(width, wide), data = new Float32Array(4 * height * wide);
  const [p, q, r, s] = maps;
  for (let y = 0, out = 0; y < height; y++) {
    const row = y * width;
    for (let k = 0; k < 4 * wide; k += 4, out += 4) {
      const h = row + index[k], i = row + index[k + 1], j = row + index[k + 2], l = row + index[k + 3];
      const c = weight[k], d = weight[k + 1], e = weight[k + 2], f = weight[k + 3];
      data[out] = c * p[h] + d * p[i] + e * p[j] + f * p[l];
      data[out + 1] = c * q[h] + d * q[i] + e * q[j] + f * q[l];
      data[out + 2] = c * r[h] + d * r[i] + e * r[j] + f * r[l];
      data[out + 3] = c * s[h] + d * s[i] + e * s[j] + f * s[l];
    }
  }
  return data;
}

function program(gl) {
  const made = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
  }
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made));
  return made;
}

function texture(gl, fill) {
  const made = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0);
  gl.bindTexture(gl.TEXTURE_2D, made);
  for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
  for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
  fill();
  return made;
}
