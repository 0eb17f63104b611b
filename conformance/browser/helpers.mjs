// Helpers for tests of pages.
import assert from "node:assert/strict";
import { PASSWORD } from "./fixture.mjs";

// Opens a page, and signs a member in by the form that it redirects to.
export async function signIn(fixture, page, member, path = "/inbox") {
  await page.goto(`${fixture.url}${path}`);
  await fillIn(page, member);
  await page.waitForURL(`${fixture.url}${path}`);
}

// Fills in the sign-in form.
export async function fillIn(page, member) {
  await page.getByLabel("用户 ID").fill(member.userid);
  await page.getByLabel("密码").fill(PASSWORD);
  await page.getByRole("button", { name: "登录" }).click();
}

// Takes the session from the browser. The page is left first: a live page that finds its session ended goes to the
// sign-in by itself, and would interrupt the next navigation.
export async function forgetSession(page) {
  await page.goto("about:blank");
  await page.context().clearCookies({ name: /session/ });
}

// Collects errors of the page, and its requests to other hosts.
export function collectErrors(fixture, page) {
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== "data:" && origin !== fixture.url) errors.push(`${request.url()} was requested`);
  });
  return errors;
}

// Runs an action, and checks that the page was not reloaded.
export async function withoutReload(page, action) {
  await page.evaluate(() => { window.notReloaded = true; });
  await action();
  assert.equal(await page.evaluate(() => window.notReloaded), true, "the page was not reloaded");
}

// Waits until all pictures in an element have loaded.
export async function picturesArrive(element) {
  await element.locator("img").evaluateAll((images) => Promise.all(images.map((image) => {
    image.loading = "eager";
    return image.decode();
  })));
}

// Checks that an element has the focus and a visible outline.
export async function hasFocus(element) {
  const outline = await element.evaluate((node) => node === document.activeElement && getComputedStyle(node).outlineStyle);
  assert.notEqual(outline, false, "the element has the focus");
  assert.equal(outline, "solid", "the focus is visible");
}
