// The examples of the API reference: a request as source code in fifteen languages.
import { generate } from "./generate.js";

/**
 * `client(language, operation, request)` is the source code by the official client: of Python, JavaScript (for Node), Java and Go. `operation` is the
 * entry of `clients.json`. Returns nothing if the client of the language lacks the operation; that of the legacy host is there for Java only.
 */
export { client } from "./clients.js";

/** The languages, in the order in which they are shown. */
export const languages = [
  { id: "shell", label: "Shell" },
  { id: "javascript", label: "JavaScript" },
  { id: "java", label: "Java" },
  { id: "swift", label: "Swift" },
  { id: "go", label: "Go" },
  { id: "php", label: "PHP" },
  { id: "python", label: "Python" },
  { id: "http", label: "HTTP" },
  { id: "c", label: "C" },
  { id: "csharp", label: "C#" },
  { id: "objc", label: "Objective-C" },
  { id: "ruby", label: "Ruby" },
  { id: "ocaml", label: "OCaml" },
  { id: "dart", label: "Dart" },
  { id: "r", label: "R" },
];

const JSON_TYPE = "application/json";
const FILE_TYPE = "application/octet-stream";
// A URL may contain these letters, but some languages read them inside of a literal.
const UNSAFE = /[$'`{}|\\^"<>]/g;
const CONTROL = /[\u0000-\u001f\u007f]/g;
const percent = (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;

/**
 * The source code of a request.
 *
 * `request` is `{ method, url, headers: [[name, value]], body?: text, file?: { field, name, type? }, fields?: [[name, value]] }`. The URL is absolute.
 * With a file, the request is `multipart/form-data` with the `fields` and the file, which the example reads from the working folder.
 */
export function example(language, request) {
  const url = new URL(request.url);
  url.hash = "";
  const all = (request.headers ?? []).map(([name, value]) => [name, String(value).replace(CONTROL, "")]);
  const isType = ([name]) => name.toLowerCase() === "content-type";
  const isText = !request.file && request.body !== undefined && request.body !== "";
  const contentType = all.find(isType)?.[1] ?? JSON_TYPE;
  return generate(language, {
    method: request.method.toUpperCase(),
    url: url.href.replace(UNSAFE, percent),
    headers: all.filter((header) => !isType(header)),
    contentType,
    mediaType: contentType.split(";")[0].trim(),
    isText,
    body: isText ? request.body.replaceAll("\0", "") : undefined,
    file: request.file && { ...request.file, type: request.file.type || FILE_TYPE },
    fields: request.fields ?? [],
  });
}
