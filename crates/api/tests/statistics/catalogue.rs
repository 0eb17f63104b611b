//! The data catalogue: every number of every service.

use serde_json::{Value, json};

use crate::statistics::fixture::{DAY, Fixture, busy_day, fact};

/// Facts beside those of a busy day.
pub fn additional_facts() -> Vec<Value> {
    let do_it = |id: &str, userid: &str, kind: &str, fields: Value| fact(id, userid, 1, kind, fields);
    vec![
        do_it("m1", "ann", "todo", json!({ "count": 2 })),
        do_it("m2", "ann", "calendar", json!({ "action": "created", "count": 1 })),
        do_it("m3", "bob", "calendar", json!({ "action": "received", "count": 1 })),
        do_it("m4", "cat", "calendar", json!({ "action": "joined", "count": 1 })),
        do_it("m5", "ann", "drive", json!({ "action": "uploaded", "count": 3 })),
        do_it("m6", "bob", "drive", json!({ "action": "previewed", "count": 4 })),
        do_it("m7", "ann", "report_sent", json!({ "count": 2 })),
        do_it("m8", "bob", "report_comment", json!({ "reportId": "r1" })),
        do_it("m9", "bob", "report_comment", json!({ "reportId": "r2" })),
        do_it("m10", "ann", "mail", json!({ "action": "sent", "count": 5 })),
        do_it("m11", "bob", "mail", json!({ "action": "forwarded", "count": 2 })),
        do_it("m12", "bob", "mail", json!({ "action": "replied", "count": 1 })),
        do_it("m13", "ann", "document", json!({ "action": "created", "count": 1 })),
        do_it("m14", "ann", "document", json!({ "action": "edited", "count": 2 })),
        do_it("m15", "bob", "document", json!({ "action": "shared", "count": 3 })),
        do_it("m16", "cat", "document", json!({ "action": "read", "count": 4 })),
        do_it("m17", "ann", "check_in", json!({ "count": 2 })),
        do_it("m18", "dan", "announcement", json!({ "action": "sent", "count": 1 })),
        do_it("m19", "ann", "announcement", json!({ "action": "received", "count": 1 })),
        do_it("m20", "ann", "announcement", json!({ "action": "read", "count": 1 })),
        do_it("m21", "ann", "attendance", json!({ "event": "expected", "count": 1 })),
        do_it("m22", "bob", "attendance", json!({ "event": "expected", "count": 1 })),
        do_it("m23", "cat", "attendance", json!({ "event": "expected", "count": 1 })),
        do_it("m24", "ann", "attendance", json!({ "event": "present", "count": 1 })),
        do_it("m25", "bob", "attendance", json!({ "event": "field", "count": 1 })),
        do_it("m26", "bob", "attendance", json!({ "event": "correction", "count": 2 })),
        do_it("m27", "ann", "attendance", json!({ "event": "clocked", "count": 4 })),
        do_it("m28", "ann", "approval_template", json!({ "templateId": "t1", "custom": true })),
        fact("m29", "ann", 30, "approval_template", json!({ "templateId": "t2", "custom": false })),
        do_it("m30", "bob", "approval_submitted", json!({ "templateId": "t1", "bySelfBuiltApp": false })),
        do_it("m31", "bob", "approval_submitted", json!({ "templateId": "t1", "bySelfBuiltApp": true })),
        do_it("m32", "cat", "approval_acted", json!({ "count": 3 })),
        do_it("m33", "ann", "red_packet_sent", json!({ "packetKind": "ordinary", "count": 1 })),
        do_it("m34", "ann", "red_packet_sent", json!({ "packetKind": "lucky", "count": 2 })),
        do_it("m35", "bob", "red_packet_sent", json!({ "packetKind": "exclusive", "count": 3 })),
        do_it("m36", "cat", "red_packet_received", json!({ "packetKind": "lucky", "count": 1 })),
        do_it("m37", "dan", "red_packet_received", json!({ "packetKind": "exclusive", "count": 2 })),
        do_it("m38", "ann", "circle", json!({ "action": "posted", "count": 2 })),
        fact("m39", "bob", 30, "circle", json!({ "action": "posted", "count": 1 })),
        do_it("m40", "bob", "circle", json!({ "action": "commented", "count": 3 })),
        do_it("m41", "cat", "circle", json!({ "action": "liked", "count": 4 })),
        do_it("m42", "ann", "steps", json!({ "count": 5_001 })),
        do_it("m43", "bob", "steps", json!({ "count": 5_000 })),
        do_it("m44", "ann", "ding_comment", json!({ "count": 2 })),
        do_it("m45", "bob", "ding_received", json!({ "dingKind": "app", "count": 2 })),
        do_it("m46", "bob", "ding_received", json!({ "dingKind": "sms", "count": 1 })),
        do_it("m47", "bob", "ding_received", json!({ "dingKind": "call", "count": 1 })),
        fact(
            "m48",
            "ann",
            40,
            "employment",
            json!({ "employeeType": "intern", "status": "trial", "complete": true }),
        ),
        do_it(
            "m49",
            "ann",
            "employment",
            json!({ "employeeType": "full_time", "status": "permanent", "complete": true }),
        ),
        do_it(
            "m50",
            "bob",
            "employment",
            json!({ "employeeType": "part_time", "status": "probation", "complete": false }),
        ),
        do_it(
            "m51",
            "cat",
            "employment",
            json!({ "employeeType": "outsourced", "status": "leaving", "complete": true }),
        ),
        do_it(
            "m52",
            "dan",
            "employment",
            json!({ "employeeType": "dispatched", "status": "left", "complete": false }),
        ),
    ]
}

