// Runs the examples of a language, one after the other.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cases, FILES } from "./operations.mjs";
import { snippets } from "./server.mjs";
import { toolchains } from "./toolchains.mjs";

const { example } = await snippets();

/** Returns the result of each case: its name, and whether it was ok. */
export async function run(server, language) {
  const root = mkdtempSync(join(tmpdir(), "examples-"));
  const results = [];
  const toolchain = toolchains[language];
  try {
    for (const [name, [request, check]] of Object.entries(await cases(server, language))) {
      if (request.file && toolchain.withoutFiles) continue;
      const folder = join(root, String(results.length));
      mkdirSync(folder);
      for (const { name, content } of FILES) writeFileSync(join(folder, name), content);
      let ok = true;
      try {
        const response = await toolchain.run(folder, example(language, request));
        if (!toolchain.isParsedOnly) await check(response);
      } catch (error) {
        console.error(`${language}, ${name}: ${error.stderr || error.message}`.slice(0, 2000));
        ok = false;
      }
      results.push([name, ok]);
    }
  } finally {
    rmSync(root, { recursive: true });
  }
  return results;
}
