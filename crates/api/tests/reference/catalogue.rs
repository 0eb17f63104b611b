//! What each number of each service of the data catalogue counts. Written independently, from the names in the
//! documentation.

use serde_json::json;

use crate::reference::datacenter::{
    Kpi, attendance, count, employees, fact_count, lives, messages, people, rate, ratio, whole_minutes,
};
use crate::reference::kac::Logins;
use crate::reference::oracle::Facts;

/// The id of an operation, its path below `/v1.0/datacenter/`, and its numbers in order.
pub const SERVICES: &[(&str, &str, &[Kpi])] = &[
    ("statistics.dc_todo", "todoUserData", &[("4108", |day| people(&day.facts.kind("todo")))]),
    (
        "statistics.dc_calendar",
        "calendarData",
        &[
            ("4125", |day| people(&day.facts.kind("calendar"))),
            ("4126", |day| people(&day.facts.kind("calendar").with("action", "created"))),
            ("4127", |day| people(&day.facts.kind("calendar").with("action", "received"))),
        ],
    ),
    (
        "statistics.dc_drive",
        "driveData",
        &[
            ("4117", |day| people(&day.facts.kind("drive"))),
            ("4118", |day| count(&day.facts.kind("drive").with("action", "uploaded"))),
            ("4119", |day| count(&day.facts.kind("drive").with("action", "previewed"))),
        ],
    ),
    (
        "statistics.dc_single_message",
        "singleMessagerData",
        &[
            ("4004", |day| people(&messages(&day.facts))),
            ("4025", |day| rate(messages(&day.of_members).people(), day.members)),
            ("4026", |day| count(&messages(&day.facts))),
            ("4027", |day| people(&day.facts.kind("single_message"))),
            ("4028", |day| count(&day.facts.kind("single_message"))),
            ("4029", |day| ratio(messages(&day.facts).count(), messages(&day.facts).people(), 10)),
        ],
    ),
    (
        "statistics.dc_group_message",
        "groupMessageData",
        &[
            ("4030", |day| people(&day.facts.kind("group_message"))),
            ("4031", |day| json!(day.groups.new)),
            ("4032", |day| json!(day.facts.kind("group_message").distinct_count("openConversationId"))),
            ("4033", |day| count(&day.facts.kind("group_message"))),
            ("4034", |day| json!(day.groups.all)),
            ("4035", |day| json!(day.groups.departments)),
        ],
    ),
    (
        "statistics.dc_report",
        "reportData",
        &[
            ("4100", |day| count(&day.facts.kind("report_sent"))),
            ("4101", |day| people(&day.facts.kind("report_sent"))),
            ("4102", |day| people(&day.facts.kind("report_comment"))),
        ],
    ),
    (
        "statistics.dc_mail",
        "mailData",
        &[
            ("4110", |day| count(&day.facts.kind("mail"))),
            ("4111", |day| count(&day.facts.kind("mail").with("action", "sent"))),
            ("4112", |day| count(&day.facts.kind("mail").with("action", "forwarded"))),
            ("4113", |day| count(&day.facts.kind("mail").with("action", "replied"))),
            ("4114", |day| people(&day.facts.kind("mail").with("action", "sent"))),
            ("4115", |day| people(&day.facts.kind("mail").with("action", "forwarded"))),
            ("4116", |day| people(&day.facts.kind("mail").with("action", "replied"))),
        ],
    ),
    (
        "statistics.dc_document",
        "documentData",
        &[
            ("4103", |day| count(&day.facts.kind("document").with("action", "created"))),
            ("4104", |day| count(&day.facts.kind("document").with("action", "edited"))),
            ("4105", |day| count(&day.facts.kind("document").with("action", "shared"))),
            ("4106", |day| count(&day.facts.kind("document").with("action", "read"))),
        ],
    ),
    (
        "statistics.dc_checkin",
        "checkinData",
        &[
            ("4090", |day| count(&day.facts.kind("check_in"))),
            ("4091", |day| people(&day.facts.kind("check_in"))),
        ],
    ),
    (
        "statistics.dc_blackboard",
        "blackboardData",
        &[
            ("4080", |day| people(&day.facts.kind("announcement").with("action", "read"))),
            ("5001", |day| count(&day.facts.kind("announcement").with("action", "sent"))),
            ("5002", |day| people(&day.facts.kind("announcement").with("action", "received"))),
        ],
    ),
    (
        "statistics.dc_attendance",
        "attendanceData",
        &[
            ("4084", |day| people(&attendance(day, "present"))),
            ("4085", |day| people(&attendance(day, "field"))),
            ("4086", |day| people(&attendance(day, "expected"))),
            ("4087", |day| rate(attendance(day, "present").people(), attendance(day, "expected").people())),
            ("4088", |day| count(&attendance(day, "correction"))),
            ("4089", |day| count(&attendance(day, "clocked"))),
        ],
    ),
    (
        "statistics.dc_approval",
        "approvalData",
        &[
            ("4092", |day| fact_count(&day.cumulative.kind("approval_template"))),
            ("4093", |day| fact_count(&day.cumulative.kind("approval_template").with("custom", true))),
            ("4094", |day| fact_count(&day.facts.kind("approval_template").with("custom", true))),
            ("4095", |day| fact_count(&day.facts.kind("approval_submitted"))),
            ("4096", |day| people(&day.facts.kind("approval_submitted"))),
            ("4097", |day| json!(day.facts.kind("approval_submitted").distinct_count("templateId"))),
            ("4098", |day| count(&day.facts.kind("approval_acted"))),
            ("4099", |day| people(&day.facts.kind("approval_acted"))),
        ],
    ),
    (
        "statistics.dc_red_envelope_send",
        "redEnvelopeSendData",
        &[
            ("4074", |day| count(&day.facts.kind("red_packet_sent"))),
            ("4075", |day| count(&day.facts.kind("red_packet_sent").with("packetKind", "lucky"))),
            ("4076", |day| count(&day.facts.kind("red_packet_sent").with("packetKind", "exclusive"))),
            ("4077", |day| people(&day.facts.kind("red_packet_sent"))),
            ("4078", |day| people(&day.facts.kind("red_packet_sent").with("packetKind", "lucky"))),
            ("4079", |day| people(&day.facts.kind("red_packet_sent").with("packetKind", "exclusive"))),
        ],
    ),
    (
        "statistics.dc_red_envelope_receive",
        "redEnvelopeReciveData",
        &[
            ("4068", |day| count(&day.facts.kind("red_packet_received"))),
            ("4069", |day| count(&day.facts.kind("red_packet_received").with("packetKind", "lucky"))),
            ("4070", |day| count(&day.facts.kind("red_packet_received").with("packetKind", "exclusive"))),
            ("4071", |day| people(&day.facts.kind("red_packet_received"))),
            ("4072", |day| people(&day.facts.kind("red_packet_received").with("packetKind", "lucky"))),
            ("4073", |day| people(&day.facts.kind("red_packet_received").with("packetKind", "exclusive"))),
        ],
    ),
    (
        "statistics.dc_group_live",
        "groupLiveData",
        &[
            ("4061", |day| fact_count(&lives(day))),
            ("4062", |day| fact_count(&day.facts.kind("live_viewing").nonzero("liveMs"))),
            ("4063", |day| people(&day.facts.kind("live_viewing").nonzero("liveMs"))),
            ("4064", |day| whole_minutes(&lives(day))),
            ("4065", |day| {
                let viewings = day.facts.kind("live_viewing");
                let mut watched = viewings.nonzero("liveMs").who();
                watched.extend(viewings.nonzero("replayMs").who());
                json!(watched.len())
            }),
            ("4066", |day| fact_count(&day.facts.kind("live_viewing").nonzero("replayMs"))),
            ("4067", |day| people(&day.facts.kind("live_viewing").nonzero("replayMs"))),
        ],
    ),
    (
        "statistics.dc_circle",
        "circleData",
        &[
            ("4017", |day| count(&day.facts.kind("circle").with("action", "commented"))),
            ("4018", |day| people(&day.facts.kind("circle").with("action", "commented"))),
            ("4019", |day| count(&day.facts.kind("circle").with("action", "liked"))),
            ("4020", |day| people(&day.facts.kind("circle").with("action", "liked"))),
            ("4021", |day| count(&day.facts.kind("circle").with("action", "posted"))),
            ("4022", |day| count(&day.cumulative.kind("circle").with("action", "posted"))),
            ("4023", |day| people(&day.facts.kind("circle").with("action", "posted"))),
            ("4024", |day| people(&day.cumulative.kind("circle").with("action", "posted"))),
        ],
    ),
    (
        "statistics.dc_online_user",
        "onlineUserData",
        &[
            ("19001", |day| people(&day.facts.kind("login"))),
            ("4001", |day| json!(day.members)),
            ("4002", |day| people(&day.facts.kind("login"))),
            ("4003", |day| rate(day.of_members.kind("login").people(), day.members)),
            ("4004", |day| people(&messages(&day.facts))),
            ("4005", |day| json!(Logins::of(&day.facts).desktop)),
            ("4006", |day| json!(Logins::of(&day.facts).mobile)),
        ],
    ),
    (
        "statistics.dc_tel_meeting",
        "telMeetingData",
        &[
            ("4056", |day| fact_count(&day.facts.kind("phone_meeting").with("connected", true))),
            ("4057", |day| whole_minutes(&day.facts.kind("phone_meeting").with("connected", true))),
            ("4058", |day| people(&day.facts.kind("phone_participation").with("joined", true))),
            ("4059", |day| fact_count(&day.facts.kind("phone_meeting"))),
            ("4060", |day| people(&day.facts.kind("phone_meeting"))),
        ],
    ),
    (
        "statistics.dc_video_meeting",
        "vedioMeetingData",
        &[
            ("4049", |day| whole_minutes(&day.facts.kind("video_meeting").with("connected", true))),
            ("4050", |day| fact_count(&day.facts.kind("video_participation").with("joined", true))),
            ("4051", |day| fact_count(&day.facts.kind("video_meeting"))),
            ("4052", |day| people(&day.facts.kind("video_participation").with("joined", true))),
            ("4053", |day| fact_count(&day.facts.kind("video_meeting").with("connected", true))),
            ("4054", |day| people(&day.facts.kind("video_meeting"))),
            ("4055", |day| people(&day.facts.kind("video_participation"))),
        ],
    ),
    (
        "statistics.dc_health",
        "healtheUserData",
        &[
            ("4082", |day| people(&day.facts.kind("steps"))),
            ("4083", |day| {
                let many = day.facts.kind("steps").0.into_iter();
                people(&Facts(many.filter(|record| record.fact["count"].as_u64() > Some(5_000)).collect()))
            }),
        ],
    ),
    (
        "statistics.dc_employee_type",
        "employeeTypeData",
        &[
            ("4009", |day| employees(day, "employeeType", "full_time")),
            ("4010", |day| employees(day, "complete", false)),
            ("4011", |day| employees(day, "status", "permanent")),
            ("4012", |day| employees(day, "status", "probation")),
            ("4013", |day| employees(day, "employeeType", "part_time")),
            ("4014", |day| employees(day, "employeeType", "outsourced")),
            ("4015", |day| employees(day, "status", "leaving")),
            ("4016", |day| employees(day, "employeeType", "intern")),
            ("4130", |day| employees(day, "employeeType", "dispatched")),
            ("4131", |day| employees(day, "employeeType", "rehired")),
            ("4132", |day| employees(day, "employeeType", "none")),
            ("4133", |day| employees(day, "status", "left")),
            ("4134", |day| employees(day, "status", "trial")),
        ],
    ),
    (
        "statistics.dc_ding_send",
        "dingSendData",
        &[
            ("4036", |day| count(&day.facts.kind("ding_sent"))),
            ("4037", |day| people(&day.facts.kind("ding_sent"))),
            ("4038", |day| count(&day.facts.kind("ding_sent").with("dingKind", "app"))),
            ("4039", |day| people(&day.facts.kind("ding_sent").with("dingKind", "app"))),
            ("4040", |day| count(&day.facts.kind("ding_sent").with("dingKind", "sms"))),
            ("4041", |day| people(&day.facts.kind("ding_sent").with("dingKind", "sms"))),
            ("4042", |day| count(&day.facts.kind("ding_sent").with("dingKind", "call"))),
            ("4043", |day| people(&day.facts.kind("ding_sent").with("dingKind", "call"))),
        ],
    ),
    (
        "statistics.dc_active_user",
        "activeUserData",
        &[("4007", |day| json!(day.activated)), ("4008", |day| rate(day.activated, day.members))],
    ),
    (
        "statistics.dc_ding_receive",
        "dingReciveData",
        &[
            ("4044", |day| count(&day.facts.kind("ding_received"))),
            ("4045", |day| count(&day.facts.kind("ding_received").with("dingKind", "app"))),
            ("4046", |day| count(&day.facts.kind("ding_received").with("dingKind", "sms"))),
            ("4047", |day| count(&day.facts.kind("ding_received").with("dingKind", "call"))),
            ("4048", |day| count(&day.facts.kind("ding_comment"))),
        ],
    ),
];
