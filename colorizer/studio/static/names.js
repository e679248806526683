// What people call a colour.

import { parse, toLab } from "./lab.js";

const HUES = [
  [20, "pink"], [45, "red"], [62, "orange"], [78, "golden"], [108, "yellow"], [125, "olive green"], [160, "green"],
  [205, "teal"], [250, "light blue"], [310, "blue"], [325, "violet"], [345, "purple"], [361, "pink"],
];

// A name such as "dark red" for "#rrggbb".
export function nameOf(colour) {
  if (colour === "keep") return "kept as it is";
  const [L, a, b] = toLab(parse(colour));
  const chroma = Math.hypot(a, b), hue = ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;
  if (L > 96 && chroma < 5) return "white";
  if (L < 8 && chroma < 12) return "black";
  if (chroma < 6) return L > 75 ? "light grey" : L < 35 ? "dark grey" : "grey";
  let name = HUES.find(([end]) => hue < end)[1];
  if (name === "light blue") name = "blue";
  if (name === "pink" && L < 55) name = "red";
  if (name === "red" && L > 65) name = "pink";
  if ((name === "orange" || name === "golden" || name === "yellow") && L < 55) name = "brown";
  if ((name === "orange" || name === "golden") && chroma < 35) name = L > 70 ? "beige" : "brown";
  if (name === "yellow" && chroma < 30) name = "beige";
  const tone = L > 78 ? "light " : L < 32 ? "dark " : "";
  const strength = chroma < 18 && name !== "beige" ? "greyish " : "";
  return (name === "pink" ? (L < 60 ? "dark " : "") : name === "beige" ? "" : tone) + strength + name;
}

// "#rrggbb" for what somebody typed: a CSS name, #rgb or #rrggbb; null for anything else.
export function typed(text) {
  const word = text.trim().toLowerCase().replace(/\s+/g, "");
  const colour = /^([0-9a-f]{3}|[0-9a-f]{6})$/.test(word) ? `#${word}` : word;
  if (!word || !/^(#[0-9a-f]{3}|#[0-9a-f]{6}|[a-z]+)$/.test(colour)) return null;
  if (!CSS.supports("color", colour) || /^(transparent|currentcolor|inherit|initial|unset|revert.*)$/.test(colour)) return null;
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = colour;
  return /^#[0-9a-f]{6}$/.test(pen.fillStyle) ? pen.fillStyle : null;
}
