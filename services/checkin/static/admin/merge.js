// Two people's changes of one value, told apart and put together. Values in, values out; nothing here touches the page.
// Things in a list are known by their id, whatever their order; any other list is one value.

const isPart = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isThings = (...lists) => lists.every((list) => Array.isArray(list) && list.every((one) => one?.id !== undefined)) && lists.some((list) => list.length > 0);
const keysOf = (...parts) => [...new Set(parts.flatMap((part) => Object.keys(part)))];
const idsOf = (...lists) => [...new Set(lists.flatMap((list) => list.map((one) => one.id)))];
const named = (list, id) => list.find((one) => one.id === id);

export function same(one, other) {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && one.every((part, at) => same(part, other[at]));
  return isPart(one) && isPart(other) && keysOf(one, other).every((key) => same(one[key], other[key]));
}

// What is different, part by part: { keys, before, after }, where keys lead to it: ["rooms", "r1", "name"].
export function differences(before, after, keys = []) {
  if (same(before, after)) return [];
  if (isPart(before) && isPart(after)) return keysOf(before, after).flatMap((key) => differences(before[key], after[key], [...keys, key]));
  if (!isThings(before, after)) return [{ keys, before, after }];
  const found = idsOf(before, after).flatMap((id) => differences(named(before, id), named(after, id), [...keys, id]));
  return found.length > 0 ? found : [{ keys, before, after }];
}

// Mine and theirs together: { value, conflicts }. Where both changed the same, mine stays, and theirs is in `conflicts`.
export function merged(base, mine, theirs, keys = []) {
  if (same(mine, base) || same(mine, theirs)) return { value: theirs, conflicts: [] };
  if (same(theirs, base)) return { value: mine, conflicts: [] };
  if (isPart(mine) && isPart(theirs)) return mergedParts(isPart(base) ? base : {}, mine, theirs, keys);
  if (isThings(mine, theirs)) return mergedThings(Array.isArray(base) ? base : [], mine, theirs, keys);
  return { value: mine, conflicts: [{ keys, before: mine, after: theirs }] };
}

function mergedParts(base, mine, theirs, keys) {
  const parts = keysOf(mine, theirs).map((key) => [key, merged(base[key], mine[key], theirs[key], [...keys, key])]);
  const value = Object.fromEntries(parts.filter(([, part]) => part.value !== undefined).map(([key, part]) => [key, part.value]));
  return { value, conflicts: parts.flatMap(([, part]) => part.conflicts) };
}

function mergedThings(base, mine, theirs, keys) {
  const things = idsOf(mine, theirs).map((id) => merged(named(base, id), named(mine, id), named(theirs, id), [...keys, id]));
  return { value: things.map((thing) => thing.value).filter((value) => value !== undefined), conflicts: things.flatMap((thing) => thing.conflicts) };
}

// The value with another part where the keys lead; `undefined` takes it away.
export function put(value, [key, ...rest], part) {
  if (key === undefined) return part;
  if (Array.isArray(value)) {
    const known = named(value, key);
    const now = put(known, rest, part);
    if (known === undefined) return now === undefined ? value : [...value, now];
    return value.map((one) => (one === known ? now : one)).filter((one) => one !== undefined);
  }
  const { [key]: before, ...others } = value;
  const now = put(before, rest, part);
  return now === undefined ? others : { ...value, [key]: now };
}
