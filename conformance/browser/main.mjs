// Tests of the pages in a browser. Prints one line for each case.
// `cargo xtask test` runs it. Arguments: the file that describes the server and its apps, and the Python with the official client.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { accessible } from "./accessible.mjs";
import { accounts } from "./accounts.mjs";
import { article } from "./article.mjs";
import { articles } from "./articles.mjs";
import { inbox } from "./inbox.mjs";
import { keyboard } from "./keyboard.mjs";
import { library } from "./library.mjs";
import { content } from "./content.mjs";
import { live } from "./live.mjs";
import { manners } from "./manners.mjs";
import { organisation } from "./organisation.mjs";
import { panes } from "./panes.mjs";
import { pictures } from "./pictures.mjs";
import { reference } from "./reference.mjs";
import { search } from "./search.mjs";
import { sends } from "./sends.mjs";
import { signOn } from "./sign_on.mjs";
import { chat } from "./chat.mjs";
import { comments } from "./comments.mjs";
import { conversations } from "./conversations.mjs";
import { operators } from "./console.mjs";
import { developers } from "./developers.mjs";
import { numbers } from "./numbers.mjs";
import { drafts } from "./drafts.mjs";
import { people } from "./people.mjs";
import { platform } from "./platform.mjs";
import { Fixture } from "./fixture.mjs";

const flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
const [file, python] = process.argv.slice(2);
const token = execFileSync(python, ["-B", "conformance/python/official_token.py", file]).toString().trim();
const fixture = new Fixture(JSON.parse(readFileSync(file, "utf8")), () => token);
// For changes of the database behind the back of the server.
fixture.python = python;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
// `ONLY=drafts node …` runs only some suites, for development.
const only = process.env.ONLY;
for (const [suite, tests] of Object.entries({ article, inbox, keyboard, chat, drafts, pictures, panes, search, accessible, console: operators, manners, developers, numbers, sends, people, articles, sign_on: signOn, library, platform, accounts, conversations, comments, live, content, reference, organisation })) {
  if (only && !only.split(",").includes(suite)) continue;
  for (const [name, test] of Object.entries(tests)) {
    const context = await browser.newContext({ locale: "zh-CN", timezoneId: "Asia/Shanghai", viewport: { width: 800, height: 720 } });
    context.setDefaultTimeout(10_000);
    let result = "ok";
    try {
      await test(fixture, await context.newPage());
    } catch (error) {
      console.error(error);
      result = "failed";
    }
    console.log(`browser ${suite}: ${name}: ${result}`);
    await context.close();
  }
}
await browser.close();