#[test]
fn every_number_of_every_service() {
    let fixture = Fixture::new();
    fixture.send_facts(&busy_day());
    fixture.send_facts(&additional_facts());
    for (service, numbers) in [
        ("todoUserData", json!({ "4108": 1 })),
        ("calendarData", json!({ "4125": 3, "4126": 1, "4127": 1 })),
        ("driveData", json!({ "4117": 2, "4118": 3, "4119": 4 })),
        (
            "singleMessagerData",
            json!({ "4004": 3, "4025": 0.75, "4026": 11, "4027": 2, "4028": 4, "4029": 3.7 }),
        ),
        ("groupMessageData", json!({ "4030": 2, "4031": 1, "4032": 2, "4033": 7, "4034": 2, "4035": 1 })),
        ("reportData", json!({ "4100": 2, "4101": 1, "4102": 1 })),
        ("mailData", json!({ "4110": 8, "4111": 5, "4112": 2, "4113": 1, "4114": 1, "4115": 1, "4116": 1 })),
        ("documentData", json!({ "4103": 1, "4104": 2, "4105": 3, "4106": 4 })),
        ("checkinData", json!({ "4090": 2, "4091": 1 })),
        ("blackboardData", json!({ "4080": 1, "5001": 1, "5002": 1 })),
        ("attendanceData", json!({ "4084": 1, "4085": 1, "4086": 3, "4087": 0.3333, "4088": 2, "4089": 4 })),
        (
            "approvalData",
            json!({ "4092": 2, "4093": 1, "4094": 1, "4095": 2, "4096": 1, "4097": 1, "4098": 3, "4099": 1 }),
        ),
        ("redEnvelopeSendData", json!({ "4074": 6, "4075": 2, "4076": 3, "4077": 2, "4078": 1, "4079": 1 })),
        (
            "redEnvelopeReciveData",
            json!({ "4068": 3, "4069": 1, "4070": 2, "4071": 2, "4072": 1, "4073": 1 }),
        ),
        (
            "groupLiveData",
            json!({ "4061": 2, "4062": 2, "4063": 1, "4064": 11, "4065": 2, "4066": 2, "4067": 2 }),
        ),
        (
            "circleData",
            json!({ "4017": 3, "4018": 1, "4019": 4, "4020": 1, "4021": 2, "4022": 3, "4023": 1, "4024": 2 }),
        ),
        (
            "onlineUserData",
            json!({ "19001": 2, "4001": 4, "4002": 2, "4003": 0.5, "4004": 3, "4005": 1, "4006": 2 }),
        ),
        ("telMeetingData", json!({ "4056": 1, "4057": 2, "4058": 2, "4059": 1, "4060": 1 })),
        (
            "vedioMeetingData",
            json!({ "4049": 30, "4050": 2, "4051": 2, "4052": 2, "4053": 1, "4054": 1, "4055": 3 }),
        ),
        ("healtheUserData", json!({ "4082": 2, "4083": 1 })),
        (
            "employeeTypeData",
            json!({ "4009": 1, "4010": 1, "4011": 1, "4012": 1, "4013": 1, "4014": 1, "4015": 1, "4016": 0,
                                     "4130": 0, "4131": 0, "4132": 0, "4133": 1, "4134": 0 }),
        ),
        (
            "dingSendData",
            json!({ "4036": 5, "4037": 2, "4038": 2, "4039": 1, "4040": 1, "4041": 1, "4042": 1, "4043": 1 }),
        ),
        ("activeUserData", json!({ "4007": 2, "4008": 0.5 })),
        ("dingReciveData", json!({ "4044": 4, "4045": 2, "4046": 1, "4047": 1, "4048": 2 })),
    ] {
        let path = format!("/v1.0/datacenter/{service}?statDate={DAY}");
        let (status, answer) = fixture.server.v1("GET", &path, None);
        assert_eq!(status, 200, "{service}: {answer}");
        let mut expected = json!({ "stat_date": DAY, "corp_id": fixture.server.corp });
        for (id, number) in numbers.as_object().unwrap() {
            expected[format!("{id}_DAY")] = number.clone();
        }
        assert_eq!(answer["dataList"], json!([expected]), "{service}");
        let ids: Vec<&str> = answer["metaList"]
            .as_array()
            .unwrap()
            .iter()
            .map(|meta| meta["kpiId"].as_str().unwrap())
            .collect();
        let mut named: Vec<&str> = numbers.as_object().unwrap().keys().map(String::as_str).collect();
        named.sort_unstable_by_key(|id| ids.iter().position(|known| known == id));
        assert_eq!(ids, named, "{service}");
    }
    let (_, answer) =
        fixture.server.v1("GET", &format!("/v1.0/datacenter/groupLiveData?statDate={DAY}"), None);
    assert_eq!(
        answer["metaList"][3],
        json!({ "kpiId": "4064", "kpiName": "直播时长", "unit": "分钟", "kpiCaliber": "live minutes", "period": "DAY" }),
    );
}

