// The score over time, with a cursor that the pointer and the keys move.

const LANE_PX = 20;
const LANE_BAR_PX = 7;
const MARK_PX = 12;

function hatch(context, stroke) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.strokeStyle = stroke;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift, 8);
    pen.lineTo(shift + 8, 0);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat");
}

// False where the page scrolled below a pointer that lies still: nobody moved it.
const pointer = {x: null, y: null};

function pointerMoved(event) {
  const moved = pointer.x !== null && (pointer.x !== event.clientX || pointer.y !== event.clientY);
  [pointer.x, pointer.y] = [event.clientX, event.clientY];
  return moved;
}

class ScorePlot {
  constructor(shown, face, onFrame, onOpen) {
    this.video = shown;
    this.face = shown.faces[face];
    this.rows = shown.rows.filter((row) => row.kind === "miss" || row.face === face);
    this.finds = this.rows.filter((row) => row.kind !== "miss");
    this.labels = shown.view.labels || [];
    this.frame = 0;
    this.onFrame = onFrame;
    this.onOpen = onOpen;
    this.holder = el("div", {class: "plot", tabindex: 0, role: "slider", "aria-label": "Cursor over the score",
                             "aria-describedby": "plot-keys", "aria-valuemin": 1, "aria-valuemax": shown.summary.frames,
                             onkeydown: (event) => this.key(event), ondblclick: () => this.whole()});
    this.holder.addEventListener("mousemove", (event) => {
      if (!pointerMoved(event)) event.stopPropagation();
      else if (event.target === this.plot.over) this.moveTo(this.plot.posToIdx(event.offsetX), true);
    }, true);
    this.laneNames = ["Found"].concat(withTruth ? ["Labels"] : []);
  }

  // Once `holder` is in the page, which gives it a width.
  draw(options) {
    if (this.plot) this.plot.destroy();
    this.options = options || this.options;
    const {smoothed, score, motion} = this.face;
    const series = [{}];
    const data = [this.video.axis];
    const add = (values, settings) => {
      if (!values) return;
      data.push(values);
      series.push({points: {show: false}, ...settings});
    };
    const main = {stroke: colour("smoothed"), width: 2};
    add(score, smoothed ? {stroke: colour("score"), width: 1, show: this.options.raw} : main);
    add(smoothed, main);
    add(this.options.motion ? motion : null, {stroke: colour("muted"), width: 1, scale: "px", dash: [2, 2]});
    this.plot = new uPlot(this.settings(series), data, this.holder);
    this.plot.over.addEventListener("mouseleave", () => this.placeCursor());
    if (this.shown) this.zoomTo(...this.shown);
    else this.whole();
    this.placeCursor();
  }

  settings(series) {
    const axis = {stroke: colour("muted"), font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif",
                  grid: {stroke: colour("grid"), width: 1}, ticks: {stroke: colour("grid"), width: 1}};
    return {
      ...this.size(),
      series,
      legend: {show: false},
      padding: [this.laneNames.length * LANE_PX + 6, 12, 0, 0],
      scales: {x: {time: false}, y: {range: (u, low, high) => this.range(low, high)},
               px: {range: (u, low, high) => [0, Math.max(high, 0.1)]}},
      axes: [{...axis, label: "seconds", labelSize: 20, size: 34, space: 60}, {...axis, size: 52},
             ...(this.options.motion ? [{...axis, scale: "px", side: 1, size: 40, grid: {show: false}}] : [])],
      cursor: {y: false, points: {show: false}, drag: {x: true, y: false}, bind: {dblclick: () => null}},
      hooks: {
        drawClear: [(u) => this.drawUnder(u)],
        draw: [(u) => this.drawOver(u)],
        setScale: [(u, scale) => { if (scale === "x") this.shown = [u.scales.x.min, u.scales.x.max]; }],
      },
    };
  }

  size() {
    // Paper is narrower than most windows: A4, upright.
    return document.body.dataset.printing ? {width: 660, height: 260} : {width: Math.max(240, this.holder.clientWidth - 2), height: 300};
  }

