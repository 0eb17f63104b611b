//! Messages and DINGs.

use serde_json::json;

use super::{Answers, assert_equal};

pub(super) fn check(answers: &Answers<'_>) {
    let chat = answers.totals("datav/chat/summary/get");
    let root = answers.root("datav/dept/chat/summary/list");
    let active = answers.totals("datav/dau/summary/get");
    let online = answers.catalogue("onlineUserData");
    let (single, group) = (answers.catalogue("singleMessagerData"), answers.catalogue("groupMessageData"));
    let parts =
        chat["single_message_count"].as_u64().unwrap() + chat["group_message_count"].as_u64().unwrap();
    assert_equal(
        "messages",
        &[
            ("chat/summary", &chat["message_total_count"]),
            ("chat/summary, both kinds", &json!(parts)),
            ("singleMessagerData 4026", &single["4026_DAY"]),
        ],
    );
    assert_equal(
        "who sent messages",
        &[
            ("chat/summary", &chat["message_user_count"]),
            ("dau/summary", &active["chat_user_count"]),
            ("singleMessagerData 4004", &single["4004_DAY"]),
            ("onlineUserData 4004", &online["4004_DAY"]),
        ],
    );
    assert_equal(
        "single messages",
        &[("chat/summary", &chat["single_message_count"]), ("4028", &single["4028_DAY"])],
    );
    assert_equal(
        "who sent single messages",
        &[("chat/summary", &chat["chat_user_count"]), ("4027", &single["4027_DAY"])],
    );
    assert_equal(
        "who sent group messages",
        &[("chat/summary", &chat["group_chat_user_count"]), ("4030", &group["4030_DAY"])],
    );
    if !answers.day.with_leavers {
        for (total, of_root) in [
            ("message_total_count", "message_cnt"),
            ("message_user_count", "send_message_user_cnt"),
            ("chat_user_count", "send_single_message_user_cnt"),
            ("group_chat_user_count", "send_group_message_user_cnt"),
            ("group_message_count", "group_message_cnt"),
            ("single_message_count", "single_message_cnt"),
            ("message_avg_count", "send_message_avg_cnt"),
            ("group_send_file_message_count", "group_send_file_message_cnt"),
        ] {
            assert_equal(total, &[("chat/summary", &chat[total]), ("dept/chat/summary", &root[of_root])]);
        }
    }
}

pub(super) fn check_dings(answers: &Answers<'_>) {
    let ding = answers.kac("datav/ding/get", "ding_usage_summary_request", &json!({}));
    let root = answers.root("datav/dept/ding/list");
    let catalogue = answers.catalogue("dingSendData");
    for (name, kpi) in [
        ("ding_cnt", "4036"),
        ("ding_user_cnt", "4037"),
        ("ding_app_cnt", "4038"),
        ("ding_app_user_cnt", "4039"),
        ("ding_sms_cnt", "4040"),
        ("ding_sms_user_cnt", "4041"),
        ("ding_call_cnt", "4042"),
        ("ding_call_user_cnt", "4043"),
    ] {
        let mut both =
            assert_equal(name, &[("ding/get", &ding[name]), (kpi, &catalogue[format!("{kpi}_DAY")])]);
        // DINGs of an app belong to no member.
        if !answers.day.with_leavers && name.ends_with("user_cnt") {
            both.add("dept/ding/list", &root[name]).check();
        }
    }
}
