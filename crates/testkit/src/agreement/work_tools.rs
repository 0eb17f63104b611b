//! Calendars, reports, documents and forms.

use super::{Answers, assert_equal};

pub(super) fn check(answers: &Answers<'_>) {
    let day = answers.day.day;
    let root = |path: &str| {
        answers.exclusive(&format!("data/{path}/dept/{day}?nextToken=0&maxResults=1"))["data"][0].clone()
    };
    let calendar = answers.exclusive(&format!("data/calendar/org/{day}"));
    let catalogue = answers.catalogue("calendarData");
    for (name, kpi) in [
        ("useCalendarUserCnt1d", "4125"),
        ("calendarCreateUserCnt", "4126"),
        ("recvCalendarUserCnt1d", "4127"),
    ] {
        assert_equal(
            name,
            &[("data/calendar/org", &calendar[name]), (kpi, &catalogue[format!("{kpi}_DAY")])],
        );
    }
    let documents = answers.exclusive(&format!("data/doc/org/{day}"));
    let mut created = assert_equal(
        "documents created",
        &[("doc/org", &documents["docCreatedCnt"]), ("4103", &answers.catalogue("documentData")["4103_DAY"])],
    );
    let forms = answers.exclusive(&format!("data/generalForm/org/{day}"));
    let mut published =
        assert_equal("forms published", &[("generalForm/org", &forms["generalFormCreatedCnt"])]);
    let mut filled =
        assert_equal("who filled in forms", &[("generalForm/org", &forms["useGeneralFormUserCnt1d"])]);
    let reports = answers.catalogue("reportData");
    let mut sent = assert_equal("reports", &[("reportData 4100", &reports["4100_DAY"])]);
    let mut authors = assert_equal("who sent reports", &[("reportData 4101", &reports["4101_DAY"])]);
    if !answers.day.with_leavers {
        created.add("doc/dept", &root("doc")["docCreatedCnt"]).check();
        published.add("generalForm/dept", &root("generalForm")["generalFormCreateCnt1d"]).check();
        filled.add("generalForm/dept", &root("generalForm")["useGeneralFormUserCnt1d"]).check();
        sent.add("report/dept", &root("report")["dingReportSendCnt"]).check();
        authors.add("report/dept", &root("report")["dingReportSendUsrCnt"]).check();
    }
}