#[test]
fn organisations_of_a_county() {
    let fixture = Fixture::new();
    fixture.send_facts(&busy_day());
    let corp = fixture.server.corp.to_string();
    let request = json!({ "statDates": [DAY, "20251008"], "corpIds": [corp, "dingother"] });
    let (status, answer) = fixture.server.call_v1("/v1.0/datacenter/digitalCounty/orgInfos/query", &request);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["arguments"], json!([DAY, "20251008", corp, "dingother"]));
    let result: Value = serde_json::from_str(answer["result"].as_str().unwrap()).unwrap();
    let entry = |day: &str, activated: u64, active: u64| {
        json!({ "stat_date": day, "corp_id": corp, "org_name": "测试", "contacts_count": 4,
                                         "activated_count": activated, "daily_active_users": active })
    };
    assert_eq!(result, json!([entry(DAY, 2, 2), entry("20251008", 0, 0)]));
    let future = json!({ "statDates": [DAY, "20251010"], "corpIds": [corp] });
    let (status, answer) = fixture.server.call_v1("/v1.0/datacenter/digitalCounty/orgInfos/query", &future);
    assert_eq!(status, 400);
    assert!(
        answer["message"].as_str().unwrap().contains("statDates[1] must not be in the future"),
        "{answer}"
    );
}
