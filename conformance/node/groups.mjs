// Internal groups, whether words are banned in them, and what happened in them; Carillon's own operations make them.
import assert from "node:assert/strict";
import { Generated } from "./generated.mjs";
import { daysAgo } from "./office.mjs";

const PAGE = { pageNumber: 1, pageSize: 20 };

export class Groups extends Generated {
  static operations = ["searchOrgInnerGroupInfo", "getGroupActiveInfo", "banOrOpenGroupWords"];

  constructor(world, office) {
    super(world, "exclusive_1_0");
    this.office = office;
  }

  own(path, fields) {
    return this.world.callV1(`/v1.0/carillon/groups/${path}`, fields);
  }

  say(short, fields) {
    return this.own("messages/send", { openConversationId: this.id, senderUserId: this.office.members[short].userid, ...fields });
  }

  async prepare() {
    await this.office.open();
    const { ann, bob, cat } = this.office.members;
    this.began = Date.now();
    const scene = {
      title: "节点群", groupType: 4, templateId: "tpl02", templateName: "模板", ownerUserId: ann.userid,
      administratorUserIds: [bob.userid], memberUserIds: [cat.userid], syncToDingpan: 1, extensions: { k1: "v1", k2: "v2" },
    };
    this.id = (await this.own("create", scene)).openConversationId;
    const other = { title: "节点别群", groupType: 3, ownerUserId: cat.userid };
    this.other = (await this.own("create", other)).openConversationId;
    await this.own("dissolve", { openConversationId: this.other });
    await this.say("cat", { fileSize: 4096 });
    const now = { at: Date.now() };
    const here = { openConversationId: this.id };
    await this.office.happened("groups", [
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
    const { userid: operatorUserId } = this.office.members.ann;
    return this.request("searchOrgInnerGroupInfo", { operatorUserId, uuid: "n1", pageStart: 1, pageSize: 20, ...fields });
  }

  // A page that has to hold some groups.
  found(items, totalCount, fields) {
    const page = { itemCount: items.length, items, totalCount };
    return this.answers(page, "searchOrgInnerGroupInfo", "main", this.query(fields));
  }

  async searchOrgInnerGroupInfo() {
    const { ann, cat } = this.office.members;
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
    await this.found([scene, other], 2, { groupName: "节点" });
    await this.found([other], 2, { groupName: "节点", pageStart: 2, pageSize: 1 });
    await this.found([scene], 1, { groupOwner: ann.userid, groupMembersCountStart: 2, groupMembersCountEnd: 3 });
    await this.found([scene], 1, { groupName: "节点", syncToDingpan: 1 });
    await this.found([scene, other], 2, { groupName: "节点", createTimeStart: this.began, lastActiveTimeStart: this.began });
    await this.found([], 0, { groupName: "节点", createTimeEnd: this.began - 1 });
    await this.found([], 0, { groupName: "节点", lastActiveTimeEnd: this.began - 1 });
  }

  async searchOrgInnerGroupInfoErrors() {
    const wrongs = [
      { operatorUserId: undefined }, { operatorUserId: "none" }, { uuid: undefined },
      { pageStart: 0 }, { pageSize: 101 }, { pageSize: undefined }, { syncToDingpan: 2 },
    ];
    for (const wrong of wrongs) {
      await this.refused("param.illegal", "searchOrgInnerGroupInfo", "main", this.query(wrong));
    }
    await this.guarded("Custom.Group.Read", "searchOrgInnerGroupInfo", this.query());
  }

  active(fields) {
    return this.request("getGroupActiveInfo", { statDate: daysAgo(0).text, dingGroupId: this.id, ...PAGE, ...fields });
  }

  async getGroupActiveInfo() {
    const { ann } = this.office.members;
    const listed = await this.answer("searchOrgInnerGroupInfo", "main", this.query({ groupName: "节点群" }));
    const created = new Date(listed.body.items[0].groupCreateTime + 8 * 3_600_000).toISOString();
    const group = {
      statDate: daysAgo(0).text, dingGroupId: this.id, groupCreateTime: created.slice(0, 19).replace("T", " "),
      groupCreateUserId: ann.unionid, groupCreateUserName: ann.name, groupName: "节点群", groupType: 4, groupUserCnt1d: 3,
      // The file that was sent came in a message, too.
      sendMessageUserCnt1d: 2, sendMessageCnt1d: 8, openConvUv1d: 3,
    };
    await this.answers({ data: [group], totalCount: 1 }, "getGroupActiveInfo", "main", this.active());
    await this.answers({ data: [group], totalCount: 1 }, "getGroupActiveInfo", "main", this.active({ groupType: 4 }));
    await this.answers({ data: [], totalCount: 1 }, "getGroupActiveInfo", "main", this.active({ pageNumber: 2 }));
    // Yesterday it was not there yet.
    for (const none of [{ groupType: 3 }, { statDate: daysAgo(1).text }]) {
      await this.answers({ data: [], totalCount: 0 }, "getGroupActiveInfo", "main", this.active(none));
    }
  }

  async getGroupActiveInfoErrors() {
    for (const missing of [{ statDate: undefined }, { pageNumber: undefined }, { pageSize: undefined }]) {
      await this.refused("param.blank", "getGroupActiveInfo", "main", this.active(missing));
    }
    for (const wrong of [{ statDate: "x" }, { statDate: daysAgo(-1).text }, { pageNumber: 0 }, { pageSize: 201 }, { groupType: 5 }]) {
      await this.refused("param.illegal", "getGroupActiveInfo", "main", this.active(wrong));
    }
    await this.guarded("Custom.Common.Read", "getGroupActiveInfo", this.active());
  }

  ban(fields) {
    return this.request("banOrOpenGroupWords", { openConverationId: this.id, banWordsType: 1, ...fields });
  }

  async banOrOpenGroupWords() {
    const done = { code: "200", cause: "ok" };
    await this.answers(done, "banOrOpenGroupWords", "main", this.ban());
    await assert.rejects(this.say("cat"), /group\.words\.banned/);
    // Whoever runs the group may go on.
    await this.say("bob");
    await this.answers(done, "banOrOpenGroupWords", "main", this.ban({ banWordsType: 0 }));
    await this.say("cat");
  }

  async banOrOpenGroupWordsErrors() {
    for (const openConverationId of [undefined, "none"]) {
      await this.refused("illegal.parameter.cid", "banOrOpenGroupWords", "main", this.ban({ openConverationId }));
    }
    for (const banWordsType of [undefined, 2]) {
      await this.refused("illegal.parameter.type", "banOrOpenGroupWords", "main", this.ban({ banWordsType }));
    }
    for (const openConverationId of ["cidNobody==", this.other]) {
      await this.refused("not.inner.group", "banOrOpenGroupWords", "main", this.ban({ openConverationId }));
    }
    await this.guarded("Custom.Group.Write", "banOrOpenGroupWords", this.ban());
  }
}
