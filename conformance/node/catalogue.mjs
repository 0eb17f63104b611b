// Services of the data catalogue. They differ in their numbers alone, so the functions that try them are made from a table,
// with the facts that each number is counted from.
import { readFileSync } from "node:fs";
import { Generated } from "./generated.mjs";
import { daysAgo } from "./office.mjs";

const { facts: FACTS, services: SERVICES } = JSON.parse(readFileSync(new URL("../catalogue.json", import.meta.url), "utf8"));
// Earlier than all other facts, those of the client for Python among them, since some numbers are to date.
const DAYS = [daysAgo(70), daysAgo(71)];
const [TODAY, BEFORE] = DAYS.map((day) => day.text);
const COUNTY = "queryDigitalDistrictOrgInfo";

// How many groups there are: the suite before this one made one.
const MADE_BEFORE = "4034";

export class Catalogue extends Generated {
  static operations = [...Object.keys(SERVICES), COUNTY];

  constructor(world, office) {
    super(world, "datacenter_1_0");
    this.office = office;
  }

  async prepare() {
    await this.office.open();
    await this.office.happened("catalogue", FACTS.map(([days, ...fact]) => [DAYS[days], ...fact]));
    this.corp = this.world.apps.main.corp_id;
  }

  // A number of the table that depends on how many members there are.
  value(number) {
    const { count } = this.office;
    if (number === "members") return count;
    return number.ofMembers === undefined ? number : Math.round((number.ofMembers * 10_000) / count) / 10_000;
  }

  async service(name) {
    const { numbers } = SERVICES[name];
    const row = { stat_date: TODAY, corp_id: this.corp };
    for (const [id, , , , number] of numbers) row[`${id}_DAY`] = this.value(number) + (id === MADE_BEFORE ? 1 : 0);
    const metaList = numbers.map(([kpiId, kpiName, unit, kpiCaliber]) => ({ kpiCaliber, kpiId, kpiName, period: "DAY", unit }));
    await this.answers({ dataList: [row], metaList }, name, "main", this.request(name, { statDate: TODAY }));
  }

  async serviceErrors(name) {
    await this.refused("statDate.is.null", name, "main", this.request(name, {}));
    for (const statDate of ["x", "20251301", daysAgo(-1).text]) {
      await this.refused("statDate.format.iserror", name, "main", this.request(name, { statDate }));
    }
    await this.guarded(SERVICES[name].permission, name, this.request(name, { statDate: TODAY }));
  }

  county(fields) {
    return this.request(COUNTY, { statDates: [TODAY, BEFORE], corpIds: [this.corp, "dingother"], ...fields });
  }

  async [COUNTY]() {
    const entry = (stat_date, activated_count, daily_active_users) => {
      const { name: org_name, count: contacts_count } = this.office;
      return { stat_date, corp_id: this.corp, org_name, contacts_count, activated_count, daily_active_users };
    };
    // An app sees its own organisation alone.
    const result = JSON.stringify([entry(TODAY, 3, 2), entry(BEFORE, 1, 1)]);
    const expected = { arguments: [TODAY, BEFORE, this.corp, "dingother"], result };
    await this.answers(expected, COUNTY, "main", this.county());
  }

  async [`${COUNTY}Errors`]() {
    for (const wrong of [{ statDates: [] }, { statDates: ["x"] }, { statDates: [daysAgo(-1).text] }, { corpIds: undefined }]) {
      await this.refused("param.illegal", COUNTY, "main", this.county(wrong));
    }
    await this.guarded("DataCenter.DigitalCounty.Read", COUNTY, this.county());
  }
}

for (const name of Object.keys(SERVICES)) {
  Catalogue.prototype[name] = function () {
    return this.service(name);
  };
  Catalogue.prototype[`${name}Errors`] = function () {
    return this.serviceErrors(name);
  };
}
