//! Members: in all, active and activated.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Answers, assert_equal, count};

pub(super) fn check(answers: &Answers<'_>) {
    let (day, server) = (answers.day, answers.server);
    let summary = answers.totals("datav/dau/summary/get");
    let root = answers.root("datav/dept/dau/list");
    let online = answers.catalogue("onlineUserData");
    let activation = answers.catalogue("activeUserData");
    let request = json!({ "statDates": [day.day], "corpIds": [online["corp_id"]] });
    let county = server.v1("POST", "/v1.0/datacenter/digitalCounty/orgInfos/query", Some(&request));
    let county: Value = serde_json::from_str(county["result"].as_str().unwrap()).unwrap();
    let county = &county[0];
    let inactive = answers.inactive();
    let never: BTreeSet<String> = answers
        .list("datav/inactivated/user/list")
        .iter()
        .map(|row| row["userid"].as_str().unwrap().to_owned())
        .collect();

    let mut contacts = assert_equal(
        "members",
        &[
            ("dau/summary", &summary["contacts_count"]),
            ("dept/dau/list", &root["contacts_number"]),
            ("onlineUserData 4001", &online["4001_DAY"]),
            ("orgInfos", &county["contacts_count"]),
        ],
    );
    let mut active = assert_equal(
        "active",
        &[
            ("dau/summary", &summary["daily_active_users"]),
            ("onlineUserData 19001", &online["19001_DAY"]),
            ("onlineUserData 4002", &online["4002_DAY"]),
            ("orgInfos", &county["daily_active_users"]),
        ],
    );
    let mut of_members = assert_equal("active members", &[("dept/dau/list", &root["daily_active_users"])]);
    let active_members = root["daily_active_users"].as_u64().unwrap();
    contacts.add("active and inactives/users/query", &json!(active_members + inactive.len() as u64)).check();
    if !day.is_today {
        let (active_userids, inactive_userids) = (answers.signed_in(true), answers.signed_in(false));
        of_members.add("inactive/user/v2/get", &count(active_userids.len())).check();
        contacts
            .add("inactive/user/v2/get, both", &count(active_userids.len() + inactive_userids.len()))
            .check();
        assert!(
            inactive_userids.iter().eq(inactive.keys()),
            "who was inactive: {inactive_userids:?} and {:?}",
            inactive.keys()
        );
        assert!(
            active_userids.is_disjoint(&never),
            "active and never activated: {active_userids:?} and {never:?}"
        );
    }
    if !day.with_leavers {
        active.add("dept/dau/list", &root["daily_active_users"]).check();
        assert_equal(
            "active on phones",
            &[("dau", &summary["app_active_users"]), ("dept/dau", &root["app_active_users"])],
        );
        assert_equal(
            "active on computers",
            &[("dau", &summary["pc_active_users"]), ("dept/dau", &root["pc_active_users"])],
        );
        // Active within 30 days are those of the day, and those whom the list of inactive members marks so.
        let recently_active = inactive.values().filter(|row| row["14008_DAY"] == "Y").count() as u64;
        let month = answers.exclusive(&format!("data/dau/org/{}", day.day));
        assert_equal(
            "active within 30 days",
            &[
                ("data/dau/org", &month["actUsrCnt1m"]),
                ("inactives", &json!(active_members + recently_active)),
            ],
        );
    }
    assert_equal(
        "active on phones",
        &[("dau", &summary["app_active_users"]), ("onlineUserData 4006", &online["4006_DAY"])],
    );
    assert_equal(
        "active on computers",
        &[("dau", &summary["pc_active_users"]), ("onlineUserData 4005", &online["4005_DAY"])],
    );

    let mut activated = assert_equal(
        "activated",
        &[
            ("dau/summary", &summary["activated_count"]),
            ("activeUserData 4007", &activation["4007_DAY"]),
            ("orgInfos", &county["activated_count"]),
        ],
    );
    let members = summary["contacts_count"].as_u64().unwrap();
    activated.add("all but inactivated/user/list", &json!(members - never.len() as u64)).check();
    if day.is_today {
        let counted = |only_active: bool| {
            server.legacy("/topapi/user/count", &json!({ "only_active": only_active }))["result"]["count"]
                .clone()
        };
        contacts.add("user/count", &counted(false)).check();
        activated.add("user/count", &counted(true)).check();
        for userid in inactive.keys() {
            let detail = server.legacy("/topapi/v2/user/get", &json!({ "userid": userid }))["result"].clone();
            assert_eq!(detail["active"], !never.contains(userid), "user/get of {userid}");
        }
    }
}
