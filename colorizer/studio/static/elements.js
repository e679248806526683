// HTML elements, made in one expression.

export function element(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// Sets the words of an element where they are others: the same words would be laid out again too.
export function say(made, words) {
  if (made.textContent !== words) made.textContent = words;
}
