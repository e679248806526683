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

export async function photo(path = "photo.jpg") {
  const image = new Image();
  image.src = path;
  await image.decode();
  return image;
}

export async function guide([height, width]) {
  const steps = new Uint16Array(await (await ask("guide")).arrayBuffer());
  return { height, width, L: Float32Array.from(steps, (v) => v / 600) };
}

export const colours = async (correction) => read(await ask("colours", correction));

async function read(answer) {
  const data = await answer.arrayBuffer();
  const bytes = new Uint8Array(data), end = bytes.indexOf(10) + 1;
  const { height, width, layers, ...facts } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  const size = height * width, step = 4 * size + size + (-size & 3);
  return {
    ...facts,
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

// Of a film.
export const film = {
  times: async () => new Float32Array(await (await ask("times")).arrayBuffer()),
  colours: async (frame, correction) => read(await ask(`frames/${frame}/colours`, correction)),
  picture: async (frame, correction) => (await ask(`frames/${frame}/picture.jpg`, correction)).blob(),
  suggest: async (frame, x, y, correction) => (await ask(`frames/${frame}/suggest`, { x, y, correction })).json(),
  save: async (correction) => (await ask("save", correction)).json(),
  colour: async (correction) => (await ask("colour", correction)).json(),
  progress: async () => (await ask("progress")).json(),
  stop: async () => (await ask("stop", {})).json(),
  guide: async (frame) => {
    const [height, width, ...steps] = new Uint16Array(await (await ask(`frames/${frame}/guide`)).arrayBuffer());
    return { height, width, L: Float32Array.from(steps, (v) => v / 600) };
  },
};

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
