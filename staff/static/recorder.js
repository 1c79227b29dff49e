// Records with the browser's microphone and hands the take to the form's own file field, so that
// the form is sent like any other. Without a microphone the file field alone remains. The field
// says "taken" whenever it has a new file, recorded or chosen.

const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

function asClock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

function follow(stream, meter) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let frame = 0;
  const draw = () => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    meter.value = Math.min(1, Math.sqrt(power) * 4);
    frame = requestAnimationFrame(draw);
  };
  draw();
  return () => { cancelAnimationFrame(frame); context.close(); meter.value = 0; };
}

function setUp(box) {
  const part = (name) => box.querySelector(`[data-${name}]`);
  const record = part("record"), stop = part("stop"), retake = part("retake");
  const clock = part("clock"), level = part("level"), state = part("state");
  const playback = part("playback");
  const field = box.querySelector('input[type="file"]');
  const sends = box.form.querySelectorAll("[data-send], [data-by-enter]");
  let address = null;

  function allowSending(isAllowed) {
    for (const each of sends) each.disabled = !isAllowed;
  }

  function keep(file) {
    const files = new DataTransfer();
    files.items.add(file);
    field.files = files.files;
  }

  function offer(file) {
    if (address) URL.revokeObjectURL(address);
    address = URL.createObjectURL(file);
    playback.src = address;
    playback.hidden = false;
    part("kept")?.remove();
    field.dispatchEvent(new CustomEvent("taken", { bubbles: true }));
  }

  async function begin() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    } catch {
      state.textContent = box.dataset.wordDenied;
      return;
    }
    const type = TYPES.find((each) => MediaRecorder.isTypeSupported(each));
    const recorder = new MediaRecorder(stream, type ? { mimeType: type } : {});
    const pieces = [];
    const started = performance.now();
    const unfollow = follow(stream, level);
    const tick = setInterval(() => {
      const seconds = (performance.now() - started) / 1000;
      clock.textContent = asClock(seconds);
      if (seconds >= Number(box.dataset.longest) && recorder.state === "recording") recorder.stop();
    }, 200);
    playback.pause();
    playback.hidden = true;
    record.hidden = retake.hidden = true;
    stop.hidden = level.hidden = false;
    allowSending(false);
    state.textContent = box.dataset.wordRecording;
    stop.focus();
    stop.onclick = () => { if (recorder.state === "recording") recorder.stop(); };
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstop = () => {
      clearInterval(tick);
      unfollow();
      stream.getTracks().forEach((track) => track.stop());
      const kind = recorder.mimeType || type || "audio/webm";
      const file = new File(pieces, "answer", { type: kind.split(";")[0] });
      keep(file);
      offer(file);
      stop.hidden = level.hidden = true;
      retake.hidden = false;
      allowSending(true);
      state.textContent = box.dataset.wordReady;
      retake.focus();
    };
    recorder.start(1000);
  }

  record.onclick = retake.onclick = begin;
  field.onchange = () => { if (field.files.length) offer(field.files[0]); };
  part("tools").hidden = false;
}

if (navigator.mediaDevices && window.MediaRecorder && window.DataTransfer) {
  document.querySelectorAll("[data-recorder]").forEach(setUp);
}
