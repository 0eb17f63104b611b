// What a reader sees, in a browser: prints a line for each thing that was tried.
// Run by `cargo xtask test`; the arguments are the file that tells where the server is, and the Python that has the official client.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { accessible } from "./accessible.mjs";
import { article } from "./article.mjs";
import { inbox } from "./inbox.mjs";
import { keyboard } from "./keyboard.mjs";
import { organisation } from "./organisation.mjs";
import { panes } from "./panes.mjs";
import { pictures } from "./pictures.mjs";
import { search } from "./search.mjs";
import { talk } from "./talk.mjs";
import { typed } from "./typed.mjs";
import { World } from "./world.mjs";

const flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
const [file, python] = process.argv.slice(2);
const token = execFileSync(python, ["-B", "conformance/python/official_token.py", file]).toString().trim();
const world = new World(JSON.parse(readFileSync(file, "utf8")), () => token);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
// Only these, while one works on them: `ONLY=typed node …`.
const only = process.env.ONLY;
for (const [suite, tests] of Object.entries({ article, inbox, keyboard, talk, typed, pictures, panes, search, accessible, organisation })) {
  if (only && !only.split(",").includes(suite)) continue;
  for (const [what, test] of Object.entries(tests)) {
    const context = await browser.newContext({ locale: "zh-CN", timezoneId: "Asia/Shanghai", viewport: { width: 800, height: 720 } });
    context.setDefaultTimeout(10_000);
    let result = "ok";
    try {
      await test(world, await context.newPage());
    } catch (error) {
      console.error(error);
      result = "failed";
    }
    console.log(`browser ${suite}: ${what}: ${result}`);
    await context.close();
  }
}
await browser.close();
