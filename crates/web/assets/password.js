/* A button beside each password that shows what was typed. Without it the forms work as well. */

for (const field of document.querySelectorAll("input[type=password][data-show]")) {
  const button = document.createElement("button");
  const { show, hide } = field.dataset;
  const set = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? hide : show;
    button.setAttribute("aria-pressed", String(shown));
  };
  button.type = "button";
  button.className = "reveal";
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => { set(field.type === "password"); field.focus(); });
  field.spellcheck = false;
  field.autocapitalize = "none";
  field.after(button);
  field.parentElement.classList.add("revealing");
  set(false);
  // What is sent is a password, whatever it looked like: browsers then offer to keep it.
  field.form.addEventListener("submit", () => set(false));
}
