// Dialogs of the toolbar.
import { make } from "./make.js";

let count = 0;

/** Asks in a dialog. `fields`: name → element with a label. Resolves to the values, or null; `extra` are buttons with other results. */
function ask(title, fields, texts, { extra = [], check = () => null } = {}) {
  const id = `ae-dialog-${++count}`;
  const problem = make("p", { className: "ae-problem", id: `${id}-problem`, hidden: true });
  problem.setAttribute("role", "alert");
  const form = make("form", { method: "dialog", noValidate: true, className: "ae-form" }, make("h2", { id, textContent: title }), problem);
  for (const { label, input } of Object.values(fields)) {
    const isCheck = input.type === "checkbox";
    form.append(isCheck ? make("label", { className: "ae-check" }, input, label) : make("label", {}, label, input));
  }
  const cancel = make("button", { type: "button", className: "secondary", textContent: texts.cancel });
  const apply = make("button", { type: "submit", className: "primary", textContent: texts.apply });
  const buttons = make("div", { className: "ae-buttons" }, ...extra.map(([text, value]) => {
    const button = make("button", { type: "button", className: "secondary", textContent: text });
    button.addEventListener("click", () => dialog.close(value));
    return button;
  }), cancel, apply);
  form.append(buttons);
  const dialog = make("dialog", { className: "ae-dialog" }, form);
  dialog.setAttribute("aria-labelledby", id);
  cancel.addEventListener("click", () => dialog.close());
  const values = () => Object.fromEntries(Object.entries(fields).map(([name, { input }]) => [name, input.type === "checkbox" ? input.checked : input.value]));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // The page may have a form around the editor.
    event.stopPropagation();
    const error = check(values());
    if (!error) return dialog.close("apply");
    problem.textContent = error.text;
    problem.hidden = false;
    fields[error.field].input.setAttribute("aria-invalid", "true");
    fields[error.field].input.setAttribute("aria-describedby", problem.id);
    fields[error.field].input.focus();
    return undefined;
  });
  document.body.append(dialog);
  dialog.showModal();
  const first = Object.values(fields)[0].input;
  first.focus();
  first.select?.();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(dialog.returnValue === "apply" ? values() : dialog.returnValue ? { extra: dialog.returnValue } : null);
  }));
}

const input = (properties) => make("input", properties);

export function askLink(texts, { href, text, isNew, hasSelection }, safeHref) {
  const fields = { href: { label: texts.address, input: input({ type: "text", inputMode: "url", value: href ?? "", autocomplete: "off", maxLength: 2_048 }) } };
  if (!hasSelection && isNew) fields.text = { label: texts.linkText, input: input({ type: "text", value: text ?? "", autocomplete: "off" }) };
  const normalize = (value) => {
    const plain = value.trim();
    return safeHref(plain) ?? (/^[\w-]+(\.[\w-]+)+([/?#]|$)/.test(plain) ? safeHref(`https://${plain}`) : null);
  };
  const check = ({ href: value }) => (normalize(value) ? null : { field: "href", text: texts.linkInvalid });
  const extra = isNew ? [] : [[texts.removeLink, "remove"]];
  return ask(texts.link, fields, texts, { extra, check }).then((values) => values && (values.extra ? values : { ...values, href: normalize(values.href) }));
}

export function askPicture(texts, { alt, width }) {
  const choices = [["", texts.widthAuto], ["100%", texts.widthFull], ["75%", "75%"], ["50%", "50%"], ["33%", "33%"], ["25%", "25%"]];
  if (width && !choices.some(([value]) => value === width)) choices.push([width, `${width} px`]);
  const select = make("select", {}, ...choices.map(([value, text]) => make("option", { value, textContent: text, selected: value === (width ?? "") })));
  const fields = {
    alt: { label: texts.alt, input: input({ type: "text", value: alt ?? "", maxLength: 300 }) },
    width: { label: texts.width, input: select },
  };
  return ask(texts.picture, fields, texts, { extra: [[texts.remove, "remove"], [texts.replacePicture, "replace"]] });
}

export function askTable(texts) {
  const number = (value, max) => input({ type: "number", min: 1, max, value, inputMode: "numeric" });
  const fields = {
    rows: { label: texts.rows, input: number(3, 50) },
    columns: { label: texts.columns, input: number(3, 20) },
    withHeader: { label: texts.withHeader, input: input({ type: "checkbox", checked: true }) },
  };
  const bounded = (value, max) => Math.min(Math.max(Math.trunc(Number(value)) || 1, 1), max);
  return ask(texts.insertTable, fields, texts).then((values) => values && { rows: bounded(values.rows, 50), cols: bounded(values.columns, 20), withHeaderRow: values.withHeader });
}
