// The two examples that a page has without script too. The server writes them in the same way (`crates/reference/src/example.rs`), so that a
// changed value is all that changes.

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

const typed = ({ headers, isText, contentType }) => (isText ? [...headers, ["Content-Type", contentType]] : headers);

export function shell(request) {
  const { method, url, file, fields, isText, body } = request;
  const usual = isText || file ? "POST" : "GET";
  const lines = [`curl ${method === usual ? "" : `-X ${method} `}${quoted(url)}`];
  for (const header of typed(request)) lines.push(`-H ${quoted(header.join(": "))}`);
  if (file) {
    lines.push(...fields.map((field) => `--form-string ${quoted(field.join("="))}`));
    // Only a name in double quotes may have any letter.
    const path = /[",;\\]/.test(file.name) ? `"${file.name.replace(/["\\]/g, "\\$&")}"` : file.name;
    lines.push(`-F ${quoted(`${file.field}=@${path}`)}`);
  }
  // `--data` would read a file for a body that begins with `@`.
  if (isText) lines.push(`--data-raw ${quoted(body)}`);
  return lines.join(" \\\n  ");
}

export function http(request) {
  const { method, url, file, fields, isText, body } = request;
  const { host, pathname, search } = new URL(url);
  const lines = [`${method} ${pathname}${search} HTTP/1.1`, `Host: ${host}`, ...typed(request).map((header) => header.join(": "))];
  if (file) {
    const name = (text) => text.replaceAll('"', "%22");
    const parts = fields.map(([field, value]) => `--boundary\nContent-Disposition: form-data; name="${name(field)}"\n\n${value}\n`);
    parts.push(`--boundary\nContent-Disposition: form-data; name="${name(file.field)}"; filename="${name(file.name)}"\n`);
    parts.push(`Content-Type: ${file.type}\n\n(the bytes of the file)\n--boundary--`);
    return `${lines.join("\n")}\nContent-Type: multipart/form-data; boundary=boundary\n\n${parts.join("")}`;
  }
  if (isText) return `${lines.join("\n")}\nContent-Length: ${new TextEncoder().encode(body).length}\n\n${body}`;
  // Without it, a server would wait for a body.
  if (method !== "GET" && method !== "DELETE") lines.push("Content-Length: 0");
  return lines.join("\n");
}
