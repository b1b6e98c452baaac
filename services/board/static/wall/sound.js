// Calls aloud: a chime and clips, or the display's own voice. A browser keeps a page silent until somebody has touched it;
// then the display says so, and so does the desk's console.

import { byId, say, shell, text } from "../page.js";

const FRESH_MS = 60000; // what was called before is not called again by a page that was just opened
const TELL_MS = 30000;
const GAP_SECONDS = 0.12;

export class Sound {
  #context = null;
  #clips = new Map();
  #heard = null;
  #queue = [];
  #playing = false;
  #told = { state: null, at: 0 };
  #wanted = "clips";
  #repeat = 1;
  #quietUntil = null;

  constructor({ telling }) {
    this.telling = telling;
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => this.#unlock(), { capture: true });
  }

  // "on", "off" (the browser does not let it), "quiet" (by schedule) or "none" (the site wants none).
  get state() {
    if (this.#wanted === "off") return "none";
    if (this.#quietUntil !== null) return "quiet";
    return this.#context?.state === "running" ? "on" : "off";
  }

  // Takes in a wall: each call that is new is spoken, in the order of the calls.
  hear(wall, time) {
    this.#wanted = wall.sound.voice;
    this.#repeat = wall.sound.repeat;
    if (this.#context === null && this.#wanted !== "off") this.#start();
    const first = this.#heard === null;
    const heard = new Set(wall.calling.map(nameOf));
    for (const call of [...wall.calling].reverse()) {
      const old = first || time.nowMs() - call.called_ms > FRESH_MS * time.speed;
      if (!old && !this.#heard.has(nameOf(call))) this.#queue.push(call);
    }
    this.#heard = heard;
    this.#queue = this.#queue.filter((call) => heard.has(nameOf(call)));
    this.tick(wall, time);
    this.#next();
  }

  tick(wall, time) {
    const now = time.weekday();
    const quiet = wall.sound.quiet.find((one) => one.weekday === now.weekday && one.begins <= now.time && now.time < one.ends);
    this.#quietUntil = quiet?.ends ?? null;
    this.#tell();
  }

  #tell() {
    const { state } = this;
    const notice = byId("sound");
    notice.hidden = state === "on" || state === "none";
    if (!notice.hidden) say(notice, state === "off" ? text("sound_off") : text("sound_quiet", { time: this.#quietUntil }));
    if (state === this.#told.state && performance.now() - this.#told.at < TELL_MS) return;
    this.#told = { state, at: performance.now() };
    this.telling(state);
  }

  #start() {
    this.#context = new AudioContext();
    this.#context.addEventListener("statechange", () => this.#tell());
  }

  async #unlock() {
    if (this.#context === null) this.#start();
    if (this.#context.state !== "running") await this.#context.resume();
    this.#tell();
  }

  async #next() {
    if (this.#playing) return;
    this.#playing = true;
    while (this.#queue.length > 0) {
      const call = this.#queue.shift();
      if (this.state !== "on") continue; // it is shown; a call that is late by minutes would only confuse
      try {
        await (this.#wanted === "speech" && "speechSynthesis" in window ? this.#speak(call) : this.#play(call));
      } catch (problem) {
        console.error("a call could not be heard", problem);
      }
    }
    this.#playing = false;
  }

  async #speak(call) {
    await this.#sound(await this.#joined(call.clips.slice(0, 1)));
    for (let time = 0; time < this.#repeat; time += 1) {
      const said = new SpeechSynthesisUtterance(call.said);
      said.lang = shell.language;
      said.rate = 0.85;
      await new Promise((done) => {
        said.onend = said.onerror = done;
        speechSynthesis.speak(said);
      });
    }
  }

  // The whole call is one piece of sound, so that it ends once.
  async #play(call) {
    const [chime, ...words] = call.clips;
    await this.#sound(await this.#joined([chime, ...Array.from({ length: this.#repeat }, () => words).flat()]));
  }

  #sound(buffer) {
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#context.destination);
    return new Promise((done) => {
      source.addEventListener("ended", done, { once: true });
      source.start();
    });
  }

  async #joined(names) {
    const clips = await Promise.all(names.map((name) => this.#clip(name)));
    const { sampleRate } = this.#context;
    const gap = Math.round(GAP_SECONDS * sampleRate);
    const joined = this.#context.createBuffer(1, clips.reduce((sum, clip) => sum + clip.length + gap, 0), sampleRate);
    let at = 0;
    for (const clip of clips) {
      joined.copyToChannel(clip.getChannelData(0), 0, at);
      at += clip.length + gap;
    }
    return joined;
  }

  #clip(name) {
    if (!this.#clips.has(name)) this.#clips.set(name, this.#fetch(name));
    return this.#clips.get(name);
  }

  async #fetch(name) {
    try {
      const answer = await fetch(`/static/${shell.page}/voice/${name}.mp3`);
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      return await this.#context.decodeAudioData(await answer.arrayBuffer());
    } catch (problem) {
      this.#clips.delete(name);
      throw problem;
    }
  }
}

const nameOf = (call) => `${call.ticket} ${call.called_ms}`;
