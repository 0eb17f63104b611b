//! The sign-in page under password guessing.

use std::thread;

use serde_json::json;

use testkit::{
    browser::Browser,
    program::{PASSWORD, ProgramFixture},
};

/// Posts the form as a browser without cookies. Returns the status.
fn try_password(fixture: &ProgramFixture, userid: &str, password: &str) -> u16 {
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
    let agent: ureq::Agent = config.build().into();
    let form = [("userid", userid), ("password", password)];
    let response = agent.post(format!("{}/sign-in", fixture.url())).send_form(form).unwrap();
    let waits = response.headers().contains_key("retry-after");
    let status = response.status().as_u16();
    assert_eq!(waits, matches!(status, 429 | 503), "{status}");
    status
}

#[test]
fn wrong_passwords_throttle_a_stranger_but_not_the_members_browser() {
    // No attempt is restored during the test.
    let fixture = ProgramFixture::with_variables(&[("CARILLON_SIGN_IN_PAIR_SECONDS", "3600")]);
    let (member, other) = (fixture.browser("member", 1), fixture.browser("other", 1));
    // Correct passwords do not count.
    for _ in 0..12 {
        assert_eq!(try_password(&fixture, "member", PASSWORD), 303);
    }
    for _ in 0..10 {
        assert_eq!(try_password(&fixture, "member", "wrong"), 401);
    }
    assert_eq!(try_password(&fixture, "member", PASSWORD), 429, "the correct one is refused too");
    assert_eq!(try_password(&fixture, "other", PASSWORD), 303, "another member at the same address");
    let member = member.sign_in_again("member", PASSWORD);
    assert_eq!(member.open("/inbox").0, 200);
    assert_eq!(other.try_sign_in("member", PASSWORD), 429, "a browser that signed in another member");

    fixture.command_json(&["contacts", "unlock", "--corp", &fixture.corp, "member"]);
    assert_eq!(try_password(&fixture, "member", PASSWORD), 303);
    let refused = fixture.command(&["contacts", "unlock", "--corp", &fixture.corp, "nobody"]);
    assert!(
        !refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("is not a member")
    );
}

#[test]
fn one_address_cannot_spray_all_userids() {
    let fixture = ProgramFixture::with_variables(&[
        ("CARILLON_SIGN_IN_ADDRESS_TRIES", "7"),
        ("CARILLON_SIGN_IN_ADDRESS_SECONDS", "3600"),
    ]);
    let member = fixture.browser("member", 1);
    for number in 0..7 {
        assert_eq!(try_password(&fixture, &format!("made-up-{number}"), "wrong"), 401);
    }
    assert_eq!(try_password(&fixture, "made-up-8", "wrong"), 429);
    assert_eq!(try_password(&fixture, "member", PASSWORD), 429);
    assert_eq!(member.sign_in_again("member", PASSWORD).open("/inbox").0, 200);
}

#[test]
fn one_userid_is_throttled_over_all_addresses() {
    let variables = [
        ("CARILLON_SIGN_IN_USERID_TRIES", "4"),
        ("CARILLON_SIGN_IN_USERID_SECONDS", "3600"),
        ("CARILLON_SIGN_IN_PAIR_TRIES", "0"),
    ];
    let fixture = ProgramFixture::with_variables(&variables);
    let member = fixture.browser("member", 1);
    for _ in 0..4 {
        assert_eq!(try_password(&fixture, "member", "wrong"), 401);
    }
    assert_eq!(try_password(&fixture, "member", PASSWORD), 429);
    assert_eq!(member.sign_in_again("member", PASSWORD).open("/inbox").0, 200);
}