  range(low, high) {
    const thresholds = this.face.stretches.map((stretch) => stretch.threshold);
    const top = Math.max(high ?? 1, ...thresholds);
    const bottom = Math.min(0, low ?? 0);
    return [bottom, top + 0.04 * (top - bottom)];
  }

  // Left and right edge of frames that count from 1, in px of the canvas; half a frame to either side.
  edges(u, first, last) {
    const axis = this.video.axis;
    const half = 0.5 / this.video.summary.fps;
    const clip = (x) => Math.min(Math.max(x, u.bbox.left), u.bbox.left + u.bbox.width);
    return [clip(u.valToPos(axis[first - 1] - half, "x", true)), clip(u.valToPos(axis[last - 1] + half, "x", true))];
  }

  drawUnder(u) {
    const pen = u.ctx;
    const box = u.bbox;
    pen.save();
    pen.font = 11 * devicePixelRatio + "px system-ui, sans-serif";
    for (const [first, last, cause] of this.face.unusable) {
      const [left, right] = this.edges(u, first, last);
      if (right <= left) continue;
      pen.fillStyle = colour("unusable");
      pen.globalAlpha = 0.55;
      pen.fillRect(left, box.top, right - left, box.height);
      pen.globalAlpha = 1;
      this.drawCause(pen, box, left, right, cause);
    }
    for (const row of this.rows) this.drawBand(u, row);
    pen.restore();
  }

  // Along the bottom where it fits, else upright, else not: the list below the plot has it.
  drawCause(pen, box, left, right, cause) {
    const text = pen.measureText(cause).width;
    pen.fillStyle = colour("text");
    if (text + 8 < right - left) {
      pen.textAlign = "center";
      pen.fillText(cause, (left + right) / 2, box.top + box.height - 6 * devicePixelRatio);
    } else if (right - left > 14 * devicePixelRatio) {
      pen.save();
      pen.translate((left + right) / 2 + 4 * devicePixelRatio, box.top + box.height - 6 * devicePixelRatio);
      pen.rotate(-Math.PI / 2);
      pen.textAlign = "left";
      pen.fillText(cause, 0, 0);
      pen.restore();
    }
  }

  drawBand(u, row) {
    const pen = u.ctx;
    const mark = MARKS[markOf(row)];
    const [left, right] = this.edges(u, row.onset, row.offset);
    if (right <= left) return;
    const stroke = colour(mark.colour);
    pen.globalAlpha = mark.text === "false alarm" ? 0.5 : 0.18;
    pen.fillStyle = mark.text === "false alarm" ? hatch(pen, stroke) : stroke;
    if (mark.filled) pen.fillRect(left, u.bbox.top, right - left, u.bbox.height);
    pen.globalAlpha = 1;
    if (mark.filled) return;
    pen.strokeStyle = stroke;
    pen.lineWidth = devicePixelRatio;
    pen.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    pen.strokeRect(left, u.bbox.top, right - left, u.bbox.height);
    pen.setLineDash([]);
  }

  drawOver(u) {
    const pen = u.ctx;
    pen.save();
    this.drawThresholds(u);
    for (const row of this.finds) {
      if (row.kind !== "find") continue;
      if (row.evidence !== undefined) this.drawEvidence(u, row);
      this.drawPeak(u, row);
    }
    this.drawLane(u, 0, this.finds);
    if (withTruth) this.drawLane(u, 1, this.labels);
    pen.restore();
  }

  drawThresholds(u) {
    const pen = u.ctx;
    pen.strokeStyle = colour("threshold");
    pen.lineWidth = 1.25 * devicePixelRatio;
    pen.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    for (const stretch of this.face.stretches) {
      if (stretch.too_short) continue;
      const [left, right] = this.edges(u, stretch.first, stretch.last);
      const y = u.valToPos(stretch.threshold, "y", true);
      pen.beginPath();
      pen.moveTo(left, y);
      pen.lineTo(right, y);
      pen.stroke();
    }
    pen.setLineDash([]);
  }

