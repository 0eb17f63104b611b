// The examples of the API reference in the languages that are on every machine that runs the tests. Prints one line for each case.
// `cargo xtask test` runs it. Arguments: the file that describes the server and its apps, and the Python with the official client.
import { runClients, runEveryOperation } from "./clients.mjs";
import { runPages } from "./pages.mjs";
import { run } from "./run.mjs";
import { Server } from "./server.mjs";

const server = await Server.open(process.argv[2]);
for (const language of ["shell", "http", "javascript", "python"]) {
  for (const [name, ok] of await run(server, language)) console.log(`examples ${language}: ${name}: ${ok ? "ok" : "failed"}`);
}
for (const language of ["python", "javascript"]) {
  for (const [id, ok] of await runClients(server, language, process.argv[3])) console.log(`examples client for ${language}: ${id}: ${ok ? "ok" : "failed"}`);
}
for (const language of ["python", "javascript"]) {
  const { failed } = await runEveryOperation(server, language, process.argv[3]);
  if (failed.length) console.error(`${language} client: ${failed.join("; ")}`.slice(0, 4000));
  console.log(`examples client for ${language}: every operation gets what its request gets: ${failed.length ? "failed" : "ok"}`);
}
for (const [language, ok] of await runPages(server)) console.log(`examples ${language}: the script writes what the server wrote, for every operation: ${ok ? "ok" : "failed"}`);
