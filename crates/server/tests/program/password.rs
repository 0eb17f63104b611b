//! Members change their passwords and end their sessions.

use std::thread;

use serde_json::json;

use testkit::{
    browser::Browser,
    program::{PASSWORD, ProgramFixture},
};

const FORM: &str = "/me/password";
const NEW: &str = "a new one of mine";

fn change(browser: &Browser, current: &str, new: &str, repeated: &str) -> (Browser, u16, String) {
    browser.submit_with_cookies(
        FORM,
        &[("current", current), ("new", new), ("again", repeated), ("next", "/me")],
    )
}

#[test]
fn a_member_changes_the_password_and_all_other_sessions_end() {
    let fixture = ProgramFixture::start();
    let browser = fixture.browser("member", 1);
    let other_browser = fixture.sign_in("member").unwrap();
    let form = browser.page(FORM);
    for part in [
        "name=\"current\"",
        "name=\"new\"",
        "name=\"again\"",
        "autocomplete=\"new-password\"",
        "value=\"member\"",
    ] {
        assert!(form.contains(part), "{part}: {form}");
    }
    assert!(browser.page("/me").contains("当前密码是组织为你设置的"));

    let (changed, status, leads) = change(&browser, PASSWORD, NEW, NEW);
    assert_eq!((status, leads.as_str()), (303, "/me?done=password"));
    let me = changed.page(&leads);
    assert!(me.contains("密码已修改") && !me.contains("当前密码是组织为你设置的"), "{me}");
    for ended in [&browser, &other_browser] {
        assert_eq!(ended.open("/inbox").0, 303, "also the former session, whose cookie others may know");
    }
    assert!(Browser::sign_in(fixture.url(), "member", PASSWORD).is_none());
    assert!(Browser::sign_in(fixture.url(), "member", NEW).is_some());
    // The audit trail records the change without the password.
    fixture.command_json(&["app", "grant", fixture.key(), "Carillon.Audit.Read"]);
    let trail = fixture.ok_v1("/v1.0/carillon/audits/query", &json!({ "action": "password.change" }));
    assert_eq!(trail["items"][0]["actorId"], "member");
    assert!(!trail.to_string().contains(NEW));
}

#[test]
fn an_unacceptable_password_is_refused_with_the_reason() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member-0001", 1);
    let long = "ab1".repeat(43);
    for (current, new, repeated, status, why) in [
        ("wrong", NEW, NEW, 403, "当前密码不正确"),
        (PASSWORD, NEW, "another one", 422, "两次输入的新密码不一致"),
        (PASSWORD, "a b c d", "a b c d", 422, "至少 8 个字符"),
        (PASSWORD, &long, &long, 422, "最多 128 个字符"),
        (PASSWORD, "Member-0001", "Member-0001", 422, "不能和用户 ID 相同"),
        (PASSWORD, "Passw0rd!", "Passw0rd!", 422, "太常见"),
        (PASSWORD, "12345678", "12345678", 422, "太常见"),
        (PASSWORD, PASSWORD, PASSWORD, 422, "不能和当前密码相同"),
        ("wrong one", "wrong one", "wrong one", 403, "当前密码不正确"),
        (PASSWORD, "", "", 422, "至少 8 个字符"),
    ] {
        let (_, answered, page) = change(&member, current, new, repeated);
        assert!(
            answered == status && page.contains(why) && page.contains("role=\"alert\""),
            "{new} {answered} {page}"
        );
        for input in
            [current, new, repeated].into_iter().filter(|input| !input.is_empty() && *input != "Member-0001")
        {
            assert!(!page.contains(&format!("value=\"{input}\"")), "the input is not shown again");
        }
    }
    assert_eq!(member.open("/inbox").0, 200);
    let longest = format!("{}ab", "ab1".repeat(42));
    assert_eq!(change(&member, PASSWORD, &longest, &longest).1, 303);
    let anonymous = Browser::signed_out(fixture.url());
    assert_eq!(change(&anonymous, PASSWORD, NEW, NEW).2, "/sign-in?next=%2Fme%2Fpassword");
    let cross_site = [("sec-fetch-site", "cross-site"), ("content-length", "0")];
    assert_eq!(member.request("POST", FORM, &cross_site), 403);
}