  drawEvidence(u, row) {
    const [left, right] = this.edges(u, row.onset, row.offset);
    const pen = u.ctx;
    const y = u.valToPos(row.evidence, "y", true);
    pen.strokeStyle = colour("peak");
    pen.lineWidth = 2 * devicePixelRatio;
    pen.beginPath();
    pen.moveTo(left, y);
    pen.lineTo(right, y);
    pen.stroke();
  }

  drawPeak(u, row) {
    const x = u.valToPos(this.video.axis[row.apex - 1], "x", true);
    if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) return;
    const pen = u.ctx;
    pen.beginPath();
    pen.arc(x, u.valToPos(row.score, "y", true), 4 * devicePixelRatio, 0, 2 * Math.PI);
    pen.fillStyle = colour("background");
    pen.strokeStyle = colour("peak");
    pen.lineWidth = 1.75 * devicePixelRatio;
    pen.fill();
    pen.stroke();
  }

  drawLane(u, lane, items) {
    const pen = u.ctx;
    const middle = ((lane + 0.5) * LANE_PX) * devicePixelRatio;
    pen.font = 12 * devicePixelRatio + "px system-ui, sans-serif";
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    pen.fillStyle = colour("muted");
    pen.fillText(this.laneNames[lane], u.bbox.left - 6 * devicePixelRatio, middle);
    pen.strokeStyle = colour("grid");
    pen.lineWidth = devicePixelRatio;
    pen.beginPath();
    pen.moveTo(u.bbox.left, middle);
    pen.lineTo(u.bbox.left + u.bbox.width, middle);
    pen.stroke();
    items.forEach((item, i) => {
      this.drawOnLane(u, item, middle);
      const next = items.slice(i + 1).map((later) => this.edges(u, later.onset, later.offset)[0]);
      this.drawEmotion(u, item, middle, Math.min(u.bbox.left + u.bbox.width, ...next));
    });
  }

  drawOnLane(u, item, middle) {
    const pen = u.ctx;
    const mark = MARKS[markOf(item)];
    const [left, right] = this.edges(u, item.onset, item.offset);
    if (right <= left) return;
    pen.fillStyle = pen.strokeStyle = colour(mark.colour);
    const height = LANE_BAR_PX * devicePixelRatio;
    pen.globalAlpha = mark.filled ? 0.55 : 0.3;
    pen.fillRect(left, middle - height / 2, Math.max(right - left, 2 * devicePixelRatio), height);
    pen.globalAlpha = 1;
    const size = MARK_PX / 12 * devicePixelRatio;
    pen.save();
    pen.translate((left + right) / 2 - 6 * size, middle - 6 * size);
    pen.scale(size, size);
    const path = new Path2D(mark.shape);
    // A rim in the colour of the page keeps marks that touch apart.
    pen.lineWidth = mark.filled ? 2.5 : 4.5;
    pen.strokeStyle = colour("background");
    pen.stroke(path);
    pen.lineWidth = 2;
    pen.strokeStyle = colour(mark.colour);
    if (mark.filled) pen.fill(path);
    else pen.stroke(path);
    pen.restore();
  }

  // Where there is room before the next.
  drawEmotion(u, item, middle, end) {
    const pen = u.ctx;
    const gap = 8 * devicePixelRatio;
    const right = this.edges(u, item.onset, item.offset)[1];
    if (right <= u.bbox.left || right + pen.measureText(item.emotion).width + 2 * gap > end) return;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    pen.fillStyle = colour("text");
    pen.fillText(item.emotion, right + gap, middle);
  }

  moveTo(frame, byPointer) {
    this.frame = Math.min(Math.max(frame, 0), this.video.summary.frames - 1);
    const about = describeFrame(this.video, this.face, this.rows, this.frame);
    this.holder.setAttribute("aria-valuenow", this.frame + 1);
    this.holder.setAttribute("aria-valuetext", about.text);
    this.onFrame(about);
    if (!byPointer) this.placeCursor();
  }

  placeCursor() {
    const u = this.plot;
    const x = this.video.axis[this.frame];
    const [min, max] = this.shown;
    if (x < min || x > max) this.zoomTo(x - (max - min) / 2, x + (max - min) / 2);
    // The plot takes a new range at the end of the task, and then knows where x is.
    queueMicrotask(() => {
      if (u === this.plot) u.setCursor({left: u.valToPos(x, "x"), top: 10});
    });
  }

  zoomTo(from, to) {
    const axis = this.video.axis;
    const half = 0.5 / this.video.summary.fps;
    const [low, high] = [axis[0] - half, axis[axis.length - 1] + half];
    const width = Math.min(Math.max(to - from, 8 * half), high - low);
    const min = Math.min(Math.max(from, low), high - width);
    this.shown = [min, min + width];
    this.plot.setScale("x", {min, max: min + width});
  }

  zoom(factor) {
    const [min, max] = this.shown;
    const x = this.video.axis[this.frame];
    const middle = x >= min && x <= max ? x : (min + max) / 2;
    this.zoomTo(middle - (middle - min) / factor, middle + (max - middle) / factor);
  }

  whole() {
    this.zoomTo(-Infinity, Infinity);
  }

  // Some of what was before and after is in the picture, too.
  showInterval(row) {
    const margin_s = Math.max(1, 2 * (row.offset_s - row.onset_s));
    this.zoomTo(this.video.axis[row.onset - 1] - margin_s, this.video.axis[row.offset - 1] + margin_s);
    this.moveTo((row.apex || row.onset) - 1);
  }

  nextRow(step) {
    const apexes = this.rows.filter((row) => row.kind === "find" || row.kind === "miss").map((row) => (row.apex || row.onset) - 1).sort((a, b) => a - b);
    const ahead = apexes.filter((apex) => step * (apex - this.frame) > 0);
    if (ahead.length > 0) this.moveTo(ahead[step > 0 ? 0 : ahead.length - 1]);
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const second = Math.max(1, Math.round(this.video.summary.fps));
    const step = event.shiftKey ? 10 : 1;
    const keys = {
      ArrowLeft: () => this.moveTo(this.frame - step), ArrowRight: () => this.moveTo(this.frame + step),
      ArrowDown: () => this.moveTo(this.frame - step), ArrowUp: () => this.moveTo(this.frame + step),
      PageDown: () => this.moveTo(this.frame - second), PageUp: () => this.moveTo(this.frame + second),
      Home: () => this.moveTo(0), End: () => this.moveTo(this.video.summary.frames - 1),
      n: () => this.nextRow(1), p: () => this.nextRow(-1),
      "+": () => this.zoom(2), "-": () => this.zoom(0.5), 0: () => this.whole(),
      Enter: () => {
        const row = this.finds.find((find) => find.onset <= this.frame + 1 && this.frame + 1 <= find.offset);
        if (row) this.onOpen(row);
      },
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }
}

