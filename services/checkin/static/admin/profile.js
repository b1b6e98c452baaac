// The clinic's profile as this page edits it, and as it is sent. Nothing here touches the page.

export const THINGS = ["rooms", "providers", "service_points", "checklist", "areas"];
const NEW = "new:"; // no id of the API has a colon
let made = 0;

// Something that was just added: it gets its id from its name when it is saved, and keeps it when it is renamed.
export const newThing = (more = {}) => ({ id: `${NEW}${++made}`, name: "", ...more });
export const isNew = (thing) => thing.id.startsWith(NEW);

const minutes = (time) => (time.endsWith(":00") && time.length === 8 ? time.slice(0, 5) : time);
const tidyHours = (hours) => hours.map((one) => ({ ...one, opens: minutes(one.opens), closes: minutes(one.closes) }));

// The profile as it is edited: times as a field for times has them.
export function tidy(profile) {
  return { ...profile, hours: tidyHours(profile.hours), sound: { ...profile.sound, quiet: tidyHours(profile.sound.quiet) } };
}

// The profile as it is sent: what is new has an id, no name ends in a blank, and no message is in a language without words.
export function settled(draft, base) {
  const now = { ...draft, name: draft.name.trim() };
  for (const kind of THINGS) now[kind] = withIds(draft[kind], base[kind], kind);
  now.queues = Object.fromEntries(Object.entries(draft.queues).map(([letter, label]) => [letter, label.trim()]));
  now.wall_messages = draft.wall_messages.map((message) => Object.fromEntries(Object.entries(message).map(([language, words]) => [language, words.trim()]).filter(([, words]) => words !== "")));
  return now;
}

function withIds(things, before, kind) {
  const taken = new Set([...things, ...before].map((thing) => thing.id));
  return things.map((thing) => {
    const name = thing.name.trim();
    const id = isNew(thing) ? idFor(name, taken, kind.replaceAll("_", "-").replace(/s$/, "")) : thing.id;
    taken.add(id);
    return { ...thing, id, name };
  });
}

const LONGEST = 36;

// What a new user is called on the log: from their name, and nobody else's.
export const freeName = (name, taken) => idFor(name, new Set(taken), "user");

function idFor(name, taken, kind) {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, LONGEST).replace(/^-+|-+$/g, "");
  const wanted = plain || `${kind}-1`;
  const more = plain || kind;
  for (let number = 2, id = wanted; ; id = `${more}-${number++}`) if (!taken.has(id)) return id;
}

// The first letter that no queue has.
export const freeLetter = (queues) => [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].find((letter) => !(letter in queues));
