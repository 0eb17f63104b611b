// What tests of pages have in common.
import assert from "node:assert/strict";
import { PASSWORD } from "./world.mjs";

// Signs a member in by the form, at the page that was asked for.
export async function signIn(world, page, member, path = "/inbox") {
  await page.goto(`${world.url}${path}`);
  await fillIn(page, member);
  await page.waitForURL(`${world.url}${path}`);
}

// Fills in the form that the page shows.
export async function fillIn(page, member) {
  await page.getByLabel("用户 ID").fill(member.userid);
  await page.getByLabel("密码").fill(PASSWORD);
  await page.getByRole("button", { name: "登录" }).click();
}

// What the page complains of, and what it asks of other hosts, while it is open.
export function watched(world, page) {
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== "data:" && origin !== world.url) errors.push(`${request.url()} was asked for`);
  });
  return errors;
}

// Runs an action, and checks that the page was not loaded anew by it or since.
export async function staying(page, action) {
  await page.evaluate(() => { window.stayed = true; });
  await action();
  assert.equal(await page.evaluate(() => window.stayed), true, "without loading the page anew");
}

// All pictures inside of an element have arrived.
export async function picturesArrive(element) {
  await element.locator("img").evaluateAll((images) => Promise.all(images.map((image) => {
    image.loading = "eager";
    return image.decode();
  })));
}

// The element is the one that has the focus, and shows it.
export async function hasFocus(element) {
  const outline = await element.evaluate((node) => node === document.activeElement && getComputedStyle(node).outlineStyle);
  assert.notEqual(outline, false, "it has the focus");
  assert.equal(outline, "solid", "one can see that");
}
