// What there is to see of each find: its pictures, its classes, what speaks for it.

const calm = matchMedia("(prefers-reduced-motion: reduce)");

// Clips are loaded and play while they can be seen: a browser has only so many players.
const loaders = new WeakMap();
const players = new IntersectionObserver((entries) => {
  for (const {target, isIntersecting} of entries) {
    if (isIntersecting) {
      loaders.get(target)();
    } else {
      target.removeAttribute("src");
      target.load();
    }
  }
}, {rootMargin: "200px"});

function still(jpeg, title, more) {
  if (!jpeg) return null;
  return el("figure", {},
    el("img", {src: "data:image/jpeg;base64," + jpeg, alt: title + ", " + more, width: 160, height: 160, loading: "lazy",
               decoding: "async"}),
    el("figcaption", {}, el("strong", {}, title), el("span", {}, more)));
}

const atFrame = (frame, seconds) => "frame " + frame + ", " + fixed(seconds, 2) + " s";

// A clip that plays again and again, as it is or with its motion magnified.
function clip(pictures) {
  if (!pictures.clip) return null;
  const player = el("video", {muted: true, loop: true, playsinline: true, width: 160, height: 160,
                              poster: "data:image/jpeg;base64," + pictures.onset});
  player.muted = true;
  const title = el("strong", {});
  const more = el("span", {});
  let magnified = false;
  const describe = () => {
    title.textContent = magnified ? "Motion × " + Number(pictures.magnification.toFixed(1)) : "Clip";
    more.textContent = (magnified ? "linear Eulerian magnification, " : "") + "from " + fixed(pictures.first_s, 2) + " s, " +
      Number(pictures.slow_down.toFixed(1)) + " times slower";
    player.setAttribute("aria-label", title.textContent + ", " + more.textContent);
  };
  const load = () => {
    const at = player.currentTime;
    player.src = "data:video/mp4;base64," + (magnified ? pictures.magnified : pictures.clip);
    player.currentTime = at;
    if (!player.dataset.held) player.play().catch(() => {});
  };
  const hold = el("button", {type: "button", onclick: () => {
    if (player.paused) {
      delete player.dataset.held;
      player.play().catch(() => {});
    } else {
      player.dataset.held = "yes";
      player.pause();
    }
  }}, "Play");
  player.addEventListener("play", () => { hold.textContent = "Pause"; });
  player.addEventListener("pause", () => { hold.textContent = "Play"; });
  const toggle = pictures.magnified && el("button", {type: "button", class: "toggle", "aria-pressed": "false", onclick: () => {
    magnified = !magnified;
    toggle.setAttribute("aria-pressed", String(magnified));
    describe();
    load();
  }}, "Magnify motion");
  if (calm.matches) player.dataset.held = "yes";
  describe();
  loaders.set(player, load);
  players.observe(player);
  return el("figure", {class: "clip"}, player, el("figcaption", {}, title, more),
    el("div", {class: "buttons"}, hold, toggle));
}

function picturesOf(row) {
  if (!run.faces) return null;
  // Finds are the first rows of a video.
  const all = block("pictures-" + row.video);
  if (all.problem) return el("p", {class: "notice"}, "No pictures: " + all.problem);
  const pictures = all[row.number - 1];
  return el("div", {class: "pictures"},
    still(pictures.onset, "Onset", atFrame(row.onset, row.onset_s)),
    still(pictures.apex, "Apex", atFrame(row.apex, row.apex_s)),
    still(pictures.offset, "Offset", atFrame(row.offset, row.offset_s)),
    still(pictures.difference, "Apex − onset", "brightness × " + Number(pictures.difference_gain.toFixed(1))),
    still(pictures.flow, "Flow, onset to apex", "full colour: " + fixed(pictures.flow_full_px, 1) + " px"),
    clip(pictures));
}

function classBars(row, classes) {
  if (row.classes.length === 0) return null;
  return el("div", {class: "classes"}, el("h4", {}, "Classes, mean over the interval"),
    el("ul", {}, classes.map((name, i) => {
      const bar = el("span", {class: "share"});
      bar.style.width = 100 * Math.min(1, Math.max(0, row.classes[i])) + "%";
      return el("li", {}, el("span", {}, name), el("span", {class: "whole", "aria-hidden": "true"}, bar),
        el("span", {class: "value"}, fixed(row.classes[i], 2)));
    })));
}

function facts(pairs) {
  return el("dl", {class: "facts"}, pairs.filter(([, text]) => text !== "" && text !== null && text !== undefined)
    .map(([name, text]) => el("div", {}, el("dt", {}, name), el("dd", {}, text))));
}

function evidenceOf(row) {
  const known = row.evidence !== undefined;
  const px = (value, unit) => (known ? fixed(value, 1) + " " + unit : "");
  return facts([
    ["probability", fixed(row.probability, 2)], ["score at the apex", fixed(row.score, 3)],
    ["evidence", fixed(row.evidence, 2)], ["context", row.context],
    ["motion", known ? fixed(row.motion_px, 2) + " px, " + fixed(row.motion_to_noise, 1) + " × noise" : ""],
    ["head", px(row.head_px_s, "px/s")], ["mouth", px(row.mouth_px_s, "px/s")],
    ["label", row.label ? row.label.emotion + ", frames " + row.label.onset + "–" + row.label.offset + ", IoU " +
      fixed(row.label.iou, 2) : ""],
  ]);
}

function card(row, shown, plot) {
  const title = "interval-" + row.number;
  return el("article", {class: "card", id: "card-" + row.number, "aria-labelledby": title, tabindex: -1},
    el("header", {},
      el("h3", {id: title}, "No. " + row.number + " " + row.emotion),
      withTruth && markLabel(markOf(row)),
      el("span", {class: "muted"}, "frames " + row.onset + "–" + row.offset + ", " + fixed(row.onset_s, 2) + "–" +
        fixed(row.offset_s, 2) + " s, " + fixed(row.duration_ms, 0) + " ms" + (shown.faces.length > 1 ? ", face " + row.track : "")),
      el("button", {type: "button", onclick: () => plot(row)}, "Show in the plot")),
    picturesOf(row),
    el("div", {class: "numbers"}, classBars(row, shown.view.classes), evidenceOf(row)));
}
