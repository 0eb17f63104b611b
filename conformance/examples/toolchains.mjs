// How an example of each language is run. Each gets a folder of its own, and prints the response.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

// Sources and output are UTF-8. The compiler of Go wants a place for its cache.
const environment = (folder) => ({ ...process.env, LC_ALL: "C.UTF-8", GOCACHE: join(folder, "..", "go-cache"), GO111MODULE: "off" });
const TIMEOUT_MS = 180_000;

// Not synchronous: meanwhile connections have to be closed that the server closed.
async function execute(folder, [program, ...args]) {
  const running = promisify(execFile)(program, args, { cwd: folder, env: environment(folder), timeout: TIMEOUT_MS });
  running.child.stdin.end();
  return (await running).stdout;
}

/** A language whose source is a file that one or more commands run. The output of the last command is the response. */
const files = (tool, version, name, ...commands) => ({
  tool,
  version: () => execute("/tmp", version),
  async run(folder, code) {
    writeFileSync(join(folder, name), code);
    let output;
    for (const command of commands) output = await execute(folder, command);
    return output;
  },
});

/** Sends the text of a request as it is, but with the line ends that HTTP asks for, and returns the body of the response. */
async function sendText(text) {
  const [head, ...rest] = text.split("\n\n");
  const body = rest.join("\n\n");
  const [, host, port] = /^Host: (.*):(\d+)$/m.exec(head);
  const socket = connect(Number(port), host);
  const chunks = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  // Not closed: a server may take that for a caller who has left.
  socket.write(`${head.replaceAll("\n", "\r\n")}\r\nConnection: close\r\n\r\n${body}`);
  await once(socket, "close");
  const response = Buffer.concat(chunks).toString();
  const start = response.indexOf("\r\n\r\n");
  if (/^transfer-encoding/im.test(response.slice(0, start))) throw new Error("chunked");
  return response.slice(start + 4);
}

/** The same program in the language of a compiler that knows neither programs without a class, nor `using var`, nor raw texts. */
export function olderCSharp(code) {
  const end = code.indexOf("\n\n");
  const statements = code
    .slice(end)
    .replace(/("{3,})\n([^]*?)\n\1/g, (_, fence, text) => `@"${text.replaceAll('"', '""')}"`)
    .replaceAll("using var ", "var ");
  return `${code.slice(0, end)}
using System.Threading.Tasks;
class Example {
  static void Main() { Run().GetAwaiter().GetResult(); }
  static async Task Run() {${statements}
  }
}
`;
}

/** Checks the syntax only, with the Python that has the grammars. */
export async function parse(folder, language, code) {
  const file = join(folder, "parsed");
  writeFileSync(file, code);
  await execute(folder, [process.env.EXAMPLES_PYTHON, "-B", fileURLToPath(new URL("parse.py", import.meta.url)), language, file]);
}
const parsed = (language) => ({
  tool: "tree-sitter",
  version: () => execute("/tmp", [process.env.EXAMPLES_PYTHON, "-m", "pip", "show", "tree-sitter-language-pack"]),
  isParsedOnly: true,
  run: (folder, code) => parse(folder, language, code),
});

const csharp = files("mono", ["mcs", "--version"], "Example.cs", ["mcs", "-r:System.Net.Http.dll", "Example.cs"], ["mono", "Example.exe"]);
const C_FLAGS = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Wno-overlength-strings"];

/**
 * Objective-C by clang and GNUstep. `objc/apple.m` stands for what its Foundation lacks, `NSURLSession` among it: literals, objects and requests
 * are real, the session is not.
 */
const objc = {
  tool: "clang, GNUstep",
  version: () => execute("/tmp", ["clang", "--version"]),
  async run(folder, code) {
    writeFileSync(join(folder, "main.m"), code);
    const ours = fileURLToPath(new URL("objc", import.meta.url));
    const gcc = dirname((await execute(folder, ["gcc", "-print-libgcc-file-name"])).trim());
    const dialect = ["-fblocks", "-fobjc-runtime=gcc", "-fobjc-exceptions", "-fconstant-string-class=NSConstantString"];
    const macros = ["GNUSTEP", "GNUSTEP_BASE_LIBRARY=1", "GNU_RUNTIME=1", "_NATIVE_OBJC_EXCEPTIONS"].map((name) => `-D${name}`);
    const headers = ["-I", ours, "-isystem", "/usr/include/GNUstep", "-isystem", join(gcc, "include"), "-include", join(ours, "apple.h")];
    const sources = ["main.m", join(ours, "apple.m"), "-L", gcc, "-lgnustep-base", "-lobjc"];
    await execute(folder, ["clang", "-Wall", "-Werror", ...dialect, ...macros, ...headers, ...sources]);
    return execute(folder, ["./a.out"]);
  },
};

export const toolchains = {
  shell: files("curl", ["curl", "--version"], "example.sh", ["sh", "example.sh"]),
  javascript: files("Node", ["node", "--version"], "example.mjs", ["node", "example.mjs"]),
  java: files("OpenJDK", ["java", "--version"], "Main.java", ["java", "Main.java"]),
  swift: parsed("swift"),
  go: files("Go", ["go", "version"], "main.go", ["gofmt", "-l", "main.go"], ["go", "run", "main.go"]),
  php: files("PHP", ["php", "--version"], "example.php", ["php", "example.php"]),
  python: files("Python", ["python3", "--version"], "example.py", ["python3", "example.py"]),
  http: { tool: "a socket", version: () => "", run: (_, code) => sendText(code), withoutFiles: true },
  c: files("gcc", ["gcc", "--version"], "example.c", ["gcc", ...C_FLAGS, "example.c", "-lcurl"], ["./a.out"]),
  csharp: {
    ...csharp,
    async run(folder, code) {
      await parse(folder, "csharp", code);
      return csharp.run(folder, olderCSharp(code));
    },
  },
  objc,
  ruby: files("Ruby", ["ruby", "--version"], "example.rb", ["ruby", "example.rb"]),
  ocaml: files(
    "OCaml",
    ["ocamlfind", "ocamlopt", "-version"],
    "example.ml",
    ["ocamlfind", "ocamlopt", "-thread", "-linkpkg", "-package", "cohttp-lwt-unix,threads.posix", "example.ml", "-o", "example"],
    ["./example"],
  ),
  dart: parsed("dart"),
  r: files("R", ["Rscript", "--version"], "example.R", ["Rscript", "example.R"]),
};
