// The examples of the API reference in the languages that are on every machine that runs the tests. Prints one line for each case.
// `cargo xtask test` runs it. Argument: the file that describes the server and its apps.
import { run } from "./run.mjs";
import { Server } from "./server.mjs";

const server = await Server.open(process.argv[2]);
for (const language of ["shell", "http", "javascript", "python"]) {
  for (const [name, ok] of await run(server, language)) console.log(`examples ${language}: ${name}: ${ok ? "ok" : "failed"}`);
}
