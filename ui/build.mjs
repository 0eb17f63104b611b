// Makes crates/web/assets/editor.js. With `--check` it only compares, and fails if the file is not what the sources make.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const OUTPUT = here("../crates/web/assets/editor.js");
const PACKED_MAX = 160_000;

const { outputFiles, metafile } = await build({
  absWorkingDir: here("."),
  entryPoints: ["src/main.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome114", "firefox125", "safari17"],
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  write: false,
  logLevel: "warning",
});

/** The licence of each package in the file, which asks to be kept with it. */
async function licences() {
  const packages = [...new Set(Object.keys(Object.values(metafile.outputs)[0].inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []))].sort();
  const holders = new Map();
  for (const name of packages) {
    const { license } = JSON.parse(await readFile(here(`node_modules/${name}/package.json`), "utf8"));
    if (license !== "MIT") throw new Error(`${name} has the licence ${license}`);
    const text = await readFile(here(`node_modules/${name}/LICENSE`), "utf8").catch(() => readFile(here(`node_modules/${name}/LICENSE.md`), "utf8")).catch(() => "");
    const holder = /^Copyright.*$/im.exec(text)?.[0].replace(/<[^>]*>|https?:\S+/g, "").trim() ?? "Copyright its authors";
    holders.set(holder, [...(holders.get(holder) ?? []), name]);
  }
  const terms = (await readFile(here("LICENSE-MIT.txt"), "utf8")).trim();
  const lines = [...holders].map(([holder, names]) => `${names.join(", ")}: ${holder}`);
  return `/*! Made from ui/ by \`npm run build\`. It contains, under the MIT licence:\n\n${lines.join("\n")}\n\n${terms}\n*/\n`;
}

const made = (await licences()) + outputFiles[0].text;
const packed = { gzip: gzipSync(made, { level: 9 }).length, brotli: brotliCompressSync(made).length };
console.log(`editor.js: ${made.length} bytes, ${packed.gzip} with gzip, ${packed.brotli} with brotli`);
if (packed.gzip > PACKED_MAX) throw new Error(`more than ${PACKED_MAX} bytes`);
if (process.argv.includes("--sizes")) {
  const inputs = Object.entries(Object.values(metafile.outputs)[0].inputs).sort((a, b) => b[1].bytesInOutput - a[1].bytesInOutput);
  for (const [path, { bytesInOutput }] of inputs.slice(0, 25)) console.log(`${bytesInOutput}\t${path}`);
}
if (process.argv.includes("--check")) {
  if ((await readFile(OUTPUT, "utf8").catch(() => "")) !== made) throw new Error(`${OUTPUT} is not what the sources make: run npm run build in ui`);
} else {
  await writeFile(OUTPUT, made);
}
