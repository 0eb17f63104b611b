// The official generated client for Node: prints a line for each thing that was tried.
// Run by `cargo xtask test`; the argument is the file that tells where the server is.
import { readFileSync } from "node:fs";
import { World } from "../browser/world.mjs";
import { Catalogue } from "./catalogue.mjs";
import { Contacts } from "./contact.mjs";
import { Credentials } from "./credentials.mjs";
import { Days } from "./days.mjs";
import { Window } from "./exclusive.mjs";
import { Groups } from "./groups.mjs";
import { Office } from "./office.mjs";

const { main, bare, isv, ...made } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const tokens = {};
const world = Object.assign(new World(made, () => tokens.main), { apps: { main, bare, isv }, tokens });
const credentials = new Credentials(world);
for (const [name, app] of Object.entries(world.apps)) tokens[name] = (await credentials.token(app)).body.accessToken;

async function attempt(what, test) {
  let result = "ok";
  try {
    await test();
  } catch (error) {
    console.error(error);
    result = "failed";
  }
  console.log(`node ${what}: ${result}`);
}

const office = new Office(world);
const groups = {
  credentials,
  contact: new Contacts(world),
  exclusive: new Window(world),
  groups: new Groups(world, office),
  days: new Days(world, office),
  catalogue: new Catalogue(world, office),
};
for (const [name, group] of Object.entries(groups)) {
  if (group.prepare) await attempt(`${name}: what the operations need`, () => group.prepare());
  for (const operation of group.constructor.operations) {
    if (group.has(operation)) {
      await attempt(`${name}: ${operation}, success`, () => group[operation]());
      await attempt(`${name}: ${operation}, errors`, () => group[`${operation}Errors`]());
    } else {
      console.log(`node ${name}: ${operation}: not in the client`);
    }
  }
}
