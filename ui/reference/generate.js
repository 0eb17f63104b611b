// Makes examples with `@scalar/snippetz`, and mends what would not run as it is. `cargo xtask proof examples` runs them.
import { cLibcurl } from "@scalar/snippetz/plugins/c/libcurl";
import { csharpHttpclient } from "@scalar/snippetz/plugins/csharp/httpclient";
import { dartHttp } from "@scalar/snippetz/plugins/dart/http";
import { goNative } from "@scalar/snippetz/plugins/go/native";
import { javaNethttp } from "@scalar/snippetz/plugins/java/nethttp";
import { jsFetch } from "@scalar/snippetz/plugins/js/fetch";
import { objcNsurlsession } from "@scalar/snippetz/plugins/objc/nsurlsession";
import { ocamlCohttp } from "@scalar/snippetz/plugins/ocaml/cohttp";
import { phpCurl } from "@scalar/snippetz/plugins/php/curl";
import { pythonPython3 } from "@scalar/snippetz/plugins/python/python3";
import { rHttr2 } from "@scalar/snippetz/plugins/r/httr2";
import { rubyNative } from "@scalar/snippetz/plugins/ruby/native";
import { swiftNsurlsession } from "@scalar/snippetz/plugins/swift/nsurlsession";
import { indent } from "./json.js";
import { literals } from "./literals.js";
import * as plain from "./plain.js";

// Stands for the body while an example is made: the generators write JSON again from its value, which changes large numbers, `1.0` and empty
// objects, and some forget to escape it.
const BODY = "@BODY@";

/** Replaces a text that must be there: a new version of the generator must not go unnoticed. */
function swap(code, from, to) {
  const at = typeof from === "string" ? code.indexOf(from) : code.search(from);
  if (at < 0) throw new Error(`the example has no ${from}`);
  return code.replace(from, () => to);
}

/** The code with the body as a literal of the language. `quotes` is how the generator writes the text that stands for it. */
const withBody = (code, request, quotes, literal) => (request.isText ? swap(code, quotes[0] + BODY + quotes[1], literal(request.body)) : code);
const DOUBLE = ['"', '"'];
const SINGLE = ["'", "'"];
const lines = (...all) => all.join("\n");

