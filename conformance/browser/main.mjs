// What a reader sees, in a browser: prints a line for each thing that was tried.
// Run by `cargo xtask test`; the argument is the file that tells where the server is.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { article } from "./article.mjs";
import { World } from "./world.mjs";

const flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
const world = new World(JSON.parse(readFileSync(process.argv[2], "utf8")));
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
for (const [what, test] of Object.entries(article)) {
  const context = await browser.newContext({ locale: "zh-CN" });
  let result = "ok";
  try {
    await test(world, await context.newPage());
  } catch (error) {
    console.error(error);
    result = "failed";
  }
  console.log(`browser article: ${what}: ${result}`);
  await context.close();
}
await browser.close();
