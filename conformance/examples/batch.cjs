// Runs the examples of the client for Node in one process. Input: the code by id. Output: `ok` or the code of the error, by id.
const { readFileSync } = require("node:fs");

const quiet = { log() {} };

async function outcome(code) {
  try {
    // The last statement is the call.
    await new Function("require", "console", code.replace(/\n(client\..*)$/, "\nreturn $1"))(require, quiet);
    return "ok";
  } catch (error) {
    return error.code ?? String(error);
  }
}

(async () => {
  const results = {};
  for (const [id, code] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) results[id] = await outcome(code);
  console.log(JSON.stringify(results));
})();
