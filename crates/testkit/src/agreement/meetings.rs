//! Video meetings, phone conferences and live sessions.

use serde_json::{Value, json};

use super::{Answers, assert_equal, count};

/// The tenths of a decimal text.
fn tenths(text: &Value) -> u64 {
    text.as_str().unwrap().replace('.', "").parse().unwrap()
}

pub(super) fn check(answers: &Answers<'_>) {
    let video = answers.totals("v2/datav/videoconf/get");
    let phone = answers.totals("datav/telconf/get");
    let (videos, phones) =
        (answers.list("datav/videoconf/detail/list"), answers.list("datav/telconf/detail/list"));
    let (video_root, phone_root) =
        (answers.root("datav/dept/videoconf/list"), answers.root("datav/dept/telconf/list"));
    let (video_catalogue, phone_catalogue) =
        (answers.catalogue("vedioMeetingData"), answers.catalogue("telMeetingData"));
    assert_equal(
        "video meetings that came about",
        &[
            ("v2/videoconf/get", &video["start_video_conf_secc_cnt"]),
            ("videoconf/detail/list", &count(videos.len())),
            ("vedioMeetingData 4053", &video_catalogue["4053_DAY"]),
        ],
    );
    assert_equal(
        "phone conferences that came about",
        &[
            ("telconf/get", &phone["call_count"]),
            ("telconf/detail/list", &count(phones.len())),
            ("telMeetingData 4056", &phone_catalogue["4056_DAY"]),
        ],
    );
    let mut video_starts = assert_equal(
        "video meetings started",
        &[("v2/videoconf/get", &video["start_video_conf_cnt"]), ("4051", &video_catalogue["4051_DAY"])],
    );
    let mut phone_starts =
        assert_equal("phone conferences started", &[("4059", &phone_catalogue["4059_DAY"])]);
    let mut video_joins = assert_equal(
        "participations in video meetings",
        &[
            ("v2/videoconf/get", &video["join_video_conf_secc_usr_cnt"]),
            ("4050", &video_catalogue["4050_DAY"]),
        ],
    );
    let mut phone_joins =
        assert_equal("participations in phone conferences", &[("telconf/get", &phone["call_join_pv"])]);
    assert_equal(
        "who joined video meetings",
        &[
            ("v2/videoconf/get", &video["join_video_conf_secc_usr_num"]),
            ("4052", &video_catalogue["4052_DAY"]),
        ],
    );
    assert_equal(
        "who started video meetings",
        &[("v2/videoconf/get", &video["start_video_conf_usr_num"]), ("4054", &video_catalogue["4054_DAY"])],
    );
    let whole = |text: &Value| (tenths(text) + 5) / 10;
    let rounded = |exact: &Value, number: &Value| {
        let number = number.as_u64().unwrap();
        assert!(number == whole(exact) || number + 1 == whole(exact), "{exact} minutes and {number}");
    };
    rounded(&video["start_video_conf_len_min"], &video_catalogue["4049_DAY"]);
    rounded(&phone["call_duration_min"], &phone_catalogue["4057_DAY"]);
    if !answers.day.with_leavers {
        video_starts.add("dept/videoconf/list", &video_root["start_count"]).check();
        phone_starts.add("dept/telconf/list", &phone_root["start_count"]).check();
        video_joins.add("dept/videoconf/list", &video_root["join_count"]).check();
        phone_joins.add("dept/telconf/list", &phone_root["join_count"]).check();
        assert_eq!(video_root["start_len_min"], video["start_video_conf_len_min"]);
        assert_eq!(phone_root["start_len_min"], phone["call_duration_min"]);
    }
    for root in [&video_root, &phone_root] {
        // Average times count is the sum, up to the rounding to tenths of minutes.
        let (length, average) = (tenths(&root["start_len_min"]), tenths(&root["start_avg_len_min"]));
        let started = root["start_count"].as_u64().unwrap();
        assert!(length.abs_diff(average * started) <= started.max(1), "{root}");
    }
}

pub(super) fn check_lives(answers: &Answers<'_>) {
    let live = answers.kac("datav/videolive/get", "param_video_live_summary_request", &json!({}));
    let list = answers.list("datav/videolive/detail/list");
    let root = answers.root("datav/dept/videolive/list");
    let catalogue = answers.catalogue("groupLiveData");
    assert_equal(
        "lives",
        &[
            ("videolive/get", &live["live_launch_succ_cnt"]),
            ("videolive/detail/list", &count(list.len())),
            ("groupLiveData 4061", &catalogue["4061_DAY"]),
        ],
    );
    assert_equal(
        "views of lives",
        &[("videolive/get", &live["live_play_cnt"]), ("4062", &catalogue["4062_DAY"])],
    );
    assert_equal(
        "viewers of lives",
        &[("videolive/get", &live["live_play_user_cnt"]), ("4063", &catalogue["4063_DAY"])],
    );
    assert_equal(
        "who watched",
        &[("videolive/get", &live["watch_group_live_user_cnt"]), ("4065", &catalogue["4065_DAY"])],
    );
    if !answers.day.with_leavers {
        assert_equal(
            "lives",
            &[("videolive/get", &live["live_launch_succ_cnt"]), ("dept", &root["live_launch_count"])],
        );
        assert_equal(
            "viewers of lives",
            &[("videolive/get", &live["live_play_user_cnt"]), ("dept", &root["live_play_user_count"])],
        );
        assert_eq!(live["live_succ_time_len"], root["live_time_length"]);
    }
}
