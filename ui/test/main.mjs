// Tests of the editor and of the examples in a real browser. Prints one line for each case; exits with 1 if one failed. `UPDATE=1` writes what the samples become.
import { chromium } from "playwright-core";
import { samples } from "./samples.mjs";
import { writing } from "./writing.mjs";
import { tools } from "./tools.mjs";
import { pictures } from "./pictures.mjs";
import { examples } from "./examples.mjs";
import { TestPage } from "./page.mjs";

const flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
const only = process.env.ONLY;
const suites = { "editor samples": samples, "editor writing": writing, "editor tools": tools, "editor pictures": pictures, "examples page": examples };
let failed = false;
for (const [suite, tests] of Object.entries(suites)) {
  for (const [name, test] of Object.entries(tests)) {
    if (only && !`${suite}: ${name}`.includes(only)) continue;
    const server = new TestPage();
    await server.start();
    const context = await browser.newContext({ locale: "zh-CN", viewport: { width: 1000, height: 800 }, permissions: ["clipboard-read", "clipboard-write"] });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && !/favicon|status of (404|413|422|500)/.test(message.text()) && errors.push(message.text()));
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (!["data:", "blob:"].includes(protocol) && origin !== server.url) errors.push(`${request.url()} was requested`);
    });
    let result = "ok";
    try {
      await test(page, server);
      if (errors.length) throw new Error(errors.join("\n"));
    } catch (error) {
      console.error(error, errors);
      result = "failed";
      failed = true;
    }
    console.log(`${suite}: ${name}: ${result}`);
    await context.close();
    server.stop();
  }
}
await browser.close();
// With `--report` the lines alone say what failed.
process.exit(failed && !process.argv.includes("--report") ? 1 : 0);
