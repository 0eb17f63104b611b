// Runs the examples of the API reference in every language that Debian has a tool for, and parses the others. Prints a table.
// `cargo xtask proof examples` runs it. Argument: the file that describes the server and its apps.
import { run } from "./run.mjs";
import { Server, snippets } from "./server.mjs";
import { toolchains } from "./toolchains.mjs";

const { languages } = await snippets();
const server = await Server.open(process.argv[2]);
const only = process.argv.slice(3);
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
process.exit(failed ? 1 : 0);