const mend = {
  javascript(code, request) {
    let text = withBody(code, request, SINGLE, literals.javascript);
    if (request.file) {
      // The generator would send an empty file.
      const { name, type } = request.file;
      const [path, media] = [JSON.stringify(name), JSON.stringify(type)];
      text = swap(text, /new File\(.*\)\);/, `await openAsBlob(${path}, { type: ${media} }), ${path});`);
      text = `import { openAsBlob } from "node:fs";\n\n${text}`;
    }
    return `${text}\n  .then((response) => response.text())\n  .then(console.log);`;
  },

  java(code, request) {
    const imports = ["java.net.URI", "java.net.http.HttpClient", "java.net.http.HttpRequest", "java.net.http.HttpResponse"];
    let text = swap(code, "java.net.URI.create", "URI.create");
    if (request.isText) {
      text = swap(text, /^.*\n.*"@BODY@".*\n/, `String body = "${BODY}";\n`);
      text = swap(text, "ofByteArray(body.toByteArray())", "ofString(body)");
    }
    if (request.file) {
      imports.unshift("java.io.ByteArrayOutputStream");
      imports.push("java.nio.charset.StandardCharsets", "java.nio.file.Files", "java.nio.file.Path", "java.util.UUID");
      text = text.replaceAll(/java\.(?:[a-z]+\.)+(?=[A-Z])/g, "").replaceAll('.replace("scalar-boundary", boundary)', "");
      text = text.replaceAll('"--scalar-boundary', '"--" + boundary + "').replace('boundary=scalar-boundary"', 'boundary=" + boundary');
    }
    const body = request.isText ? indent(literals.java(request.body), "      ") : "";
    text = lines(
      ...imports.map((name) => `import ${name};`),
      "",
      "public class Main {",
      "  public static void main(String[] arguments) throws Exception {",
      `    ${indent(text, "    ").replaceAll(/ +$/gm, "")}`,
      "  }",
      "}",
    );
    return request.isText ? swap(text, `"${BODY}"`, body) : text;
  },

  swift(code, request) {
    let text = withBody(code, request, DOUBLE, literals.swift);
    // The text of an error is in the body too.
    text = swap(text, /guard let[^]*?\n}\n\n/, "");
    text = swap(text, "let (data, response)", "let (data, _)");
    // Outside of Apple's systems `URLRequest` is in a module of its own.
    return swap(text, "import Foundation\n", "import Foundation\n#if canImport(FoundationNetworking)\nimport FoundationNetworking\n#endif\n");
  },

  go(code, request) {
    let text = withBody(code, request, DOUBLE, literals.go);
    const check = "\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n";
    text = swap(text, /\treq, _ := (.*)\n\n/, `\treq, err := ${/req, _ := (.*)/.exec(text)?.[1]}\n${check}`);
    text = swap(text, "\tres, _ := http.DefaultClient.Do(req)\n\n", `\tres, err := http.DefaultClient.Do(req)\n${check}`);
    text = swap(text, "\tbody, _ := io.ReadAll(res.Body)\n\n", `\n\tbody, err := io.ReadAll(res.Body)\n${check}`);
    if (request.file) text = swap(text, /f, _ := (.*)\n/, `f, err := ${/f, _ := (.*)/.exec(text)?.[1]}\n${check}`);
    text = swap(text, "\tfmt.Println(res)\n", "");
    text = swap(text, '\t"io"\n', '\t"io"\n\t"log"\n');
    return swap(text, /\n\n}$/, "\n}").replace(/^\t$/gm, "").replace(/\n{3,}/g, "\n\n");
  },

  php(code, request) {
    let text = code;
    if (request.file) {
      const entries = [...request.fields, [request.file.field]].map(([name, value]) => {
        const { php } = literals;
        return `${php(name)} => ${value === undefined ? `new CURLFile(${php(request.file.name)}, ${php(request.file.type)})` : php(value)}`;
      });
      text = swap(text, `'${BODY}'`, `[\n  ${entries.join(",\n  ")},\n]`);
    } else {
      text = withBody(text, request, SINGLE, literals.php);
    }
    // It does nothing since PHP 8.0.
    return `<?php\n${swap(text, "\n\ncurl_close($ch);", "")}`;
  },

  python(code, request) {
    const text = withBody(code, request, DOUBLE, literals.python);
    return text.includes("json.dumps(") ? swap(text, "import http.client\n", "import http.client\nimport json\n") : text;
  },

  c: (code, request) => withBody(code, request, DOUBLE, literals.c).replace(/ +$/gm, ""),

  csharp(code, request) {
    let text = request.isText ? swap(code, `\n"""\n${BODY}\n""",\nSystem.Text.Encoding`, `${BODY}, Encoding`) : code;
    const uses = ["System", "System.Net.Http"];
    if (request.file) uses.push("System.IO", "System.Net.Http.Headers");
    if (request.isText) {
      uses.push("System.Text");
      text = swap(text, "request.Content =", `var body = ${literals.csharp(request.body)};\nrequest.Content =`);
      text = swap(text, `(${BODY}, Encoding.UTF8, "text/plain")`, `(body, Encoding.UTF8, ${JSON.stringify(request.mediaType)})`);
    }
    return lines(...uses.sort().map((name) => `using ${name};`), "", text, "Console.WriteLine(await response.Content.ReadAsStringAsync());");
  },

  objc(code, request) {
    const [start, rest] = [`#import <Foundation/Foundation.h>\n`, swap(code, "#import <Foundation/Foundation.h>\n\n", "")];
    let text = swap(rest, "NSURLSession *session", "dispatch_semaphore_t done = dispatch_semaphore_create(0);\nNSURLSession *session");
    text = swap(text, /NSHTTPURLResponse \*httpResponse[^]*httpResponse\);\n/, 'puts([[NSString alloc] initWithData:data encoding:NSUTF8StringEncoding].UTF8String);\n');
    // The program would end before the answer is there.
    text = swap(text, "}];\n[dataTask resume];", "  dispatch_semaphore_signal(done);\n}];\n[dataTask resume];\ndispatch_semaphore_wait(done, DISPATCH_TIME_FOREVER);");
    text = lines(start, "int main(void) {", "  @autoreleasepool {", `    ${indent(text, "    ").replaceAll(/ +$/gm, "")}`, "  }", "  return 0;", "}");
    return request.isText ? swap(text, `@"${BODY}"`, indent(literals.objc(request.body), "    ")) : text;
  },

  ruby: (code, request) => withBody(code, request, DOUBLE, literals.ruby),

  ocaml(code, request) {
    if (!request.isText) return code;
    const text = swap(code, /let part0 = "@BODY@" in\n.*\n/, `let body = Cohttp_lwt.Body.of_string "${BODY}" in\n`);
    return withBody(text, request, DOUBLE, literals.ocaml);
  },

  dart: (code, request) => withBody(code, request, SINGLE, literals.dart),

  r(code, request) {
    let text = withBody(code, request, DOUBLE, literals.r);
    if (request.isText) text = swap(text, 'type = "text/plain"', `type = ${JSON.stringify(request.contentType)}`);
    // The text of an error is in the body too.
    text = swap(text, "  req_perform()", "  req_error(is_error = \\(response) FALSE) |>\n  req_perform()");
    return swap(text, "resp_body_string(response)", "cat(resp_body_string(response))");
  },
};


const GENERATORS = {
  javascript: jsFetch,
  java: javaNethttp,
  swift: swiftNsurlsession,
  go: goNative,
  php: phpCurl,
  python: pythonPython3,
  c: cLibcurl,
  csharp: csharpHttpclient,
  objc: objcNsurlsession,
  ruby: rubyNative,
  ocaml: ocamlCohttp,
  dart: dartHttp,
  r: rHttr2,
};
// Here the type of the body is an argument, and a header would be a second one.
const TYPE_IS_ARGUMENT = new Set(["csharp", "r"]);

export function generate(language, request) {
  if (language in plain) return plain[language](request);
  const headers = request.headers.map(([name, value]) => ({ name, value }));
  const hasType = request.isText && !TYPE_IS_ARGUMENT.has(language);
  if (hasType) headers.push({ name: "Content-Type", value: request.contentType });
  const input = { method: request.method, url: request.url, headers };
  if (request.isText || (request.file && language === "php")) {
    input.postData = { mimeType: "text/plain", text: BODY };
  } else if (request.file) {
    const { field, name, type } = request.file;
    const params = [...request.fields.map(([name, value]) => ({ name, value })), { name: field, value: "", fileName: name, contentType: type }];
    input.postData = { mimeType: "multipart/form-data", params };
  }
  return mend[language](GENERATORS[language].generate(input), request);
}
