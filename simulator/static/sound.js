// What a phone sounds like: tones made here, prompts fetched and played, the voice recorded.

let shared = null;

function context() {
  shared ??= new AudioContext();
  if (shared.state === "suspended") shared.resume().catch(() => {});
  return shared;
}

const DTMF_ROWS = [697, 770, 852, 941];
const DTMF_COLUMNS = [1209, 1336, 1477];
const KEYS = "123456789*0#";

// Tones as [frequencies, milliseconds] in a row; no frequency is a rest.
const PATTERNS = {
  ended: [[[480], 160], [[], 120], [[480], 160], [[], 120], [[480], 160]],
  busy: Array.from({ length: 4 }, () => [[[425], 300], [[], 300]]).flat(),
  fault: [[[950], 330], [[1400], 330], [[1800], 330]],
  unknown: [[[950], 330], [[1400], 330], [[1800], 330], [[], 400], [[425], 250], [[], 250], [[425], 250]],
  lost: [[[220], 90], [[], 60], [[180], 90], [[], 60], [[140], 260]],
  text: [[[1318], 90], [[], 40], [[1760], 160]],
  beep: [[[1000], 260]],
  ring: [[[659], 170], [[784], 170], [[988], 170], [[784], 170], [[659], 170], [[784], 170], [[988], 340], [[], 900]],
  ringback: [[[425], 1000], [[], 3000]],
};

const NO_SOUND = "NotAllowedError";

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

export class Tones {
  constructor() { this.volume = 0.8; this.running = null; this.name = ""; }

  // Plays a pattern once; resolves when it has ended.
  async once(name) {
    this.stop();
    let length = 0;
    try { length = this.#sound(PATTERNS[name]); } catch { /* without sound, in time */ }
    await wait(length || PATTERNS[name].reduce((sum, [, ms]) => sum + ms, 0));
  }

  // Repeats a pattern until `stop`.
  repeat(name) {
    if (this.name === name) return;
    this.stop();
    this.name = name;
    const again = () => {
      let length = 2000;
      try { length = this.#sound(PATTERNS[name]); } catch { /* not yet allowed to sound */ }
      this.running = setTimeout(again, length);
    };
    again();
  }

  stop() {
    clearTimeout(this.running);
    this.name = "";
    for (const one of this.playing ?? []) { try { one.stop(); } catch { /* has ended */ } }
    this.playing = [];
  }

  key(key) {
    const place = KEYS.indexOf(key);
    if (place < 0) return;
    const pair = [DTMF_ROWS[Math.floor(place / 3)], DTMF_COLUMNS[place % 3]];
    try { this.#sound([[pair, 110]]); } catch { /* without sound */ }
  }

  #sound(pattern) {
    const out = context();
    if (out.state !== "running") return pattern.reduce((sum, [, ms]) => sum + ms, 0);
    let at = out.currentTime + 0.01;
    const begin = at;
    this.playing ??= [];
    for (const [frequencies, ms] of pattern) {
      const end = at + ms / 1000;
      for (const frequency of frequencies) {
        const tone = out.createOscillator();
        const level = out.createGain();
        const loud = (0.16 * this.volume) / Math.sqrt(frequencies.length);
        tone.frequency.value = frequency;
        level.gain.setValueAtTime(0, at);
        level.gain.linearRampToValueAtTime(loud, at + 0.008);
        level.gain.setValueAtTime(loud, end - 0.012);
        level.gain.linearRampToValueAtTime(0, end);
        tone.connect(level).connect(out.destination);
        tone.start(at);
        tone.stop(end);
        this.playing.push(tone);
      }
      at = end;
    }
    this.playing = this.playing.slice(-40);
    return (at - begin) * 1000;
  }
}

// Plays a list of sounds, one after the other. `blocked` is called when the browser wants a touch first.
export class Player {
  constructor(blocked) { this.blocked = blocked; this.volume = 0.8; this.current = null; this.turn = 0; }

  set loudness(value) { this.volume = value; if (this.current) this.current.volume = value; }

  stop() {
    this.turn += 1;
    this.current?.pause();
    this.current = null;
    this.release?.();
  }

  // Resolves with the addresses that could not be played, or null when stopped before the end.
  async play(sounds) {
    this.stop();
    const turn = this.turn;
    const failed = [];
    const ready = sounds.map((one) => {
      if (one.kind === "pause") return null;
      const audio = new Audio();
      audio.preload = "auto";
      audio.src = one.url;
      return audio;
    });
    for (const [place, one] of sounds.entries()) {
      if (one.kind === "pause") {
        await Promise.race([wait(one.ms), new Promise((done) => { this.release = done; })]);
      }
      for (let times = 0; one.kind !== "pause" && times < one.times; times += 1) {
        const good = await this.#one(ready[place], turn);
        if (turn !== this.turn) return null;
        if (!good) { failed.push(one.url); break; }
      }
      if (turn !== this.turn) return null;
    }
    this.current = null;
    return failed;
  }

  async #one(audio, turn) {
    this.current = audio;
    audio.volume = this.volume;
    const over = new Promise((done) => {
      audio.onended = () => done(true);
      audio.onerror = () => done(false);
      this.release = () => done(false);
    });
    if (audio.error) return false;
    for (;;) {
      try {
        await audio.play();
        this.blocked(false);
        break;
      } catch (error) {
        if (turn !== this.turn) return false;
        if (error.name !== NO_SOUND) return false;
        this.blocked(true);
        await Promise.race([
          over,
          new Promise((done) => {
            for (const what of ["pointerdown", "keydown"]) addEventListener(what, done, { once: true });
          }),
        ]);
        if (turn !== this.turn) return false;
      }
    }
    return over;
  }
}

// Records the voice, or plays a sample where there is no microphone. `stop` gives what was recorded.
export class Recorder {
  constructor(sampleUrl) { this.sampleUrl = sampleUrl; this.level = 0; this.active = false; }

