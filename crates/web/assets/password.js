/* Adds a button to each password field that shows the password. The forms work without it. */

for (const field of document.querySelectorAll("input[type=password][data-show]")) {
  const button = document.createElement("button");
  const { show, hide } = field.dataset;
  const setVisible = (isVisible) => {
    field.type = isVisible ? "text" : "password";
    button.textContent = isVisible ? hide : show;
    button.setAttribute("aria-pressed", String(isVisible));
  };
  button.type = "button";
  button.className = "reveal";
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => { setVisible(field.type === "password"); field.focus(); });
  field.spellcheck = false;
  field.autocapitalize = "none";
  field.after(button);
  field.parentElement.classList.add("revealing");
  setVisible(false);
  // Submitted as a password field, so that browsers offer to store it.
  field.form.addEventListener("submit", () => setVisible(false));
}
