"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const doc = data.document;
  const byId = (id) => document.getElementById(id);
  const SVG = "http://www.w3.org/2000/svg";

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "onclick") made.addEventListener("click", value);
      else if (value !== null && value !== undefined) made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null));
    return made;
  };
  const shape = (name, attributes, parent) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    parent.append(made);
    return made;
  };
  const frame = ([x0, y0, x1, y1], attributes, parent) =>
    shape("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0, ...attributes }, parent);

  // The value that a JSON Pointer leads to.
  const at = (pointer) => pointer.split("/").slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((value, step) => (value === null || value === undefined ? value : value[step]), doc);
  // A target is shown as one value; its members share its place.
  const isTarget = (value) => value !== null && typeof value === "object" && "operator" in value && "text" in value;
  const whole = (pointer) => {
    let found = pointer;
    for (let p = pointer; p.includes("/"); p = p.replace(/\/[^/]*$/, "")) if (isTarget(at(p))) found = p;
    return found;
  };
  const evidenceOf = (pointer) => doc.evidence[pointer] ?? doc.evidence[`${pointer}/text`] ?? null;
  const formOf = (pointer) => {
    const found = /^\/forms\/(\d+)\/data\//.exec(pointer ?? "");
    return found ? Number(found[1]) : null;
  };
  const within = (pointer) => pointer.replace(/^\/forms\/\d+\/data\//, "");
  // The template's key of a pointer: numbers of records are left out.
  const keyOf = (pointer) => within(pointer).split("/").filter((s) => !/^\d+$/.test(s)).join(".");
  const shown = (value) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "object") return value.text ?? JSON.stringify(value);
    return String(value);
  };
  // The rule that bound a value: its own, or that of the record it is a member of.
  const ruleOf = (pointer) => {
    const template = data.templates[doc.forms[formOf(pointer)]?.template];
    for (let key = keyOf(pointer); key; key = key.includes(".") ? key.replace(/\.[^.]*$/, "") : "") {
      if (template?.rules[key]) return { key, ...template.rules[key] };
    }
    return null;
  };
  const findingsAt = (pointer) => doc.findings.filter(
    (f) => f.at && (f.at === pointer || pointer.startsWith(`${f.at}/`) || f.at.startsWith(`${pointer}/`)));

  // Values by page, those of one box together.
  const values = new Map();
  for (const [member, evidence] of Object.entries(doc.evidence)) {
    if (!evidence.bbox) continue;
    const pointer = whole(member);
    const page = values.get(evidence.page) ?? new Map();
    values.set(evidence.page, page);
    const box = evidence.bbox.join();
    const there = page.get(box) ?? [];
    if (!there.includes(pointer)) page.set(box, [...there, pointer]);
  }
  const pageFindings = new Map();
  for (const finding of doc.findings) {
    if (finding.page) pageFindings.set(finding.page, [...(pageFindings.get(finding.page) ?? []), finding]);
  }

  // ---- pages
  const LAYERS = [["picture", "#9aa3af"], ["glyphs", "#b3125f"], ["rules", "#d0402b"], ["slots", "#2a8fb5"],
    ["cells", "#8793a3"], ["fields", "#1a7f4b"], ["findings", "#b97700"]];
  const HIDDEN = new Set(["glyphs", "rules", "slots"]);
  const pages = byId("pages");
  const sheets = new Map();
  const state = { zoom: 1, picked: null };

  const size = (sheet, page) => {
    // At 100 %, a page is as wide as the room for it, but no larger than print on paper looks.
    const room = Math.max(320, pages.clientWidth - 48);
    const scale = state.zoom * Math.min(1.25, room / (page.size[0] || 1));
    sheet.style.width = `${page.size[0] * scale}px`;
    sheet.style.height = `${page.size[1] * scale}px`;
  };

  const resize = () => sheets.forEach((sheet) => size(sheet, data.pages[Number(sheet.dataset.index)]));

  const draw = (sheet, page) => {
    if (sheet.dataset.drawn) return;
    sheet.dataset.drawn = "yes";
    if (page.picture) sheet.append(element("img", { src: page.picture, alt: `page ${page.number}` }));
    const svg = shape("svg", { viewBox: `0 0 ${page.size[0] || 1} ${page.size[1] || 1}` }, sheet);
    const group = (name) => shape("g", { class: name }, svg);
    const glyphs = group("glyphs");
    for (const [x0, y0, x1, y1, text, confidence] of page.glyphs) {
      frame([x0, y0, x1, y1], {}, glyphs);
      const size = Math.max(1, y1 - y0);
      const letter = shape("text", { x: x0, y: y1 - size * 0.18, "font-size": size * 0.82 }, glyphs);
      letter.textContent = text;
      if (confidence !== undefined) letter.setAttribute("fill-opacity", 0.35 + confidence * 0.65);
    }
    const rules = group("rules");
    for (const [x1, y1, x2, y2, width, weak] of page.rules) {
      shape("line", { x1, y1, x2, y2, "stroke-width": Math.max(0.8, width), class: weak ? "weak" : "drawn" }, rules);
    }
    const slots = group("slots");
    const cells = group("cells");
    const grid = (one) => {
      if (one.box) {
        const [x0, y0, x1, y1] = one.box;
        for (const x of one.slots[0]) shape("line", { x1: x, y1: y0, x2: x, y2: y1 }, slots);
        for (const y of one.slots[1]) shape("line", { x1: x0, y1: y, x2: x1, y2: y }, slots);
      }
      for (const cell of one.cells) {
        if (!cell.box) continue;
        frame(cell.box, { class: cell.fate }, cells)
          .addEventListener("click", () => pick({ cell, grid: one, page: page.number }));
      }
      one.nested.forEach(grid);
    };
    for (const line of page.lines) {
      if (line.box) {
        frame(line.box, { class: line.fate }, cells)
          .addEventListener("click", () => pick({ cell: line, page: page.number }));
      }
    }
    page.grids.forEach(grid);
    const fields = group("fields");
    for (const pointers of (values.get(page.number) ?? new Map()).values()) {
      const evidence = evidenceOf(pointers[0]);
      const doubtful = pointers.some((p) => findingsAt(p).some((f) => f.severity === "error"));
      const repaired = pointers.some((p) => (evidenceOf(p)?.repaired ?? null) !== null);
      const look = doubtful ? "doubtful" : repaired ? "repaired" : "plain";
      const box = frame(evidence.bbox, { class: look, "data-at": pointers[0] }, fields);
      shape("title", {}, box).textContent = pointers.slice(0, 8)
        .map((p) => `${within(p)}: ${shown(at(p))}`).join("\n");
      box.addEventListener("click", () => pick({ pointers }));
    }
    const found = group("findings");
    for (const finding of pageFindings.get(page.number) ?? []) {
      if (finding.bbox) frame(finding.bbox, { class: finding.severity }, found);
    }
    group("picked");
    mark(sheet, page.number);
  };

  const clear = (sheet) => {
    if (!sheet.dataset.drawn) return;
    delete sheet.dataset.drawn;
    sheet.querySelectorAll("img, svg").forEach((part) => part.remove());
  };

  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const page = data.pages[Number(entry.target.dataset.index)];
      if (entry.isIntersecting) draw(entry.target, page);
      else clear(entry.target);
    }
  }, { root: pages, rootMargin: "120% 0px" });

  data.pages.forEach((page, index) => {
    const sheet = element("div", { class: "sheet", "data-index": index, id: `page-${page.number}` },
      element("span", {}, `page ${page.number}`));
    size(sheet, page);
    sheets.set(page.number, sheet);
    pages.append(sheet);
    byId("page").append(element("option", { value: page.number }, `${page.number}`));
    watcher.observe(sheet);
  });

  // Marks what is picked on one sheet.
  const mark = (sheet, number) => {
    const group = sheet.querySelector(".picked");
    if (!group) return;
    group.replaceChildren();
    for (const { page, box } of state.picked?.places ?? []) {
      if (page === number && box) frame(box, {}, group);
    }
  };

  const go = (page, box) => {
    const sheet = sheets.get(page);
    if (!sheet) return;
    sheet.hidden = false;
    const index = Number(sheet.dataset.index);
    const scale = sheet.clientWidth / (data.pages[index].size[0] || 1);
    const top = sheet.offsetTop - pages.offsetTop + (box ? box[1] * scale : 0);
    pages.scrollTo({ top: Math.max(0, top - (box ? pages.clientHeight / 3 : 14)) });
    draw(sheet, data.pages[index]);
  };

  // ---- details
  const detail = byId("detail");
  const heading = (text) => element("h3", {}, text);
  const findingBox = (finding) => element("div", { class: `finding ${finding.severity}` },
    element("b", {}, finding.code), element("p", {}, finding.message),
    element("p", { class: "hint" }, finding.hint));

  const showValue = (pointer) => {
    const own = evidenceOf(pointer);
    const value = at(pointer);
    const parts = [element("h2", {}, within(pointer)), heading("Value")];
    parts.push(element("p", { class: "print" }, value === null || value === undefined ? "(blank)"
      : typeof value === "object" ? Object.entries(value).filter(([, v]) => v !== null)
        .map(([k, v]) => `${k}: ${typeof v === "object" ? JSON.stringify(v) : v}`).join("\n") : String(value)));
    if (own) {
      parts.push(heading("Printed"), element("p", { class: "print" }, own.text),
        element("p", {}, own.bbox ? `page ${own.page}, at ${own.bbox.map((v) => Math.round(v)).join(", ")} pt`
          : `line ${own.line ?? "?"}`),
        heading("Confidence"),
        element("p", {}, element("meter", { min: 0, max: 1, low: 0.9, high: 0.95, optimum: 1, value: own.confidence }),
          ` ${own.confidence} · ${own.from}`));
      if (own.repaired !== null) {
        parts.push(heading("Repaired"), element("p", {}, `read as 「${own.repaired}」 in place of what is printed`));
      }
    } else {
      parts.push(heading("Printed"), element("p", {}, "The form prints nothing for this key, or its label was not found."));
    }
    const found = findingsAt(pointer);
    if (found.length) parts.push(heading("Findings"), ...found.map(findingBox));
    const rule = ruleOf(pointer);
    if (rule) {
      const id = doc.forms[formOf(pointer)].template;
      parts.push(heading("Bound by"), element("p", {}, `template ${id}, line ${rule.line}`), element("pre", {}, rule.text));
    }
    return parts;
  };

  const WHY = {
    blank: "Nothing is printed here.",
    heading: "It was read with the form, as its title, a heading, or a label with more words than the template has.",
    outside: "It stands outside every form. Text between tables is not a part of the data.",
    unknown: "A text export has no places on a page.",
  };

  const showCell = ({ cell, grid, page }) => {
    const parts = [element("h2", {}, grid ? "Cell" : "Line of text"), element("p", { class: "print" }, cell.text || "(blank)")];
    if (cell.slot) {
      const [row, col, rows, columns] = cell.slot;
      parts.push(element("p", {}, `row ${row + 1}, column ${col + 1}`
        + (rows > 1 || columns > 1 ? `, over ${rows} × ${columns}` : "") + ` of a ${grid.kind} grid of ${grid.rows} × ${grid.columns}`));
    }
    parts.push(heading("What became of it"));
    if (cell.fate === "value") {
      parts.push(element("p", {}, "It is the value of:"), ...[...new Set(cell.values.map(whole))].slice(0, 40).map(valueRow));
    } else if (cell.fate === "label") {
      parts.push(element("p", {}, `It was read as ${cell.means.join(", or ")}.`));
    } else if (cell.fate === "leftover") {
      const found = (pageFindings.get(page) ?? []).filter((f) => f.code === "cell.leftover"
        && f.bbox && f.bbox.join() === (cell.box ?? []).join());
      parts.push(element("p", {}, "It stands in a form, but it is no label of the template and no label claims it as its value. "
        + "If it is a label, add it to the template; if it is a value, add its label."));
      parts.push(...found.map(findingBox));
    } else if (cell.fate === "table") {
      parts.push(element("p", {}, `It is a cell of table ${cell.table + 1}, which belongs to no form; it stands under “tables” in the output.`));
      parts.push(...(pageFindings.get(page) ?? []).filter((f) => f.code === "form.unmatched").map(findingBox));
    } else {
      parts.push(element("p", {}, WHY[cell.fate] ?? ""));
    }
    return parts;
  };

  const valueRow = (pointer) => {
    const value = shown(at(pointer));
    return element("button", { class: value ? "row" : "row blank", "data-at": pointer, type: "button",
      onclick: () => pick({ pointers: [pointer], scroll: true }) },
    element("b", {}, `${within(pointer)} `), value || "(blank)");
  };

  const pick = (what) => {
    if (!what) {
      state.picked = null;
      detail.replaceChildren(element("h2", {}, "Click a field or a cell"),
        element("p", {}, "A field shows what is printed, how sure it is, and which rule of the template bound it. "
          + "A cell shows what became of it."));
    } else if (what.finding) {
      const { finding } = what;
      state.picked = { places: [{ page: finding.page, box: finding.bbox }] };
      const pointer = finding.at && evidenceOf(finding.at) ? finding.at : null;
      detail.replaceChildren(element("h2", {}, finding.code), findingBox(finding),
        ...(pointer ? showValue(pointer).slice(1) : finding.at ? [element("p", {}, `at ${finding.at}`)] : []));
    } else if (what.pointers) {
      const places = what.pointers.map(evidenceOf).filter(Boolean)
        .map((e) => ({ page: e.page, box: e.bbox }));
      state.picked = { places };
      const [only] = what.pointers;
      if (what.pointers.length === 1) detail.replaceChildren(...showValue(only));
      else {
        detail.replaceChildren(element("h2", {}, `${what.pointers.length} values in one place`),
          element("p", { class: "print" }, evidenceOf(only)?.text ?? ""), ...what.pointers.map(valueRow),
          ...(ruleOf(only) ? [heading("Bound by"), element("p", {}, `line ${ruleOf(only).line}`), element("pre", {}, ruleOf(only).text)] : []));
      }
    } else {
      state.picked = { places: [{ page: what.page, box: what.cell.box }] };
      detail.replaceChildren(...showCell(what));
    }
    detail.scrollTop = 0;
    const on = what?.pointers ?? [];
    const form = on.length ? boxes[formOf(on[0])] : null;
    if (form) { form.fill(); form.open = true; }
    document.querySelectorAll("nav .row[data-at]").forEach((row) => row.classList.toggle("on", on.includes(row.dataset.at)));
    if (form) form.querySelector(".row.on")?.scrollIntoView({ block: "nearest" });
    const place = state.picked?.places[0];
    if (place?.page && (what.scroll || what.finding)) go(place.page, place.box);
    sheets.forEach(mark);
  };

  // ---- the list on the left
  const leaves = (value, pointer, list = []) => {
    if (value !== null && typeof value === "object" && !isTarget(value)) {
      for (const [key, inner] of Object.entries(value)) {
        leaves(inner, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, list);
      }
    } else list.push(pointer);
    return list;
  };
  const tree = byId("tree");
  const boxes = [];
  let only = null;
  const showOnly = (index, button) => {
    only = only === index ? null : index;
    const wanted = only === null ? null : doc.forms[only].pages;
    sheets.forEach((sheet, number) => { sheet.hidden = wanted !== null && !wanted.includes(number); });
    document.querySelectorAll(".only").forEach((b) => b.classList.toggle("on", b === button && only !== null));
    if (wanted) go(wanted[0], null);
  };
  doc.forms.forEach((form, index) => {
    const name = form.data.project_name ?? form.data.title ?? form.template;
    const button = element("button", { class: "only", type: "button", title: "show the pages of this form only" }, "only");
    button.addEventListener("click", (event) => { event.preventDefault(); showOnly(index, button); });
    const box = element("details", {}, element("summary", {}, button, `${index + 1}. ${shown(name)}`),
      element("p", { class: "hint" }, `${form.template}, page ${form.pages.join(", ")}`));
    // Rows are made when they are first looked at: a long document has thousands.
    const fill = () => {
      if (!box.dataset.filled) {
        box.dataset.filled = "yes";
        box.append(...leaves(form.data, `/forms/${index}/data`).map(valueRow));
      }
    };
    box.addEventListener("toggle", fill);
    box.fill = fill;
    boxes.push(box);
    if (index === 0) box.open = true;
    tree.append(box);
  });
  const weight = { error: 0, warning: 1, info: 2 };
  const sorted = [...doc.findings].sort((a, b) => weight[a.severity] - weight[b.severity]);
  const findings = element("details", {}, element("summary", {}, `Findings (${doc.findings.length})`));
  for (const finding of sorted) {
    findings.append(element("button", { class: `row ${finding.severity}`, type: "button", title: finding.message,
      onclick: () => pick({ finding }) }, element("b", {}, `${finding.code} `), finding.message));
  }
  tree.append(findings);
  if (doc.tables.length) {
    const tables = element("details", {}, element("summary", {}, `Tables of no form (${doc.tables.length})`));
    doc.tables.forEach((table, index) => tables.append(element("button", { class: "row", type: "button",
      onclick: () => { state.picked = { places: [{ page: table.page, box: table.bbox }] }; go(table.page, table.bbox); sheets.forEach(mark); } },
    `${index + 1}. page ${table.page}: ${table.rows} × ${table.columns}`)));
    tree.append(tables);
  }

  // ---- the head
  byId("name").textContent = doc.source.file;
  const count = (severity) => doc.findings.filter((f) => f.severity === severity).length;
  byId("about").textContent = `${doc.source.pages} pages, ${doc.source.kind} · ${doc.forms.length} forms, `
    + `${doc.tables.length} tables · ${count("error")} errors, ${count("warning")} warnings`;
  for (const [name, colour] of LAYERS) {
    const box = element("input", { type: "checkbox", id: `layer-${name}` });
    box.checked = !HIDDEN.has(name);
    const set = () => pages.classList.toggle(`off-${name}`, !box.checked);
    box.addEventListener("change", set);
    set();
    byId("layers").append(element("label", {}, box, element("i", { style: `background:${colour}` }), name));
  }
  byId("zoom").addEventListener("input", (event) => {
    state.zoom = Number(event.target.value) / 100;
    resize();
  });
  addEventListener("resize", () => resize());
  byId("page").addEventListener("change", (event) => go(Number(event.target.value), null));
  byId("search").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    tree.querySelectorAll("details").forEach((box) => {
      if (wanted && box.fill) box.fill();
      let any = false;
      box.querySelectorAll(".row").forEach((row) => {
        const fits = !wanted || row.textContent.toLowerCase().includes(wanted);
        row.hidden = !fits;
        row.style.display = fits ? "" : "none";
        any ||= fits;
      });
      if (wanted) box.open = any;
    });
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") pick(null); });
  pick(null);
  const linked = decodeURIComponent(location.hash.slice(1));
  if (evidenceOf(linked)) pick({ pointers: [linked], scroll: true });
})();
