// Two departments and their members, for statistics of past days.
import assert from "node:assert/strict";

const DAY_MS = 86_400_000;

export class Organisation {
  constructor(fixture) {
    this.fixture = fixture;
  }

  // Creates the departments and members once, before the first fact of a past day: the organisation of such a day does not change later.
  create() {
    this.created ??= this.createOnce();
    return this.created;
  }

  async createOnce() {
    this.above = await this.department("节点部", 1);
    this.below = await this.department("节点二部", this.above);
    this.members = {};
    const departments = { ann: this.above, bob: this.above, cat: this.below, dan: 1, eve: this.above };
    for (const [index, [short, department]] of Object.entries(departments).entries()) {
      const userid = `node-${short}`;
      const [name, job_number] = [`节点${short}`, `N${index}`];
      const mobile = `1390000010${index}`;
      const member = { userid, name, job_number, mobile, dept_id_list: String(department) };
      await this.fixture.call("/topapi/v2/user/create", member);
      const { unionid } = (await this.fixture.call("/topapi/v2/user/get", { userid })).result;
      this.members[short] = { userid, name, unionid, job_number };
    }
    this.count = (await this.fixture.call("/topapi/user/count", { only_active: false })).result.count;
    const { name, dept_id } = (await this.fixture.call("/topapi/v2/department/get", { dept_id: 1 })).result;
    this.name = name;
    this.departments = [{ dept_id, name }, ...(await this.listBelow(1))].sort((one, other) => one.dept_id - other.dept_id);
  }

  async department(name, parent_id) {
    return (await this.fixture.call("/topapi/v2/department/create", { name, parent_id })).result.dept_id;
  }

  async listBelow(dept_id) {
    const direct = (await this.fixture.call("/topapi/v2/department/listsub", { dept_id })).result;
    const below = await Promise.all(direct.map((department) => this.listBelow(department.dept_id)));
    return [...direct, ...below.flat()];
  }

  // Imports facts, each with day, member, kind and fields. All of them must be new.
  async sendFacts(name, facts) {
    const lines = facts.map(([day, short, kind, fields], index) =>
      JSON.stringify({ id: `${name}-${index}`, time: day.at, userId: this.members[short]?.userid, kind, ...fields }),
    );
    const headers = { "x-acs-dingtalk-access-token": this.fixture.token(), "content-type": "application/x-ndjson" };
    const response = await fetch(`${this.fixture.url}/v1.0/carillon/facts`, { method: "POST", headers, body: lines.join("\n") });
    assert.deepEqual(await response.json(), { added: facts.length, known: 0, badCount: 0, badLines: [] });
  }
}

// Returns a past day as requests write it, and its noon in the time zone of the organisation in milliseconds.
export function daysAgo(days) {
  const shanghai = new Date(Date.now() + 8 * 3_600_000 - days * DAY_MS).toISOString().slice(0, 10);
  return { text: shanghai.replaceAll("-", ""), at: Date.parse(`${shanghai}T12:00:00+08:00`) };
}
