// Internal groups, their activity, and banning members from writing. Carillon's own operations create the groups.
import assert from "node:assert/strict";
import { Generated } from "./generated.mjs";
import { daysAgo } from "./organisation.mjs";

const PAGE = { pageNumber: 1, pageSize: 20 };

export class Groups extends Generated {
  static operations = ["searchOrgInnerGroupInfo", "getGroupActiveInfo", "banOrOpenGroupWords"];

  constructor(fixture, organisation) {
    super(fixture, "exclusive_1_0");
    this.organisation = organisation;
  }

  callCarillon(path, fields) {
    return this.fixture.callV1(`/v1.0/carillon/groups/${path}`, fields);
  }

  postMessage(short, fields) {
    return this.callCarillon("messages/send", { openConversationId: this.id, senderUserId: this.organisation.members[short].userid, ...fields });
  }

  async prepare() {
    await this.organisation.create();
    const { ann, bob, cat } = this.organisation.members;
    this.began = Date.now();
    const scene = {
      title: "节点群", groupType: 4, templateId: "tpl02", templateName: "模板", ownerUserId: ann.userid,
      administratorUserIds: [bob.userid], memberUserIds: [cat.userid], syncToDingpan: 1, extensions: { k1: "v1", k2: "v2" },
    };
    this.id = (await this.callCarillon("create", scene)).openConversationId;
    const other = { title: "节点别群", groupType: 3, ownerUserId: cat.userid };
    this.other = (await this.callCarillon("create", other)).openConversationId;
    await this.callCarillon("dissolve", { openConversationId: this.other });
    await this.postMessage("cat", { fileSize: 4096 });
    const now = { at: Date.now() };
    const here = { openConversationId: this.id };
    await this.organisation.sendFacts("groups", [
      [now, "ann", "group_message", { ...here, count: 3 }],
      [now, "cat", "group_message", { ...here, count: 4 }],
      [now, "dan", "group_message", { openConversationId: "elsewhere", count: 5 }],
      [now, "ann", "group_opened", here],
      [now, "bob", "group_opened", here],
      [now, "cat", "group_opened", here],
      [now, "cat", "group_opened", here],
    ]);
  }

  query(fields) {
    const { userid: operatorUserId } = this.organisation.members.ann;
    return this.request("searchOrgInnerGroupInfo", { operatorUserId, uuid: "n1", pageStart: 1, pageSize: 20, ...fields });
  }

  // Searches, and compares the page of groups.
  assertFound(items, totalCount, fields) {
    const page = { itemCount: items.length, items, totalCount };
    return this.assertBody(page, "searchOrgInnerGroupInfo", "main", this.query(fields));
  }

  async searchOrgInnerGroupInfo() {
    const { ann, cat } = this.organisation.members;
    const both = { groupCreateTime: "now", groupLastActiveTime: "now", groupLastActiveTimeShow: "刚刚" };
    const scene = {
      ...both, openConversationId: this.id, groupName: "节点群", status: 1, groupOwner: ann.name, groupOwnerUserId: ann.userid,
      groupAdminsCount: 1, groupMembersCount: 3, syncToDingpan: 1, usedQuota: 4096, templateId: "tpl02", templateName: "模板",
      extensions: { k1: "v1", k2: "v2" },
    };
    const other = {
      ...both, openConversationId: this.other, groupName: "节点别群", status: -1, groupOwner: cat.name, groupOwnerUserId: cat.userid,
      groupAdminsCount: 0, groupMembersCount: 0, syncToDingpan: 0, usedQuota: 0, templateId: "", templateName: "", extensions: {},
    };
    await this.assertFound([scene, other], 2, { groupName: "节点" });
    await this.assertFound([other], 2, { groupName: "节点", pageStart: 2, pageSize: 1 });
    await this.assertFound([scene], 1, { groupOwner: ann.userid, groupMembersCountStart: 2, groupMembersCountEnd: 3 });
    await this.assertFound([scene], 1, { groupName: "节点", syncToDingpan: 1 });
    await this.assertFound([scene, other], 2, { groupName: "节点", createTimeStart: this.began, lastActiveTimeStart: this.began });
    await this.assertFound([], 0, { groupName: "节点", createTimeEnd: this.began - 1 });
    await this.assertFound([], 0, { groupName: "节点", lastActiveTimeEnd: this.began - 1 });
  }

