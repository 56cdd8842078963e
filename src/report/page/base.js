
"use strict";
// Elements and texts. Whatever comes from outside goes into the page as text, never as HTML.

const byId = (id) => document.getElementById(id);

function setAttributes(node, attributes) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  return node;
}

function el(name, attributes, ...children) {
  const node = setAttributes(document.createElement(name), attributes);
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function svg(name, attributes, ...children) {
  const node = setAttributes(document.createElementNS("http://www.w3.org/2000/svg", name), attributes);
  node.append(...children);
  return node;
}

function counted(count, thing) {
  return count + " " + thing + (count === 1 ? "" : "s");
}

function fixed(value, decimals) {
  return value === null || value === undefined ? "" : value.toFixed(decimals);
}

function percent(share) {
  // What is not all or nothing must not look so.
  const whole = Math.round(100 * share);
  return (share < 1 && whole === 100 ? 99 : share > 0 && whole === 0 ? 1 : whole) + " %";
}

function duration(seconds) {
  if (seconds < 60) return seconds.toFixed(1) + "\u00a0s";
  const whole = Math.round(seconds);
  const rest = String(whole % 60).padStart(2, "0");
  if (whole < 3600) return Math.floor(whole / 60) + ":" + rest + " min";
  return Math.floor(whole / 3600) + ":" + String(Math.floor(whole / 60) % 60).padStart(2, "0") + ":" + rest + " h";
}

// Breaks, where it must, behind a slash.
function pathText(path) {
  return path.split(/(?<=[/\\])/).flatMap((part) => [part, el("wbr")]);
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
}

// What a find is against the labels, or what else a row is: told apart by shape as well as by colour. The shapes are
// paths in a square of 12, for pictures here and in the plot.
const MARKS = {
  hit: {shape: "M6 .8A5.2 5.2 0 1 1 5.99 .8Z", colour: "hit", text: "hit", filled: true},
  "false alarm": {shape: "M6 .6L11.6 11H.4Z", colour: "false-alarm", text: "false alarm", filled: true},
  miss: {shape: "M1.5 1.5L10.5 10.5M10.5 1.5L1.5 10.5", colour: "miss", text: "miss", filled: false},
  "not scored": {shape: "M1.5 6H10.5", colour: "label", text: "macro, not scored", filled: false},
  find: {shape: "M6 .4L11.6 6L6 11.6L.4 6Z", colour: "interval", text: "find", filled: true},
  longer: {shape: "M.8 3.5H11.2V8.5H.8Z", colour: "label", text: "longer movement", filled: false},
  "not written": {shape: "M1.5 1.5H10.5V10.5H1.5Z", colour: "label", text: "class not written", filled: false},
};

const markOf = (row) => row.verdict || row.kind;

function markIcon(name) {
  const mark = MARKS[name];
  const path = svg("path", {
    d: mark.shape,
    fill: mark.filled ? "currentColor" : "none",
    stroke: "currentColor",
    "stroke-width": mark.filled ? 0.6 : 2,
  });
  return svg("svg", {class: "mark mark-" + mark.colour, viewBox: "0 0 12 12", width: 12, height: 12,
                     "aria-hidden": "true"}, path);
}

function markLabel(name) {
  return el("span", {class: "verdict"}, markIcon(name), MARKS[name].text);
}
