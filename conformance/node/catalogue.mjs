// Services of the data catalogue. They differ only in their numbers. The numbers, and the facts that they are counted from, are in a table.
import { readFileSync } from "node:fs";
import { Generated } from "./generated.mjs";
import { daysAgo } from "./organisation.mjs";

const { facts: FACTS, services: SERVICES } = JSON.parse(readFileSync(new URL("../catalogue.json", import.meta.url), "utf8"));
// Before all other facts, including those of the client for Python, because some numbers are cumulative.
const DAYS = [daysAgo(70), daysAgo(71)];
const [TODAY, BEFORE] = DAYS.map((day) => day.text);
const COUNTY = "queryDigitalDistrictOrgInfo";

// The number of groups: the previous suite created one.
const GROUP_COUNT = "4034";

export class Catalogue extends Generated {
  static operations = [...Object.keys(SERVICES), COUNTY];

  constructor(fixture, organisation) {
    super(fixture, "datacenter_1_0");
    this.organisation = organisation;
  }

  async prepare() {
    await this.organisation.create();
    await this.organisation.sendFacts("catalogue", FACTS.map(([days, ...fact]) => [DAYS[days], ...fact]));
    this.corp = this.fixture.apps.main.corp_id;
  }

  // Returns a number of the table. Some depend on the number of members.
  value(number) {
    const { count } = this.organisation;
    if (number === "members") return count;
    return number.ofMembers === undefined ? number : Math.round((number.ofMembers * 10_000) / count) / 10_000;
  }

  async service(name) {
    const { numbers } = SERVICES[name];
    const row = { stat_date: TODAY, corp_id: this.corp };
    for (const [id, , , , number] of numbers) row[`${id}_DAY`] = this.value(number) + (id === GROUP_COUNT ? 1 : 0);
    const metaList = numbers.map(([kpiId, kpiName, unit, kpiCaliber]) => ({ kpiCaliber, kpiId, kpiName, period: "DAY", unit }));
    await this.assertBody({ dataList: [row], metaList }, name, "main", this.request(name, { statDate: TODAY }));
  }

  async serviceErrors(name) {
    await this.assertError("statDate.is.null", name, "main", this.request(name, {}));
    for (const statDate of ["x", "20251301", daysAgo(-1).text]) {
      await this.assertError("statDate.format.iserror", name, "main", this.request(name, { statDate }));
    }
    await this.assertGuarded(SERVICES[name].permission, name, this.request(name, { statDate: TODAY }));
  }

  county(fields) {
    return this.request(COUNTY, { statDates: [TODAY, BEFORE], corpIds: [this.corp, "dingother"], ...fields });
  }

  async [COUNTY]() {
    const entry = (stat_date, activated_count, daily_active_users) => {
      const { name: org_name, count: contacts_count } = this.organisation;
      return { stat_date, corp_id: this.corp, org_name, contacts_count, activated_count, daily_active_users };
    };
    // An app sees only its organisation.
    const result = JSON.stringify([entry(TODAY, 3, 2), entry(BEFORE, 1, 1)]);
    const expected = { arguments: [TODAY, BEFORE, this.corp, "dingother"], result };
    await this.assertBody(expected, COUNTY, "main", this.county());
  }

  async [`${COUNTY}Errors`]() {
    for (const wrong of [{ statDates: ["x"] }, { statDates: [daysAgo(-1).text] }]) {
      await this.assertError("param.illegal", COUNTY, "main", this.county(wrong));
    }
    await this.assertError("MissingstatDates", COUNTY, "main", this.county({ statDates: [] }));
    await this.assertError("MissingcorpIds", COUNTY, "main", this.county({ corpIds: undefined }));
    await this.assertGuarded("DataCenter.DigitalCounty.Read", COUNTY, this.county());
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
