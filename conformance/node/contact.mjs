// Searching members and departments, and sorting members by name.
import { PASSWORD } from "../browser/fixture.mjs";
import { DENIED, Generated } from "./generated.mjs";

// The order by pinyin (an, bai, chen) differs from the order of creation and of code points.
const NAMES = { nodechen: "陈卡伦", nodean: "安卡伦", nodebai: "白卡伦" };
const PAGE = { queryWord: "卡伦", offset: 0, size: 10 };
const WRONG = [{ offset: -1 }, { size: 0 }];
// The gateway names required fields that are missing; blank ones count as missing.
const MISSING = [{ queryWord: undefined }, { queryWord: "" }, { offset: undefined }, { size: undefined }];

export class Contacts extends Generated {
  static operations = ["searchUser", "searchDepartment", "sortUser"];

  constructor(fixture) {
    super(fixture, "contact_1_0");
  }

  async prepare() {
    const department = async (name, parent_id) =>
      (await this.fixture.call("/topapi/v2/department/create", { name, parent_id })).result.dept_id;
    this.above = await department("卡伦部", 1);
    this.below = await department("卡伦二部", this.above);
    for (const [userid, name] of Object.entries(NAMES)) {
      const member = { userid, name, exclusive_account: true, dept_id_list: [1], init_password: PASSWORD };
      await this.fixture.call("/topapi/v2/user/create", member);
    }
  }

  assertFound(name, list, hasMore, totalCount, fields) {
    return this.assertBody({ list, hasMore, totalCount }, name, "main", this.request(name, { ...PAGE, ...fields }));
  }

  async searchUser() {
    const entered = Object.keys(NAMES);
    await this.assertFound("searchUser", entered, false, 3);
    await this.assertFound("searchUser", entered.slice(0, 2), true, 3, { queryWord: "kalun", size: 2 });
    await this.assertFound("searchUser", entered.slice(2), false, 3, { queryWord: "kalun", size: 2, offset: 1 });
    await this.assertFound("searchUser", ["nodean"], false, 1, { queryWord: "安卡伦", fullMatchField: 1 });
    await this.assertFound("searchUser", [], false, 0, { fullMatchField: 1 });
  }

  async searchUserErrors() {
    for (const wrong of [...WRONG, { fullMatchField: 2 }]) {
      await this.assertError("parameter.error", "searchUser", "main", this.request("searchUser", { ...PAGE, ...wrong }));
    }
    for (const wrong of MISSING) {
      const [field] = Object.keys(wrong);
      await this.assertError(`Missing${field}`, "searchUser", "main", this.request("searchUser", { ...PAGE, ...wrong }));
    }
    await this.assertGuarded("qyapi_addresslist_search", "searchUser", this.request("searchUser", PAGE));
  }

  async searchDepartment() {
    await this.assertFound("searchDepartment", [this.above, this.below], false, 2);
    await this.assertFound("searchDepartment", [this.above], true, 2, { queryWord: "kalun", size: 1 });
    await this.assertFound("searchDepartment", [this.below], false, 1, { queryWord: "伦二部" });
    await this.assertFound("searchDepartment", [], false, 0, { queryWord: "无此部门" });
  }

  async searchDepartmentErrors() {
    for (const wrong of WRONG) {
      const request = this.request("searchDepartment", { ...PAGE, ...wrong });
      await this.assertError("parameter.error", "searchDepartment", "main", request);
    }
    for (const wrong of MISSING) {
      const [field] = Object.keys(wrong);
      const request = this.request("searchDepartment", { ...PAGE, ...wrong });
      await this.assertError(`Missing${field}`, "searchDepartment", "main", request);
    }
    await this.assertGuarded("qyapi_addresslist_search", "searchDepartment", this.request("searchDepartment", PAGE));
  }

  async sortUser() {
    const ascending = ["nodean", "nodebai", "nodechen"];
    for (const [sortType, userIdList] of [[undefined, ascending], [0, ascending], [1, ascending.toReversed()]]) {
      const request = this.request("sortUser", { userIdList: Object.keys(NAMES), sortType });
      await this.assertBody({ userIdList }, "sortUser", "isv", request);
    }
  }

  async sortUserErrors() {
    const many = this.request("sortUser", { userIdList: Array(101).fill("nodean") });
    await this.assertError("listsize.too.long", "sortUser", "isv", many);
    const one = this.request("sortUser", { userIdList: ["nodean"] });
    // It is documented only for apps of third parties.
    await this.assertError(DENIED, "sortUser", "main", one);
    await this.assertGuarded("qyapi_get_member", "sortUser", one);
  }
}
