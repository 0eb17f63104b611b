// The official generated client for Node. Prints one line for each case.
// `cargo xtask test` runs it. Argument: the file that describes the server and its apps.
import { readFileSync } from "node:fs";
import { Fixture } from "../browser/fixture.mjs";
import { Catalogue } from "./catalogue.mjs";
import { Contacts } from "./contact.mjs";
import { Credentials } from "./credentials.mjs";
import { Days } from "./days.mjs";
import { Exclusive } from "./exclusive.mjs";
import { Groups } from "./groups.mjs";
import { Organisation } from "./organisation.mjs";

const { main, bare, isv, ...settings } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const tokens = {};
const fixture = Object.assign(new Fixture(settings, () => tokens.main), { apps: { main, bare, isv }, tokens });
const credentials = new Credentials(fixture);
for (const [name, app] of Object.entries(fixture.apps)) tokens[name] = (await credentials.token(app)).body.accessToken;

async function attempt(name, test) {
  let result = "ok";
  try {
    await test();
  } catch (error) {
    console.error(error);
    result = "failed";
  }
  console.log(`node ${name}: ${result}`);
}

const organisation = new Organisation(fixture);
const groups = {
  credentials,
  contact: new Contacts(fixture),
  exclusive: new Exclusive(fixture),
  groups: new Groups(fixture, organisation),
  days: new Days(fixture, organisation),
  catalogue: new Catalogue(fixture, organisation),
};
for (const [name, group] of Object.entries(groups)) {
  if (group.prepare) await attempt(`${name}: setup`, () => group.prepare());
  for (const operation of group.constructor.operations) {
    if (group.has(operation)) {
      await attempt(`${name}: ${operation}, success`, () => group[operation]());
      await attempt(`${name}: ${operation}, errors`, () => group[`${operation}Errors`]());
    } else {
      console.log(`node ${name}: ${operation}: not in the client`);
    }
  }
}