// What there is to say of a frame, as pairs and as one line.
function describeFrame(shown, face, rows, frame) {
  const value = (series) => (series && typeof series[frame] === "number" ? series[frame] : null);
  const unusable = face.unusable.find(([first, last]) => first <= frame + 1 && frame + 1 <= last);
  const stretch = face.stretches.find((one) => one.first <= frame + 1 && frame + 1 <= one.last);
  const within = rows.filter((row) => row.onset <= frame + 1 && frame + 1 <= row.offset);
  const pairs = [["frame", String(frame + 1)], ["time", fixed(shown.times[frame], 3) + " s"]];
  const add = (name, number, decimals, unit) => number !== null && pairs.push([name, number.toFixed(decimals) + (unit || "")]);
  add("score", value(face.score), 3);
  add("smoothed", value(face.smoothed), 3);
  if (stretch && !stretch.too_short) add(shown.view.probable ? "least evidence" : "threshold", stretch.threshold, 2);
  add("motion", value(face.motion), 2, " px");
  shown.view.classes.forEach((name, i) => add(name, value(face.probabilities[i]), 2));
  if (unusable) pairs.push(["not usable", unusable[2]]);
  for (const row of within) pairs.push([MARKS[markOf(row)].text, row.emotion]);
  return {pairs, text: pairs.map(([name, text]) => name + " " + text).join(", ")};
}
