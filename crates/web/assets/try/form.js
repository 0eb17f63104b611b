// The form of an operation on its page of the reference: `<try-request>`. The server writes the controls from the declared schema, this
// module fills them with the example, keeps them and the JSON in step, and reports each change to the examples by `request-change`.
//
// Every control is an element with `data-kind` and, in an object, `data-field`. A list has `[data-items]` and the `<template>` of an item,
// an object `[data-content]` and, if it may be absent, the `<template>` of its content.

/** A number as it was written: a number of JavaScript would change those above 2^53. */
class Digits {
  constructor(text) {
    this.text = text;
  }
}
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const ENCODED = /[!'()*]/g;
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Digits);

/** Like `encodeURIComponent`, but for all reserved letters, as the server does it. */
const encode = (text) => encodeURIComponent(text).replace(ENCODED, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

function parse(text) {
  return JSON.parse(text, (_, value, context) => (typeof value === "number" ? new Digits(context?.source ?? String(value)) : value));
}

/** A value as JSON with line breaks. */
function write(value, indent = "") {
  if (value instanceof Digits) return value.text;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const [open, close, lines] = Array.isArray(value)
    ? ["[", "]", value.map((item) => write(item, inner))]
    : ["{", "}", Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${write(item, inner)}`)];
  return lines.length ? `${open}\n${inner}${lines.join(`,\n${inner}`)}\n${indent}${close}` : open + close;
}

/** A value as a parameter has it. */
function plain(value) {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.map(plain).join(",") : write(value);
}

// What a control cannot show, such as null or a field that the schema does not have, stays until it is edited.
const foreign = new WeakMap();
const unknown = new WeakMap();

const inputOf = (control) => control.querySelector("input, select, textarea");
const within = (control, part) => control.querySelector(`:scope > ${part}`);
const controlsIn = (element) => [...(element?.children ?? [])].filter((child) => child.dataset.field !== undefined);
const itemsOf = (list) => [...within(list, "[data-items]").children];

/** The value of a control, or nothing. */
function read(control) {
  if (foreign.has(control)) return foreign.get(control);
  const { kind } = control.dataset;
  if (kind === "list") {
    const items = itemsOf(control).map((item) => read(item.querySelector("[data-kind]"))).filter((item) => item !== undefined);
    return itemsOf(control).length || control.dataset.empty ? items : undefined;
  }
  if (kind === "object") {
    const content = within(control, "[data-content]");
    return control.dataset.optional && !content.children.length ? undefined : readAll(content);
  }
  if (kind === "file") return undefined;
  const { value } = inputOf(control);
  if (value === "") return control.dataset.empty ? "" : undefined;
  if (kind === "text") return value;
  if (kind === "number") return NUMBER.test(value.trim()) ? new Digits(value.trim()) : value;
  try {
    return parse(value);
  } catch {
    return value;
  }
}

/** The fields in an element, with those that have no control. */
function readAll(element) {
  const fields = {};
  for (const control of controlsIn(element)) {
    const value = read(control);
    if (value !== undefined) fields[control.dataset.field] = value;
  }
  return { ...fields, ...unknown.get(element) };
}

/** Shows a value in a control, or nothing. */
function fill(control, value) {
  foreign.delete(control);
  delete control.dataset.empty;
  const { kind } = control.dataset;
  let fits = value === undefined;
  if (kind === "list") {
    within(control, "[data-items]").replaceChildren();
    fits ||= Array.isArray(value);
    if (Array.isArray(value)) {
      for (const item of value) fill(add(control).querySelector("[data-kind]"), item);
      if (!value.length) control.dataset.empty = "yes";
    }
  } else if (kind === "object") {
    fits ||= isObject(value);
    if (control.dataset.optional) within(control, "[data-content]").replaceChildren();
    if (control.dataset.optional && isObject(value)) add(control);
    fillAll(within(control, "[data-content]"), isObject(value) ? value : {});
  } else if (kind !== "file" && kind !== "token") {
    const input = inputOf(control);
    const text = { text: value, number: value instanceof Digits ? value.text : undefined }[kind] ?? (value === undefined || kind === "text" || kind === "number" ? undefined : write(value));
    input.value = typeof text === "string" ? text : "";
    fits ||= typeof text === "string" && input.value === text;
    if (value === "") control.dataset.empty = "yes";
    if ("placeholder" in input) input.placeholder = fits ? "" : write(value);
  }
  if (!fits) foreign.set(control, value);
  offer(control);
}

function fillAll(element, fields) {
  if (!element) return;
  const rest = { ...fields };
  for (const control of controlsIn(element)) {
    fill(control, rest[control.dataset.field]);
    delete rest[control.dataset.field];
  }
  unknown.set(element, rest);
}

/** Adds an item to a list, or the content of an object. */
function add(control) {
  const fragment = within(control, "template").content.cloneNode(true);
  const place = within(control, control.dataset.kind === "list" ? "[data-items]" : "[data-content]");
  place.append(fragment);
  offer(control);
  return control.dataset.kind === "list" ? place.lastElementChild : place;
}

/** Offers what can be added and taken away. */
function offer(control) {
  const adding = within(control, "[data-add]");
  if (control.dataset.kind === "list") adding.hidden = itemsOf(control).length >= Number(control.dataset.max || Infinity);
  if (control.dataset.kind === "object" && control.dataset.optional) {
    adding.hidden = within(control, "[data-content]").children.length > 0;
    within(control, "[data-remove]").hidden = !adding.hidden;
  }
}

const focusIn = (element) => element?.querySelector("input, select, textarea, button:not([hidden])")?.focus();

class TryRequest extends HTMLElement {
  connectedCallback() {
    this.config = JSON.parse(this.dataset.config);
    this.texts = JSON.parse(this.dataset.texts);
    this.form = this.querySelector("form");
    this.body = this.querySelector("[data-body]");
    this.json = this.querySelector("[data-json]");
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    this.form.addEventListener("input", (event) => this.onInput(event), { signal });
    this.form.addEventListener("click", (event) => this.onClick(event), { signal });
    this.form.addEventListener("submit", (event) => this.onSubmit(event), { signal });
    this.prepareAnswer();
    this.hidden = false;
    this.restore(this.config.isSuggested);
  }

  disconnectedCallback() {
    this.stopping?.abort();
  }

  /** Shows the example. */
  restore(reports) {
    const { parameters, body } = parse(this.config.example);
    fillAll(this.querySelector("[data-parameters]"), parameters);
    if (this.json) this.json.value = body === null ? "" : typeof body === "string" ? body : write(body);
    this.fromJson();
    if (reports) this.report();
  }

  onInput(event) {
    if (event.target === this.json) {
      this.fromJson();
    } else if (event.target.closest("[data-field]")) {
      // An item belongs to its list, and that to its object.
      for (let control = event.target.closest("[data-kind]"); control; control = control.parentElement.closest("[data-kind]")) {
        foreign.delete(control);
        delete control.dataset.empty;
      }
      this.toJson();
    } else {
      return;
    }
    this.report();
  }

  onClick(event) {
    const button = event.target.closest("button");
    const control = button?.closest("[data-kind]");
    if (button?.matches("[data-restore]")) return this.restore(true);
    if (!control || !button.matches("[data-add], [data-remove]")) return;
    if (button.matches("[data-add]")) {
      foreign.delete(control);
      focusIn(add(control));
    } else if (control.dataset.kind === "object" && button.parentElement === control) {
      within(control, "[data-content]").replaceChildren();
      offer(control);
      within(control, "[data-add]").focus();
    } else {
      const item = button.closest("[data-item]");
      const list = item.parentElement.closest("[data-kind]");
      const next = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      offer(list);
      if (next) focusIn(next);
      else within(list, "[data-add]").focus();
    }
    this.toJson();
    this.report();
  }

  /** The JSON follows the form. */
  toJson() {
    if (!this.json || !this.body) return;
    this.json.value = write(readAll(this.body));
    this.complain("");
  }

  /** The form follows the JSON, unless that is no object: it is sent all the same. */
  fromJson() {
    if (!this.json || !this.body || this.config.isRaw) return;
    let fields;
    try {
      fields = this.json.value.trim() ? parse(this.json.value) : {};
    } catch {
      // It says so below.
    }
    this.complain(isObject(fields) ? "" : this.texts.notJson);
    if (isObject(fields)) fillAll(this.body, fields);
  }

  complain(problem) {
    const place = this.querySelector("[data-json-problem]");
    place.textContent = problem;
    place.hidden = !problem;
    this.json.setAttribute("aria-invalid", String(Boolean(problem)));
  }

  /** The file of an upload. */
  get file() {
    return this.querySelector('[data-kind="file"] input')?.files[0];
  }

  /** The parameters in their order, each with its place; the token has a place too. */
  parameters() {
    const controls = controlsIn(this.querySelector("[data-parameters]"));
    const all = controls.map((control) => {
      const { field: name, place, token } = control.dataset;
      const value = token ? this.config.token : read(control);
      return { name, place, isToken: Boolean(token), value: value === undefined ? undefined : plain(value) };
    });
    // The fields beside a file are taken in the query too.
    const beside = this.config.isUpload ? Object.entries(readAll(this.body)) : [];
    return [...all, ...beside.map(([name, value]) => ({ name, place: "query", value: plain(value) }))].filter(({ value }) => value !== undefined);
  }

  /** The text of the body, or nothing. */
  get text() {
    return this.config.isUpload || !this.json ? undefined : this.json.value || undefined;
  }

  /** The request as the examples take it. */
  request() {
    const { config } = this;
    let { path } = config;
    const query = [];
    const headers = [];
    for (const { name, place, value } of this.parameters()) {
      if (place === "path") path = path.replace(`{${name}}`, encode(value));
      else if (place === "header") headers.push([name, value]);
      else query.push(`${encode(name)}=${encode(value)}`);
    }
    const body = this.text;
    if (body !== undefined && config.contentType) headers.push(["Content-Type", config.contentType]);
    const file = config.isUpload ? { field: "media", name: this.file?.name ?? "picture.png", type: this.file?.type || "image/png" } : undefined;
    return { method: config.method, url: `${config.base}${path}${query.length ? `?${query.join("&")}` : ""}`, headers, body, file };
  }

  report() {
    this.dispatchEvent(new CustomEvent("request-change", { bubbles: true, detail: this.request() }));
  }
}
