// The wall displays of a site: which of them somebody should look after.

const SILENT_SECONDS = 120;

// "silent": nothing was heard of it for two minutes; "unheard": its browser lets no sound out; null: it is well.
export function trouble({ silent_seconds: seconds, hearing }) {
  if (seconds > SILENT_SECONDS) return "silent";
  return hearing === "off" ? "unheard" : null;
}
