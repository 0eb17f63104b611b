// Requests by the official clients. What the clients call an operation is in `crates/reference/clients.json`.
import { indent, pretty, tokens } from "./json.js";
import { literals, objects } from "./literals.js";

const TOKEN_HEADER = "x-acs-dingtalk-access-token";
const lower = (name) => name[0].toLowerCase() + name.slice(1);
const lines = (...all) => all.flat().filter((line) => line !== undefined).join("\n");

/** The values of a request by the names of its fields: of the path, in order, and of the query and body, as JSON. */
function values(operation, request) {
  const url = new URL(request.url);
  const template = operation.path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "([^/]+)");
  const path = (new RegExp(`${template}$`).exec(url.pathname) ?? []).slice(1).map(decodeURIComponent);
  const types = operation.types ?? {};
  const query = [...url.searchParams]
    .filter(([name]) => name !== "access_token")
    .map(([name, value]) => {
      // A number that is none stays a text, which the client or the server refuses.
      const isPlain = types[name] === "number" ? /^-?(0|[1-9]\d*)$/.test(value) : types[name] === "boolean" ? /^(true|false)$/.test(value) : types[name] === "list" && tokens(value);
      return `${JSON.stringify(name)}:${isPlain ? value : JSON.stringify(value)}`;
    });
  const body = tokens(request.body ?? "")?.[0] === "{" ? request.body : form(request.body);
  const inner = body.trim().slice(1, -1).trim();
  const fields = `{${[...query, ...(inner ? [inner] : [])].join(",")}}`;
  const header = (request.headers ?? []).find(([name]) => name.toLowerCase() === TOKEN_HEADER)?.[1];
  return { url, path, fields, token: header ?? url.searchParams.get("access_token") ?? "" };
}
const form = (body) => JSON.stringify(Object.fromEntries(new URLSearchParams(body ?? "")));

function python(operation, { url, path, fields, token }) {
  const { package: name, action } = operation;
  const { python: text } = objects;
  const object = text(fields);
  const call = [...path.map((value) => JSON.stringify(value)), ...(operation.hasRequest ? ["request"] : []), "headers", "RuntimeOptions()"];
  return lines(
    object || !operation.hasRequest ? undefined : "import json\n",
    `from alibabacloud_dingtalk.${name} import models`,
    `from alibabacloud_dingtalk.${name}.client import Client`,
    "from alibabacloud_tea_openapi.models import Config",
    "from alibabacloud_tea_util.models import RuntimeOptions",
    "",
    `client = Client(Config(protocol="${url.protocol.slice(0, -1)}", region_id="central", endpoint="${url.host}"))`,
    operation.plainHeaders ? "headers = {}" : `headers = models.${action}Headers(x_acs_dingtalk_access_token=${JSON.stringify(token)})`,
    operation.hasRequest ? `request = models.${action}Request().from_map(${object ?? `json.loads(${JSON.stringify(fields)})`})` : undefined,
    `response = client.${operation.python}_with_options(${call.join(", ")})`,
    "print(response.to_map())",
  );
}

function javascript(operation, { url, path, fields, token }) {
  const { package: name, action } = operation;
  const classes = [operation.plainHeaders ? [] : `${action}Headers`, operation.hasRequest ? `${action}Request` : []].flat();
  const call = [...path.map((value) => JSON.stringify(value)), ...(operation.hasRequest ? ["request"] : []), "headers", "new RuntimeOptions({})"];
  return lines(
    'const { Config } = require("@alicloud/openapi-client");',
    operation.hasRequest ? 'const { cast } = require("@alicloud/tea-typescript");' : undefined,
    'const { RuntimeOptions } = require("@alicloud/tea-util");',
    `const { default: Client${classes.map((each) => `, ${each}`).join("")} } = require("@alicloud/dingtalk/${name}");`,
    "",
    `const client = new Client(new Config({ protocol: "${url.protocol.slice(0, -1)}", regionId: "central", endpoint: "${url.host}" }));`,
    operation.plainHeaders ? "const headers = {};" : `const headers = new ${action}Headers({ xAcsDingtalkAccessToken: ${JSON.stringify(token)} });`,
    operation.hasRequest ? `const request = cast(${objects.javascript(fields) ?? `JSON.parse(${JSON.stringify(fields)})`}, new ${action}Request({}));` : undefined,
    `client.${lower(action)}WithOptions(${call.join(", ")}).then((response) => console.log(response.body));`,
  );
}

const javaClass = (imports, statements) =>
  lines(
    imports.sort().map((name) => `import ${name};`),
    "",
    "public class Main {",
    "  public static void main(String[] arguments) throws Exception {",
    statements.filter(Boolean).map((line) => `    ${line}`),
    "  }",
    "}",
  );

