// Runs the examples of the API reference in every language that Debian has a tool for, and parses the others. Prints a table.
// `cargo xtask proof examples` runs it. Arguments: the file that describes the server and its apps, the Python with the official client, languages.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { examplesOf, runEveryOperation } from "./clients.mjs";
import { run } from "./run.mjs";
import { Server, snippets } from "./server.mjs";
import { parse, toolchains } from "./toolchains.mjs";

const { languages } = await snippets();
const server = await Server.open(process.argv[2]);
const only = process.argv.slice(4);
let failed = 0;
const version = async (toolchain) => /\d+(\.\d+)+/.exec(await toolchain.version())?.[0] ?? "";

console.log(`# Examples of the API reference

Written by \`cargo xtask proof examples\`. Each example of \`conformance/examples/operations.mjs\` was made by the module that the page loads, put
into a file, and run against a started server. It is ok if the server returned success and what it stored was read back as it was sent: texts with
quotes, line breaks, Chinese and emoji, what languages insert into texts, and what ends their literals; JSON, forms, a file, no body.

- HTTP is sent over a socket. Its example of an upload has a placeholder for the file.
- C# runs with the compiler of Mono, which is old: here the test wraps the program in a class, and rewrites \`using var\` and the raw texts.
- Objective-C is compiled by clang against GNUstep, which lacks \`NSURLSession\`: \`conformance/examples/objc\` stands for it.
- Swift and Dart have no tool in Debian that can run them. A parser reads them by the grammar of the language, and C# as it is shown too;
  \`ui/test/reference.mjs\` decodes the literals of all languages.
`);
console.log("| language | tool | version | examples | ok |\n|---|---|---|---|---|");
for (const { id, label } of languages) {
  const toolchain = toolchains[id];
  if (only.length && !only.includes(id)) continue;
  const results = await run(server, id);
  const ok = results.filter(([, ok]) => ok).length;
  failed += results.length - ok;
  console.log(`| ${label} | ${toolchain.tool} | ${await version(toolchain)} | ${results.length} | ${ok}${toolchain.isParsedOnly ? " parsed" : ""} |`);
}

/** Parses the examples of a client that is not run. Returns the failed ones. */
async function unparsable(language, codes) {
  const folder = mkdtempSync(join(tmpdir(), "clients-"));
  const wrong = [];
  for (const [id, code] of Object.entries(codes)) await parse(folder, language, code).catch((error) => wrong.push(`${id}: ${error.stderr || error.message}`));
  rmSync(folder, { recursive: true });
  return wrong;
}

if (!only.length) {
  console.log(`
# Examples by the official clients

The examples of every operation that the clients have, with the values of its page. One in Python or JavaScript (Node) is ok if the client got the
same result from the server, or the same error, as the request of the page: some values name accounts and groups that this server does not have.
Those in Java and Go are only parsed. Neither client is installed here: their names follow from the definition that all four are generated from.

| client | operations | of them successful | ok |
|---|---|---|---|`);
  for (const [language, label] of [["python", "Python"], ["javascript", "Node"]]) {
    const result = await runEveryOperation(server, language, process.argv[3]);
    failed += result.failed.length;
    if (result.failed.length) console.error(result.failed.join("\n"));
    console.log(`| ${label} | ${result.count} | ${result.succeeded} | ${result.count - result.failed.length} |`);
  }
  for (const [language, label] of [["java", "Java, with the client of the legacy host"], ["go", "Go"]]) {
    const codes = await examplesOf(server, language);
    const wrong = await unparsable(language, codes);
    failed += wrong.length;
    if (wrong.length) console.error(wrong.join("\n"));
    const count = Object.keys(codes).length;
    console.log(`| ${label} | ${count} | | ${count - wrong.length} parsed |`);
  }
}
process.exit(failed ? 1 : 0);
