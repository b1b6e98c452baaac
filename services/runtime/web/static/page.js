// What every page of ours needs: its shell, its words, its elements.

export const shell = JSON.parse(document.getElementById("shell").textContent);
export const root = document.documentElement;
export const byId = (id) => document.getElementById(id);

// The words of a key, with their holes filled in.
export function text(key, values = {}) {
  const words = shell.texts[key];
  if (words === undefined) throw new Error(`no words for ${key}`);
  return Object.entries(values).reduce((said, [name, value]) => said.replaceAll(`{${name}}`, value), words);
}

export function element(name, classes, said) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  if (said !== undefined) made.textContent = said;
  return made;
}

// Changes what a node says only where it is different, so that a screen reader isn't told the same again.
export function say(node, said) {
  if (node.textContent !== said) node.textContent = said;
}