function java(operation, { url, path, fields, token }) {
  const { action } = operation;
  const root = `com.aliyun.dingtalk${operation.package}`;
  const call = [...path.map((value) => JSON.stringify(value)), ...(operation.hasRequest ? ["request"] : []), "headers", "new RuntimeOptions()"];
  const imports = [`${root}.Client`, "com.aliyun.teaopenapi.models.Config", "com.aliyun.teautil.Common", "com.aliyun.teautil.models.RuntimeOptions"];
  if (operation.plainHeaders) imports.push("java.util.HashMap", "java.util.Map");
  else imports.push(`${root}.models.${action}Headers`);
  if (operation.hasRequest) imports.push(`${root}.models.${action}Request`);
  return javaClass(imports, [
    `Config config = new Config().setProtocol("${url.protocol.slice(0, -1)}").setRegionId("central").setEndpoint("${url.host}");`,
    "Client client = new Client(config);",
    operation.plainHeaders
      ? "Map<String, String> headers = new HashMap<>();"
      : `${action}Headers headers = new ${action}Headers().setXAcsDingtalkAccessToken(${JSON.stringify(token)});`,
    operation.hasRequest && `String fields = ${indent(literals.java(fields), "      ")};`,
    operation.hasRequest && `${action}Request request = ${action}Request.build(Common.assertAsMap(Common.parseJSON(fields)));`,
    `System.out.println(Common.toJSONString(client.${lower(action)}WithOptions(${call.join(", ")}).toMap()));`,
  ]);
}

/** The client of the legacy host. It takes objects and lists as JSON too. */
function legacyJava(operation, { url, fields, token }, { method, file }) {
  const name = operation.class;
  const response = name.replace(/Request$/, "Response");
  const setters = topLevel(fields).map(([field, value]) => {
    const setter = field.replace(/(?:^|_)(\w)/g, (_, letter) => letter.toUpperCase());
    const argument = /^-?\d+$/.test(value) ? `${value}L` : /^[[{]/.test(value) ? literals.java(value) : value;
    return `request.set${setter}(${indent(argument, "      ")});`;
  });
  const imports = ["DefaultDingTalkClient", "DingTalkClient", `request.${name}`, `response.${response}`].map((each) => `com.dingtalk.api.${each}`);
  if (file) {
    imports.push("com.taobao.api.FileItem");
    setters.push(`request.setMedia(new FileItem(${JSON.stringify(file.name)}));`);
  }
  return javaClass(
    imports,
    [
      `DingTalkClient client = new DefaultDingTalkClient("${url.origin}${url.pathname}");`,
      `${name} request = new ${name}();`,
      ...setters,
      method.toUpperCase() === "GET" && 'request.setHttpMethod("GET");',
      `${response} response = client.execute(request${operation.path === "/gettoken" ? "" : `, ${JSON.stringify(token)}`});`,
      "System.out.println(response.getBody());",
    ],
  );
}

/** The names and values of an object: the values as source code of Java, objects and lists as JSON. */
function topLevel(json) {
  const list = tokens(json);
  const entries = [];
  for (let at = 1; at < list.length - 1; ) {
    const start = at + 2;
    let end = start;
    for (let depth = 0; end < list.length - 1 && (depth > 0 || list[end] !== ","); end++) {
      depth += "[{".includes(list[end]) ? 1 : "]}".includes(list[end]) ? -1 : 0;
    }
    const value = list.slice(start, end);
    // Absent is null.
    if (value[0] !== "null") entries.push([JSON.parse(list[at]), value.length > 1 ? pretty(value) : value[0][0] === '"' ? literals.java(JSON.parse(value[0])) : value[0]]);
    at = end + 1;
  }
  return entries;
}

function go(operation, { url, path, fields, token }) {
  const { package: name, action } = operation;
  const call = [...path.map((value) => `tea.String(${JSON.stringify(value)})`), ...(operation.hasRequest ? ["request"] : []), "headers", "&util.RuntimeOptions{}"];
  const check = "\tif err != nil {\n\t\tlog.Fatal(err)\n\t}";
  return lines(
    "package main",
    "",
    "import (",
    operation.hasRequest ? '\t"encoding/json"' : undefined,
    '\t"fmt"',
    '\t"log"',
    "",
    '\topenapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"',
    `\tdingtalk "github.com/alibabacloud-go/dingtalk/${name}"`,
    '\tutil "github.com/alibabacloud-go/tea-utils/v2/service"',
    '\t"github.com/alibabacloud-go/tea/tea"',
    ")",
    "",
    "func main() {",
    `\tclient, err := dingtalk.NewClient(&openapi.Config{Protocol: tea.String("${url.protocol.slice(0, -1)}"), RegionId: tea.String("central"), Endpoint: tea.String("${url.host}")})`,
    check,
    operation.plainHeaders ? "\theaders := map[string]*string{}" : `\theaders := &dingtalk.${action}Headers{XAcsDingtalkAccessToken: tea.String(${JSON.stringify(token)})}`,
    ...(operation.hasRequest
      ? [`\trequest := &dingtalk.${action}Request{}`, `\tif err := json.Unmarshal([]byte(${literals.go(fields)}), request); err != nil {\n\t\tlog.Fatal(err)\n\t}`]
      : []),
    `\tresponse, err := client.${action}WithOptions(${call.join(", ")})`,
    check,
    "\tfmt.Println(tea.Prettify(response.Body))",
    "}",
  );
}

const CLIENTS = { python, javascript, java, go };

/** The source code of a request by the official client, or nothing if the client of the language lacks the operation. */
export function client(language, operation, request) {
  const all = values(operation, request);
  if (operation.class) return language === "java" ? legacyJava(operation, all, request) : undefined;
  if (language === "javascript" && operation.withoutNode) return undefined;
  return CLIENTS[language]?.(operation, all);
}
