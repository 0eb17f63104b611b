// Makes crates/web/assets/editor.js and crates/reference/assets/snippets.js. With `--check` it only compares, and fails if a file is not what
// the sources make.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const BUNDLES = [
  { name: "editor.js", entry: "src/main.js", output: "../crates/web/assets/editor.js", packedMax: 160_000 },
  { name: "snippets.js", entry: "reference/main.js", output: "../crates/reference/assets/snippets.js", packedMax: 40_000 },
];

/** The licence of each package in the file, which asks to be kept with it. */
async function licences(metafile) {
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

for (const { name, entry, output, packedMax } of BUNDLES) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: here("."),
    entryPoints: [entry],
    alias: { "js-base64": "./reference/base64.js" },
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
  const made = (await licences(metafile)) + outputFiles[0].text;
  const packed = { gzip: gzipSync(made, { level: 9 }).length, brotli: brotliCompressSync(made).length };
  console.log(`${name}: ${made.length} bytes, ${packed.gzip} with gzip, ${packed.brotli} with brotli`);
  if (packed.gzip > packedMax) throw new Error(`${name} has more than ${packedMax} bytes`);
  if (process.argv.includes("--sizes")) {
    const inputs = Object.entries(Object.values(metafile.outputs)[0].inputs).sort((a, b) => b[1].bytesInOutput - a[1].bytesInOutput);
    for (const [path, { bytesInOutput }] of inputs.slice(0, 25)) console.log(`${bytesInOutput}\t${path}`);
  }
  const file = here(output);
  if (process.argv.includes("--check")) {
    if ((await readFile(file, "utf8").catch(() => "")) !== made) throw new Error(`${file} is not what the sources make: run npm run build in ui`);
  } else {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, made);
  }
}