  // `ended` is called after a silence or at the longest length; `useSample` may be decided by the browser.
  async start({ useSample, silenceMs, longestMs, volume, ended }) {
    this.active = true;
    this.sample = useSample || !navigator.mediaDevices?.getUserMedia || !window.MediaRecorder;
    if (!this.sample) {
      try {
        this.stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
      } catch {
        this.sample = true;
      }
    }
    if (!this.active) { this.#release(); return; }
    this.began = performance.now();
    this.limit = setTimeout(ended, longestMs);
    if (this.sample) {
      this.audio = new Audio(this.sampleUrl);
      this.audio.volume = volume * 0.6;
      const done = () => { this.rest = setTimeout(ended, Math.min(silenceMs || 1500, 1500)); };
      this.audio.onended = done;
      this.audio.onerror = done;
      this.audio.play().catch(done);
      this.beat = setInterval(() => { this.level = 0.25 + Math.random() * 0.5; }, 120);
      return;
    }
    this.parts = [];
    this.machine = new MediaRecorder(this.stream);
    this.machine.ondataavailable = (event) => { if (event.data.size) this.parts.push(event.data); };
    this.machine.start(500);
    this.#listen(silenceMs, ended);
  }

  #listen(silenceMs, ended) {
    const out = context();
    const analyser = out.createAnalyser();
    analyser.fftSize = 1024;
    out.createMediaStreamSource(this.stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let heard = performance.now();
    this.beat = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
      this.level = Math.min(1, power * 8);
      if (power > 0.012) heard = performance.now();
      if (silenceMs && performance.now() - heard > silenceMs) { heard = Infinity; ended(); }
    }, 100);
  }

  // Gives { sample: true } or { blob }.
  async stop() {
    this.active = false;
    clearTimeout(this.limit);
    clearTimeout(this.rest);
    clearInterval(this.beat);
    this.audio?.pause();
    if (this.sample || !this.machine) { this.#release(); return { sample: true }; }
    const machine = this.machine;
    if (machine.state !== "inactive") {
      await new Promise((done) => { machine.onstop = done; machine.stop(); });
    }
    const blob = new Blob(this.parts, { type: machine.mimeType });
    this.#release();
    return { blob };
  }

  #release() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.machine = null;
  }
}
