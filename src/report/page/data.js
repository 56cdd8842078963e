// The blocks of data in the page, unpacked when they are shown.

const blocks = new Map();

function block(id) {
  if (!blocks.has(id)) {
    const node = byId(id);
    blocks.set(id, node ? JSON.parse(node.textContent) : null);
  }
  return blocks.get(id);
}

const run = block("index");
run.rows.forEach((row) => {
  row.summary = run.videos[row.video];
  row.duration_ms = 1000 * (row.offset_s - row.onset_s + 1 / row.summary.fps);
});

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

// A value a frame: null where there is none, undefined between the frames of a series with a step.
function onFrames(face, frames, values) {
  const series = new Array(frames).fill(null);
  values.forEach((value, i) => {
    const frame = face.first - 1 + i * face.step;
    series[frame] = value;
    for (let between = 1; between < face.step && value !== null && i + 1 < values.length; ++between) {
      series[frame + between] = undefined;
    }
  });
  return series;
}

function unpackSeries(face, frames, packed) {
  if (!packed) return null;
  const bytes = bytesOf(packed.data);
  const values = [];
  for (let i = 0; i < face.count; ++i) {
    const whole = bytes[2 * i] + 256 * bytes[2 * i + 1];
    values.push(whole === 65535 ? null : packed.low + whole / 65534 * (packed.high - packed.low));
  }
  return onFrames(face, frames, values);
}

function unpackShares(face, frames, base64) {
  return onFrames(face, frames, Array.from(bytesOf(base64), (byte) => (byte === 255 ? null : byte / 254)));
}

function unpackFace(face, frames) {
  return {
    stretches: face.stretches,
    unusable: face.unusable,
    score: unpackSeries(face, frames, face.score),
    smoothed: unpackSeries(face, frames, face.smoothed),
    motion: unpackSeries(face, frames, face.motion_px),
    probabilities: face.probabilities.map((shares) => unpackShares(face, frames, shares)),
  };
}

// Frames at index 0, as all lists here; what is shown and what rows hold counts from 1.
const videos = new Map();

function video(index) {
  if (videos.has(index)) return videos.get(index);
  const summary = run.videos[index];
  const view = block("video-" + index);
  const times = view.times || Array.from({length: summary.frames}, (_, i) => i / summary.fps);
  const rises = times.every((time, i) => i === 0 || time > times[i - 1]);
  const unpacked = {
    index, summary, view, times, rises,
    // A clock that steps back cannot be an axis.
    axis: rises ? times : times.map((_, i) => i / summary.fps),
    faces: view.faces.map((face) => unpackFace(face, summary.frames)),
    rows: run.rows.filter((row) => row.video === index),
  };
  videos.set(index, unpacked);
  return unpacked;
}

const withTruth = run.truth !== undefined;

function videoTitle(summary) {
  return [summary.dataset, summary.subject, summary.name].filter((part) => part).join(" / ");
}
