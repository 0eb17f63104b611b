//! Pages while the disk is full: members can read and sign out.

use std::time::Duration;

use serde_json::json;
use testkit::{browser::Part, program::ProgramFixture};

#[test]
fn reading_and_signing_out_work_on_a_full_disk() {
    let mut fixture = ProgramFixture::start();
    let (reader, leaver) = (fixture.browser("reader", 1), fixture.browser("leaver", 1));
    let greeting = json!({ "welcome": { "msgType": "text", "content": "欢迎" }, "rules": [] });
    fixture.restart_ignoring_file_limits();
    let url = fixture.url().to_owned();
    let (reader, leaver) = (reader.moved_to(&url), leaver.moved_to(&url));
    let task = fixture.send(&fixture.text("早", &json!({ "is_to_all": true })));
    let conversation = format!("/inbox/a/{}", fixture.unionid);
    // A greeting cannot be stored either.
    fixture.put(&format!("/v1.0/carillon/service-accounts/{}/auto-replies", fixture.unionid), &greeting);

    for _ in 0..2 {
        fixture.program().limit_files("1");
        for path in [
            "/inbox",
            "/inbox?fragment",
            &conversation,
            &format!("{conversation}?fragment"),
            &format!("{conversation}/profile"),
            &format!("{conversation}/messages/{task}"),
            "/sign-in",
        ] {
            assert_eq!(reader.open(path).0, 200, "{path}");
        }
        assert_eq!(reader.conversation(&fixture.unionid), [task.as_str()]);
        assert!(matches!(leaver.try_sign_in("leaver", "wrong"), 401), "a wrong password is reported");
        let (status, _, _) = reader.submit_parts(
            &format!("{conversation}/messages?fragment=messages"),
            &[Part::text("text", "写不下")],
            &[],
        );
        assert_eq!(status, 500, "a failure to store is reported");
        fixture.program().limit_files("unlimited");
    }
    fixture.program().limit_files("1");
    assert_eq!(leaver.open("/inbox").0, 200);
    leaver.sign_out();
    assert_eq!(leaver.open("/inbox").0, 303, "the session has ended, although its row still exists");
    assert_eq!(reader.open("/inbox").0, 200);

    fixture.program().limit_files("unlimited");
    // Read marks are stored again soon, and the row of the session is removed.
    let attempts = || (0..600).inspect(|_| std::thread::sleep(Duration::from_millis(100)));
    let counts_again = attempts().any(|_| {
        reader.conversation(&fixture.unionid);
        fixture.readers(&task) == 1
    });
    assert!(counts_again, "read marks are stored again");
    assert!(attempts().any(|_| rows_of_sessions(&fixture) == 1), "one session is left");
}

fn rows_of_sessions(fixture: &ProgramFixture) -> i64 {
    let database = rusqlite::Connection::open(fixture.data.path().join("carillon.db")).unwrap();
    database.query_row("SELECT count(*) FROM member_session", [], |row| row.get(0)).unwrap()
}
