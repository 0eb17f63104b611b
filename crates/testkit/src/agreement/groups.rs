//! Internal groups.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Answers, assert_equal, count, sum};

pub(super) fn check(answers: &Answers<'_>) {
    let day = answers.day;
    let chat = answers.totals("datav/chat/summary/get");
    let counted = answers.totals("datav/group/get");
    let catalogue = answers.catalogue("groupMessageData");
    let (listed, total) = answers.groups_of_day();
    assert_eq!(listed.len() as u64, total, "activeGroups");
    let infos = answers.group_infos();

    let mut all = assert_equal(
        "groups",
        &[
            ("chat/summary", &chat["group_count"]),
            ("group/get", &counted["inner_group_cnt"]),
            ("groupMessageData 4034", &catalogue["4034_DAY"]),
        ],
    );
    let mut departments = assert_equal(
        "department groups",
        &[("group/get", &counted["dept_group_cnt"]), ("groupMessageData 4035", &catalogue["4035_DAY"])],
    );
    let dashed = format!("{}-{}-{}", &day.day[..4], &day.day[4..6], &day.day[6..]);
    let new = listed.iter().filter(|row| row["groupCreateTime"].as_str().unwrap().starts_with(&dashed));
    assert_equal(
        "new groups",
        &[
            ("chat/summary", &chat["new_group_count"]),
            ("groupMessageData 4031", &catalogue["4031_DAY"]),
            ("activeGroups", &count(new.count())),
        ],
    );
    let active = listed.iter().filter(|row| row["sendMessageCnt1d"].as_u64().unwrap() > 0);
    assert_equal(
        "active groups",
        &[
            ("chat/summary", &chat["active_group_count"]),
            ("groupMessageData 4032", &catalogue["4032_DAY"]),
            ("activeGroups", &count(active.count())),
        ],
    );
    assert_equal(
        "group messages",
        &[
            ("chat/summary", &chat["group_message_count"]),
            ("groupMessageData 4033", &catalogue["4033_DAY"]),
            ("activeGroups", &sum(&listed, "sendMessageCnt1d")),
        ],
    );
    if day.is_today {
        let ids: BTreeMap<&str, &Value> =
            infos.iter().map(|info| (info["openConversationId"].as_str().unwrap(), info)).collect();
        let there = infos.iter().filter(|info| info["status"] != -1).count();
        all.add("orgGroupInfos", &count(there)).check();
        let of_departments = listed
            .iter()
            .filter(|row| row["groupType"] == 2 && ids[row["dingGroupId"].as_str().unwrap()]["status"] != -1);
        departments.add("activeGroups", &count(of_departments.count())).check();
        for row in &listed {
            let info = ids[row["dingGroupId"].as_str().unwrap()];
            assert_eq!(row["groupName"], info["groupName"]);
            if info["status"] != -1 {
                assert_eq!(row["groupUserCnt1d"], info["groupMembersCount"], "members of {row}");
            }
        }
    }
}