  async searchOrgInnerGroupInfoErrors() {
    const wrongs = [
      { operatorUserId: "none" }, { pageStart: 0 }, { pageSize: 101 }, { syncToDingpan: 2 },
    ];
    for (const wrong of wrongs) {
      await this.assertError("param.illegal", "searchOrgInnerGroupInfo", "main", this.query(wrong));
    }
    for (const field of ["operatorUserId", "pageSize", "uuid"]) {
      await this.assertError(`Missing${field}`, "searchOrgInnerGroupInfo", "main", this.query({ [field]: undefined }));
    }
    await this.assertGuarded("Custom.Group.Read", "searchOrgInnerGroupInfo", this.query());
  }

  active(fields) {
    return this.request("getGroupActiveInfo", { statDate: daysAgo(0).text, dingGroupId: this.id, ...PAGE, ...fields });
  }

  async getGroupActiveInfo() {
    const { ann } = this.organisation.members;
    const listed = await this.call("searchOrgInnerGroupInfo", "main", this.query({ groupName: "节点群" }));
    const created = new Date(listed.body.items[0].groupCreateTime + 8 * 3_600_000).toISOString();
    const group = {
      statDate: daysAgo(0).text, dingGroupId: this.id, groupCreateTime: created.slice(0, 19).replace("T", " "),
      groupCreateUserId: ann.unionid, groupCreateUserName: ann.name, groupName: "节点群", groupType: 4, groupUserCnt1d: 3,
      // The file counts as a message.
      sendMessageUserCnt1d: 2, sendMessageCnt1d: 8, openConvUv1d: 3,
    };
    await this.assertBody({ data: [group], totalCount: 1 }, "getGroupActiveInfo", "main", this.active());
    await this.assertBody({ data: [group], totalCount: 1 }, "getGroupActiveInfo", "main", this.active({ groupType: 4 }));
    await this.assertBody({ data: [], totalCount: 1 }, "getGroupActiveInfo", "main", this.active({ pageNumber: 2 }));
    // The group did not exist yesterday.
    for (const none of [{ groupType: 3 }, { statDate: daysAgo(1).text }]) {
      await this.assertBody({ data: [], totalCount: 0 }, "getGroupActiveInfo", "main", this.active(none));
    }
  }

  async getGroupActiveInfoErrors() {
    for (const missing of [{ statDate: undefined }, { pageNumber: undefined }, { pageSize: undefined }]) {
      await this.assertError("param.blank", "getGroupActiveInfo", "main", this.active(missing));
    }
    for (const wrong of [{ statDate: "x" }, { statDate: daysAgo(-1).text }, { pageNumber: 0 }, { pageSize: 201 }, { groupType: 5 }]) {
      await this.assertError("param.illegal", "getGroupActiveInfo", "main", this.active(wrong));
    }
    await this.assertGuarded("Custom.Common.Read", "getGroupActiveInfo", this.active());
  }

  ban(fields) {
    return this.request("banOrOpenGroupWords", { openConverationId: this.id, banWordsType: 1, ...fields });
  }

  async banOrOpenGroupWords() {
    const done = { code: "200", cause: "ok" };
    await this.assertBody(done, "banOrOpenGroupWords", "main", this.ban());
    await assert.rejects(this.postMessage("cat"), /group\.words\.banned/);
    // Administrators may still write.
    await this.postMessage("bob");
    await this.assertBody(done, "banOrOpenGroupWords", "main", this.ban({ banWordsType: 0 }));
    await this.postMessage("cat");
  }

  async banOrOpenGroupWordsErrors() {
    for (const openConverationId of [undefined, "none"]) {
      await this.assertError("illegal.parameter.cid", "banOrOpenGroupWords", "main", this.ban({ openConverationId }));
    }
    for (const banWordsType of [undefined, 2]) {
      await this.assertError("illegal.parameter.type", "banOrOpenGroupWords", "main", this.ban({ banWordsType }));
    }
    for (const openConverationId of ["cidNobody==", this.other]) {
      await this.assertError("not.inner.group", "banOrOpenGroupWords", "main", this.ban({ openConverationId }));
    }
    await this.assertGuarded("Custom.Group.Write", "banOrOpenGroupWords", this.ban());
  }
}