#[test]
fn attempts_with_the_current_password_count_like_sign_ins() {
    let fixture = ProgramFixture::with_variables(&[
        ("CARILLON_SIGN_IN_PAIR_SECONDS", "3600"),
        ("CARILLON_SIGN_IN_PAIR_TRIES", "4"),
    ]);
    let member = fixture.browser("member", 1);
    assert_eq!(change(&member, "wrong", "short", "short").1, 422, "this one does not count");
    for _ in 0..2 {
        assert_eq!(change(&member, "wrong", NEW, NEW).1, 403);
        assert_eq!(member.try_sign_in("member", "wrong"), 401);
    }
    assert_eq!(change(&member, PASSWORD, NEW, NEW).1, 429);
    assert_eq!(member.try_sign_in("member", PASSWORD), 429);
    assert!(fixture.sign_in("member").is_some(), "another browser is counted separately");
}

#[test]
fn one_of_two_concurrent_changes_wins() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    let news = ["the first one of two", "the second one of two"];
    let statuses: Vec<u16> = thread::scope(|scope| {
        let changes = news.map(|new| scope.spawn(|| change(&member, PASSWORD, new, new).1));
        changes.into_iter().map(|change| change.join().unwrap()).collect()
    });
    let accepted: Vec<_> = news.iter().zip(&statuses).filter(|(_, status)| **status == 303).collect();
    assert_eq!(accepted.len(), 1, "{statuses:?}");
    assert!(Browser::sign_in(fixture.url(), "member", accepted[0].0).is_some());
}

#[test]
fn members_see_their_sessions_and_end_them() {
    let fixture = ProgramFixture::start();
    fixture.member_with_password("member", 1);
    let phone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1 <b>";
    let sign_in = |agent: &str| {
        let config =
            ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).user_agent(agent);
        let agent: ureq::Agent = config.build().into();
        let form = [("userid", "member"), ("password", PASSWORD)];
        assert_eq!(agent.post(format!("{}/sign-in", fixture.url())).send_form(form).unwrap().status(), 303);
    };
    sign_in(phone);
    sign_in("made up");
    let member = fixture.sign_in("member").unwrap();
    let other = fixture.sign_in("member").unwrap();
    let stranger = fixture.browser("stranger", 1);
    let sessions = |browser: &Browser| -> Vec<String> {
        let page = browser.page("/me");
        page.split("name=\"session\" value=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    };
    let page = member.page("/me");
    assert!(page.contains("Safari · iPhone") && page.contains("未知设备") && !page.contains("<b>"), "{page}");
    assert_eq!(page.matches("本设备").count(), 1);
    let of_member = sessions(&member);
    assert_eq!(of_member.len(), 4, "three other sessions, and all of them at once");
    assert!(sessions(&stranger).is_empty(), "sessions of other members are not shown");

    // Sessions of other members cannot be ended by the form.
    for id in of_member.iter().map(String::as_str).chain(["", "x", "others"]) {
        assert_eq!(
            stranger.submit("/me/sessions/end", &[("session", id)]),
            (303, "/me?done=sessions".to_owned())
        );
    }
    assert_eq!(sessions(&member).len(), 4);
    let other_sessions: Vec<_> = sessions(&other).into_iter().filter(|id| !of_member.contains(id)).collect();
    assert_eq!(other_sessions.len(), 1, "the current session is not listed");
    let id_of_other = of_member.iter().find(|id| !sessions(&other).contains(id) && *id != "others").unwrap();
    assert_eq!(member.submit("/me/sessions/end", &[("session", id_of_other)]).0, 303);
    assert_eq!((other.open("/inbox").0, member.open("/inbox").0), (303, 200));
    assert_eq!(sessions(&member).len(), 3);
    assert_eq!(member.submit("/me/sessions/end", &[("session", "others")]).0, 303);
    assert!(sessions(&member).is_empty() && member.page("/me").contains("本设备"));
}
