// Talking to the server; every address is relative to the page's own.

export class Refused extends Error {}

async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  };
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refused("The server cannot be reached. What you see stays; try again when it is back.");
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  throw new Refused(said.error ?? `The server failed (${answer.status}).`);
}

export const about = async () => (await ask("about")).json();
export const suggest = async (x, y, correction) => (await ask("suggest", { x, y, correction })).json();
export const paint = async (correction) => (await ask("paint", correction)).blob();
export const done = async (correction) => (await ask("done", correction)).json();

export async function guide([height, width]) {
  const steps = new Uint16Array(await (await ask("guide")).arrayBuffer());
  return { height, width, L: Float32Array.from(steps, (v) => v / 600) };
}

export async function colours(correction) {
  const data = await (await ask("colours", correction)).arrayBuffer();
  const bytes = new Uint8Array(data), end = bytes.indexOf(10) + 1;
  const { height, width, layers, mount } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  const size = height * width, step = 4 * size + size + (-size & 3);
  return {
    mount,
    layers: layers.map((hint, i) => {
      const ab = new Int16Array(data, end + i * step, 2 * size);
      const certain = new Uint8Array(data, end + i * step + 4 * size, size);
      return {
        hint, height, width,
        a: Float32Array.from(ab.subarray(0, size), (v) => v / 256),
        b: Float32Array.from(ab.subarray(size), (v) => v / 256),
        certain: Float32Array.from(certain, (v) => v / 255),
      };
    }),
  };
}

// One question at a time; of those that come meanwhile only the newest is asked.
export class Newest {
  constructor(ask, answered, failed) {
    Object.assign(this, { ask, answered, failed, waiting: null, asking: false });
  }

  async want(value) {
    this.waiting = { value };
    if (this.asking) return;
    this.asking = true;
    while (this.waiting) {
      const { value: next } = this.waiting;
      this.waiting = null;
      try {
        this.answered(next, await this.ask(next));
      } catch (error) {
        if (!this.waiting) this.failed(next, error);
      }
    }
    this.asking = false;
  }
}
