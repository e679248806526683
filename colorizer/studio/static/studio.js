// The page: the studio for a photo, or for a film (film.js), as the server says.

import { Picture } from "./picture.js";
import * as server from "./server.js";
import { Workbench } from "./workbench.js";

const at = (id) => document.getElementById(id);
const plain = new URLSearchParams(location.search).has("plain");

async function start() {
  const facts = await server.about();
  if (facts.kind === "film") {
    const { openFilm } = await import("./film.js");
    await openFilm(facts, plain);
    return;
  }
  const photo = await server.photo();
  const guide = await server.guide(facts.copy_size);
  new Workbench(facts, new Picture(at("canvas"), photo, guide, plain), guide);
}

start().catch((error) => {
  at("said").textContent = error.message;
  at("said").classList.add("wrong");
});