#[test]
fn a_full_verification_queue_refuses_sign_ins() {
    let fixture = ProgramFixture::with_variables(&[
        ("CARILLON_SIGN_IN_WAITING", "2"),
        ("CARILLON_SIGN_IN_PAIR_TRIES", "40"),
    ]);
    fixture.browser("member", 1);
    let statuses: Vec<u16> = thread::scope(|scope| {
        let attempts: Vec<_> =
            (0..40).map(|_| scope.spawn(|| try_password(&fixture, "member", "wrong"))).collect();
        attempts.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(statuses.iter().all(|status| matches!(status, 401 | 503)), "{statuses:?}");
    assert!(statuses.contains(&401) && statuses.contains(&503), "{statuses:?}");
    assert_eq!(try_password(&fixture, "member", PASSWORD), 303, "refused attempts do not count");
}

#[test]
fn input_cannot_break_a_header() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    for next in ["%01", "/%01", "/a%0D%0Ab:c", "/%7F", "/%C2%85", "/%E9%92%9F", "//evil.example", "/%00"] {
        let (status, _) = member.open(&format!("/lang/zh?next={next}"));
        assert_eq!(status, 303, "{next}");
        assert_eq!(member.open(&format!("/sign-in?next={next}")).0, 200, "{next}");
    }
    for next in ["/\u{1}", "/\u{7f}", "/\u{85}x", "/钟", "/inbox\r\nset-cookie: a=b"] {
        let form = [("next", next), ("userid", "member"), ("password", PASSWORD)];
        let (status, leads) = member.submit("/sign-in", &form);
        assert!(status == 303 && leads.starts_with('/') && leads.is_ascii(), "{next:?} {status} {leads}");
    }
    let update = json!({ "userid": "member", "init_password": "1" });
    assert_ne!(fixture.call("/topapi/v2/user/update", &update)["errcode"], 0);
    assert!(Browser::sign_in(fixture.url(), "member", "1").is_none());
}

/// Posts the form as a proxy forwards it. Returns the status and the cookies that are set.
fn forwarded(fixture: &ProgramFixture, address: &str, scheme: &str, password: &str) -> (u16, Vec<String>) {
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
    let agent: ureq::Agent = config.build().into();
    let request = agent.post(format!("{}/sign-in", fixture.url()));
    let request = request.header("x-forwarded-for", address).header("x-forwarded-proto", scheme);
    let response = request.send_form([("userid", "member"), ("password", password)]).unwrap();
    let cookies = response.headers().get_all("set-cookie").iter();
    (response.status().as_u16(), cookies.map(|cookie| cookie.to_str().unwrap().to_owned()).collect())
}

#[test]
fn attempts_at_one_address_do_not_lock_out_another() {
    let fixture = ProgramFixture::with_variables(&[
        ("CARILLON_THROTTLE_TRUSTED_PROXIES", "[\"127.0.0.1\"]"),
        ("CARILLON_SIGN_IN_PAIR_SECONDS", "3600"),
    ]);
    fixture.member_with_password("member", 1);
    for _ in 0..10 {
        assert_eq!(forwarded(&fixture, "192.0.2.1", "http", "wrong").0, 401);
    }
    assert_eq!(forwarded(&fixture, "192.0.2.1", "http", PASSWORD).0, 429);
    assert_eq!(forwarded(&fixture, "192.0.2.2", "http", PASSWORD).0, 303);
}

#[test]
fn a_planted_cookie_is_not_a_session_over_https() {
    let proxies = [("CARILLON_THROTTLE_TRUSTED_PROXIES", "[\"127.0.0.1\"]")];
    let fixture = ProgramFixture::with_variables(&proxies);
    fixture.member_with_password("member", 1);
    let (status, cookies) = forwarded(&fixture, "192.0.2.1", "https", PASSWORD);
    assert_eq!((status, cookies.len()), (303, 3));
    for cookie in &cookies {
        assert!(
            cookie.starts_with("__Host-") && cookie.contains("; Secure") && !cookie.contains("Domain"),
            "{cookie}"
        );
    }
    let session = cookies[0].split(';').next().unwrap();
    let open = |cookie: &str, scheme: &str| {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent: ureq::Agent = config.build().into();
        let request = agent.get(format!("{}/inbox", fixture.url())).header("cookie", cookie);
        request.header("x-forwarded-proto", scheme).call().unwrap().status().as_u16()
    };
    assert_eq!(open(session, "https"), 200);
    let planted = session.strip_prefix("__Host-").unwrap();
    assert_eq!(open(planted, "https"), 303, "a neighbouring host can set this cookie");
    assert_eq!(open(&format!("{planted}x; {session}"), "https"), 200, "it does not hide the real one");
}
