// A table that sorts by any column.

// columns: {key, label, value(row), cell(row)?, number?, wide?}; `value` is what it sorts by and shows, unless `cell`
// gives what to show. rows(): those to show now.
class Table {
  constructor(caption, columns, rows) {
    this.columns = columns;
    this.rows = rows;
    this.sorted = null;
    this.down = false;
    this.body = el("tbody");
    this.heads = columns.map((column) => this.head(column));
    this.node = el("div", {class: "scroll", role: "region", "aria-label": caption, tabindex: 0},
      el("table", {}, el("caption", {class: "hidden"}, caption),
        el("thead", {}, el("tr", {}, this.heads)), this.body));
    this.show();
  }

  head(column) {
    const button = el("button", {type: "button", onclick: () => this.sortBy(column)}, column.label,
      el("span", {class: "arrow", "aria-hidden": "true"}));
    return el("th", {scope: "col", class: column.number ? "number" : null, "data-key": column.key}, button);
  }

  sortBy(column) {
    // The third click gives the order of the videos back.
    if (this.sorted !== column) [this.sorted, this.down] = [column, false];
    else if (!this.down) this.down = true;
    else [this.sorted, this.down] = [null, false];
    this.columns.forEach((other, i) => {
      const direction = other === this.sorted ? (this.down ? "descending" : "ascending") : null;
      if (direction) this.heads[i].setAttribute("aria-sort", direction);
      else this.heads[i].removeAttribute("aria-sort");
    });
    this.show();
  }

  // Rows without a value stand last either way.
  ordered() {
    const rows = this.rows().slice();
    if (!this.sorted) return rows;
    const value = this.sorted.value;
    const none = (v) => v === null || v === undefined || v === "";
    return rows.sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (none(x) || none(y)) return none(x) - none(y);
      const order = typeof x === "number" ? x - y : String(x).localeCompare(String(y), undefined, {numeric: true});
      return this.down ? -order : order;
    });
  }

  show() {
    this.body.replaceChildren(...this.ordered().map((row) => el("tr", {},
      this.columns.map((column) => el("td", {class: column.number ? "number" : column.wide ? "wide" : null},
        (column.cell || column.value)(row))))));
  }
}

function choice(label, options, onchange) {
  const select = el("select", {onchange}, options.map(([value, text]) => el("option", {value}, text)));
  return {node: el("label", {}, label, " ", select), select};
}

function searchField(label, oninput) {
  const input = el("input", {type: "search", oninput, spellcheck: "false", autocomplete: "off"});
  return {node: el("label", {}, label, " ", input), input};
}
