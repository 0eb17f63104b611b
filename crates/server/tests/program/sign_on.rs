//! Single sign-on: members and operators sign in by a provider.

use carillon_model::{env::Env, settings::Settings};
use serde_json::{Value, json};
use testkit::{
    browser::Browser,
    program::{PASSWORD, ProgramFixture},
    provider::{CLIENT_ID, CLIENT_SECRET, Provider},
};

use crate::console::operator;

const FORM: &str = "/console/sign-on";

fn provider() -> Provider {
    let now = Env::system(Settings::default(), [0; 32]).now();
    Provider::start("s1", now.0 / 1_000)
}

/// Saves settings as an owner does in the console.
fn save(owner: &Browser, provider: &Provider, more: &[(&str, &str)]) -> (u16, String) {
    let mut form = vec![
        ("issuer", provider.issuer.as_str()),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("label", "企业统一认证"),
        ("scopes", "profile email"),
        ("match_by", "userid"),
        ("userid_claim", "preferred_username"),
        ("groups_claim", "groups"),
        ("password", PASSWORD),
    ];
    for (name, value) in more {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    owner.submit(FORM, &form)
}

/// Goes to the provider and comes back with what it sends. Returns the browser before the last step, and the path of that.
fn go(browser: &Browser, next: &str) -> (Browser, String) {
    let (browser, status, to) = browser.follow_with_cookies(&format!("/sign-in/provider?next={next}"));
    assert_eq!(status, 303, "{to}");
    let (origin, path) = to.split_at(to.find("/authorize").unwrap());
    let (status, back) = Browser::signed_out(origin).follow(path);
    assert_eq!(status, 303, "{back}");
    let path = back.find("/sign-in/provider/callback").map(|at| back[at..].to_owned());
    (browser, path.unwrap())
}

/// Signs in. Returns the browser, the status, and where it leads or else the page.
fn sign_in(fixture: &ProgramFixture, next: &str) -> (Browser, u16, String) {
    let (browser, path) = go(&Browser::signed_out(fixture.url()), next);
    browser.follow_with_cookies(&path)
}

#[test]
fn a_member_signs_in_by_the_provider_and_out_again() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    fixture.browser("ann", 1);
    let provider = provider();
    assert_eq!(Browser::signed_out(fixture.url()).follow("/sign-in/provider").0, 404, "there is none yet");
    assert_eq!(save(&owner, &provider, &[]), (303, format!("{FORM}?done=saved")));
    let page = owner.page(&format!("{FORM}?done=saved"));
    assert!(page.contains("登录服务可以正常连接") && page.contains("/sign-in/provider/callback"), "{page}");
    assert!(!page.contains(CLIENT_SECRET));
    let page = Browser::signed_out(fixture.url()).page("/sign-in");
    assert!(page.contains("企业统一认证") && page.contains("name=\"password\""), "{page}");

    provider.sign_in_as(json!({ "sub": "s1", "preferred_username": "ann" }));
    let (ann, status, leads) = sign_in(&fixture, "/me");
    assert_eq!((status, leads.as_str()), (303, "/me"));
    assert!(ann.page("/me").contains("ann"));
    assert!(!ann.cookie().contains("carillon_sign_on"), "the cookie of the attempt is gone");
    // The answer of the provider works once, in the browser that asked, and only with its state.
    let (browser, path) = go(&Browser::signed_out(fixture.url()), "/me");
    assert_eq!(Browser::signed_out(fixture.url()).follow(&path).0, 400, "another browser");
    assert_eq!(browser.follow(&path.replace("state=", "state=x")).0, 400, "another state");
    assert_eq!(browser.follow(&format!("{path}&iss=https://other.example")).0, 502, "another provider");
    assert_eq!(browser.follow(&path).0, 303);
    assert_ne!(browser.follow(&path).0, 303, "used before");
    // Nobody is led to another site.
    assert_eq!(sign_in(&fixture, "https://attacker.example").2, "/inbox");
    assert_eq!(sign_in(&fixture, "//attacker.example").2, "/inbox");

    let (ann, status, leads) = ann.submit_with_cookies("/sign-out", &[]);
    assert_eq!((status, leads.starts_with("/sign-out/done?organisation=")), (303, true), "{leads}");
    let page = ann.page(&leads);
    assert!(page.contains(&format!("{}/bye?client_id={CLIENT_ID}", provider.issuer)), "{page}");
    assert_eq!(ann.follow("/me").0, 303, "signed out");
}

#[test]
fn who_cannot_sign_in_reads_why() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    fixture.browser("ann", 1);
    let provider = provider();
    save(&owner, &provider, &[]);
    for (claims, match_by, status, text) in [
        (json!({ "sub": "s1", "preferred_username": "nobody" }), "userid", 403, "还不是这个组织的成员"),
        (json!({ "sub": "s1" }), "userid", 403, "没有提供可用的用户 ID"),
        (json!({ "sub": "s1", "email": "a@example.com" }), "email", 403, "没有提供经过验证的邮箱"),
        (json!({ "sub": "s1", "phone_number": "13800000000" }), "mobile", 403, "没有提供经过验证的手机号"),
        (json!({ "sub": "s1", "preferred_username": "ann", "nonce": "x" }), "userid", 502, "回应有误"),
    ] {
        save(&owner, &provider, &[("match_by", match_by)]);
        provider.sign_in_as(claims.clone());
        let (_, found, page) = sign_in(&fixture, "/inbox");
        assert!(found == status && page.contains(text), "{claims}: {found} {page}");
    }
    save(&owner, &provider, &[]);
    provider.sign_in_as(json!({ "sub": "s1", "preferred_username": "ann" }));
    assert_eq!(sign_in(&fixture, "/inbox").1, 303);
    provider.sign_in_as(json!({ "sub": "s2", "preferred_username": "ann" }));
    let (_, status, page) = sign_in(&fixture, "/inbox");
    assert!(status == 403 && page.contains("另一个人"), "{page}");
    // An operator unlinks the member; then the other person is it.
    let call = |method: &str, path: &str| owner.request(method, path, &[]);
    assert_eq!(call("DELETE", "/v1.0/carillon/members/ann/sign-on"), 200);
    assert_eq!(sign_in(&fixture, "/inbox").1, 303);

    provider.behave(|behaviour| behaviour.error = Some("access_denied".to_owned()));
    let (_, status, page) = sign_in(&fixture, "/inbox");
    assert!(status == 400 && page.contains("没有允许这次登录"), "{page}");
    assert!(page.contains("name=\"password\""), "there is another way");
    drop(provider);
    let (_, status, page) = Browser::signed_out(fixture.url()).follow_with_cookies("/sign-in/provider");
    // What is known of the provider is enough to begin.
    assert_eq!(status, 303, "{page}");
}

#[test]
fn strangers_cannot_make_the_server_ask_the_provider_without_end() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    let provider = provider();
    save(&owner, &provider, &[]);
    let (browser, path) = go(&Browser::signed_out(fixture.url()), "/inbox");
    let path = path.replace("code=code0", "code=guessed");
    let statuses: Vec<u16> = (0..200).map(|_| browser.follow(&path).0).collect();
    assert!(statuses.contains(&429), "{statuses:?}");
    let requests = provider.requests("/token");
    assert!(
        requests <= statuses.iter().filter(|status| **status != 429).count() && requests < 150,
        "{requests}"
    );
    assert_eq!(browser.follow("/sign-in/provider/callback").0, 400);
    for cookie in ["carillon_sign_on=", "carillon_sign_on=AAAA", "carillon_sign_on=!!"] {
        let (status, _) = Browser::signed_out(fixture.url())
            .open_with("/sign-in/provider/callback?code=a&state=b", &[("cookie", cookie)]);
        assert_eq!(status, 400, "{cookie}");
    }
}

#[test]
fn with_the_provider_alone_passwords_are_of_no_use() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    let (ann, password_owner) = (fixture.browser("ann", 1), owner.clone());
    let provider = provider();
    let (status, page) = save(&owner, &provider, &[("only", "1")]);
    assert!(status == 422 && page.contains("停用密码"), "nobody could change it otherwise: {page}");
    save(&owner, &provider, &[]);
    provider.sign_in_as(json!({ "sub": "s0", "preferred_username": "owner" }));
    let (owner, status, _) = sign_in(&fixture, "/console");
    assert_eq!(status, 303);
    // Whoever signed in by the provider confirms there; the session alone is not enough.
    let (status, page) = save(&owner, &provider, &[("only", "1")]);
    assert!(status == 422 && page.contains("/sign-in/provider?") && page.contains("confirm"), "{page}");
    let confirm = |owner: &Browser, claims: Value| {
        provider.sign_in_as(claims);
        let (owner, path) = go(owner, &format!("{FORM}&confirm"));
        owner.follow_with_cookies(&path)
    };
    let now = Env::system(Settings::default(), [0; 32]).now().0 / 1_000;
    let as_owner =
        |signed_in_at: i64| json!({ "sub": "s0", "preferred_username": "owner", "auth_time": signed_in_at });
    let (owner, status, _) = confirm(&owner, as_owner(now - 3_600));
    assert_eq!(status, 403, "the sign-in at the provider is an hour old");
    let (owner, status, _) =
        confirm(&owner, json!({ "sub": "s9", "preferred_username": "ann", "auth_time": now }));
    assert_eq!(status, 403, "another person");
    let (owner, status, leads) = confirm(&owner, as_owner(now));
    assert_eq!((status, leads.as_str()), (303, FORM));
    assert_eq!(save(&owner, &provider, &[("only", "1")]).0, 303);
    // Whoever had signed in with a password is signed out; by the provider, not.
    assert_eq!((ann.open("/inbox").0, password_owner.open("/console").0), (303, 303));
    assert_eq!(owner.open("/console").0, 200);
    let page = Browser::signed_out(fixture.url()).page("/sign-in");
    assert!(!page.contains("name=\"password\"") && page.contains("企业统一认证"), "{page}");
    let form = [("userid", "ann"), ("password", PASSWORD)];
    let (status, page) = Browser::signed_out(fixture.url()).submit("/sign-in", &form);
    assert!(status == 403 && page.contains("只允许通过单点登录"), "{status} {page}");
    let link = fixture.command_json(&["operator", "link", "owner", "--corp", &fixture.corp])["link"].clone();
    let link = link.as_str().unwrap();
    let new = [("new", "correct horse battery"), ("again", "correct horse battery")];
    assert_eq!(Browser::signed_out(fixture.url()).submit(link, &new).0, 410);
    // The way back, on the server.
    let removed = fixture.command_json(&["sign-on", "remove", "--corp", &fixture.corp]);
    assert_eq!(removed, json!({ "sign_on": "off" }));
    assert!(Browser::sign_in(fixture.url(), "ann", PASSWORD).is_some());
}

#[test]
fn groups_of_the_provider_open_the_console() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    let provider = provider();
    let more = [("enrol", "1"), ("group_roles", "newsroom=editor\r\n newsroom = sender \n\nit=developer")];
    assert_eq!(save(&owner, &provider, &more).0, 303);
    provider.sign_in_as(json!({
        "sub": "s5", "preferred_username": "eve", "name": "伊芙", "groups": ["newsroom"],
    }));
    let (eve, status, leads) = sign_in(&fixture, "/console");
    assert_eq!((status, leads.as_str()), (303, "/console"), "eve is a member now");
    assert_eq!((eve.open("/console/articles").0, eve.open("/console/calls").0), (200, 403));
    assert_eq!(eve.open(FORM).0, 403);
    assert!(owner.page("/console/operators").contains("eve"));
    // Other groups, other roles.
    provider.sign_in_as(json!({ "sub": "s5", "preferred_username": "eve", "groups": ["it"] }));
    let (eve, ..) = sign_in(&fixture, "/console");
    assert_eq!((eve.open("/console/articles").0, eve.open("/console/calls").0), (403, 200));
    let (status, page) = save(&owner, &provider, &[("group_roles", "it=boss")]);
    assert!(status == 422 && page.contains("boss"), "{page}");
    assert_eq!(save(&owner, &provider, &[("group_roles", "")]).0, 303);
    assert_eq!(eve.open("/console").0, 403, "the settings decide at once");
}

#[test]
fn the_command_line_does_what_the_console_does() {
    let fixture = ProgramFixture::start();
    let provider = provider();
    let secret = fixture.data.path().join("secret.txt");
    std::fs::write(&secret, format!("{CLIENT_SECRET}\n")).unwrap();
    let secret = secret.to_str().unwrap().to_owned();
    let base = ["sign-on", "set", "--corp", &fixture.corp, "--client-id", CLIENT_ID, "--label", "ID"];
    let set = |more: &[&str]| {
        let arguments: Vec<&str> = base.iter().copied().chain(more.iter().copied()).collect();
        fixture.command(&arguments)
    };
    let view: Value = {
        let output = set(&[
            "--issuer",
            &provider.issuer,
            "--client-secret-file",
            &secret,
            "--group-role",
            "a=b=editor",
            "--groups-claim",
            "groups",
        ]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    assert_eq!((&view["client_secret"], &view["group_roles"]["a=b"]), (&json!("stored"), &json!(["editor"])));
    assert!(!view.to_string().contains(CLIENT_SECRET));
    for (more, text) in [
        (vec!["--issuer", "http://id.example.com"], "https://"),
        (vec!["--issuer", "https://id.example.com"], "client_secret is needed again"),
        (vec!["--issuer", provider.issuer.as_str(), "--match-by", "e-mail"], "did you mean \"email\""),
        (vec!["--issuer", provider.issuer.as_str(), "--group-role", "a=edit"], "did you mean \"editor\""),
        (vec!["--issuer", provider.issuer.as_str(), "--only"], "owner"),
    ] {
        let output = set(&more);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && error.contains(text), "{more:?}: {error}");
    }
    fixture.browser("ann", 1);
    provider.sign_in_as(json!({ "sub": "s1", "preferred_username": "ann" }));
    assert_eq!(sign_in(&fixture, "/inbox").1, 303);
    let unlinked = fixture.command_json(&["sign-on", "unlink", "ann", "--corp", &fixture.corp]);
    assert_eq!(unlinked, json!({ "unlinked": true }));
}

#[test]
fn a_sign_out_at_the_provider_ends_the_sessions_here() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    fixture.browser("ann", 1);
    let provider = provider();
    save(&owner, &provider, &[]);
    assert!(owner.page(FORM).contains("/sign-in/provider/logout"));
    let notify = |token: &str| {
        Browser::signed_out(fixture.url()).submit("/sign-in/provider/logout", &[("logout_token", token)])
    };
    provider.sign_in_as(json!({ "sub": "s1", "preferred_username": "ann", "sid": "one" }));
    let (desk, ..) = sign_in(&fixture, "/me");
    provider.sign_in_as(json!({ "sub": "s1", "preferred_username": "ann", "sid": "two" }));
    let (phone, ..) = sign_in(&fixture, "/me");
    let of_password = fixture.sign_in("ann").unwrap();
    let token = provider.logout_token(&json!({ "sub": "s1", "sid": "one" }));
    for wrong in
        ["", "x", &format!("{token}x"), &provider.logout_token(&json!({ "sub": "s1", "aud": "other" }))]
    {
        let (status, body) = notify(wrong);
        assert!(status == 400 && body.contains("invalid_request"), "{wrong}: {body}");
    }
    assert_eq!(desk.open("/me").0, 200);
    assert_eq!(notify(&token).0, 200);
    assert_eq!((desk.open("/me").0, phone.open("/me").0, of_password.open("/me").0), (303, 200, 200));
    assert_eq!(notify(&token).0, 400, "once");
    assert_eq!(notify(&provider.logout_token(&json!({ "sub": "s1" }))).0, 200);
    assert_eq!((phone.open("/me").0, of_password.open("/me").0), (303, 200));
    assert_eq!(notify(&provider.logout_token(&json!({ "sub": "nobody" }))).0, 200, "nothing to end");
    let trail = owner.page("/console/audit");
    assert!(trail.contains("sign_in.provider.logout"), "{trail}");
}

#[test]
fn two_owners_see_that_they_changed_the_same_settings() {
    let fixture = ProgramFixture::start();
    let (one, two) = (operator(&fixture, "one", "owner"), operator(&fixture, "two", "owner"));
    let provider = provider();
    let revision = |page: &str| {
        page.split("name=\"revision\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let nothing = revision(&one.page(FORM));
    assert_eq!(save(&one, &provider, &[("revision", &nothing)]).0, 303);
    let (status, page) =
        save(&two, &provider, &[("revision", &nothing), ("label", "另一个名字"), ("enrol", "1")]);
    assert_eq!(status, 409, "there were none: {page}");
    let rows = page.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
    assert_eq!(rows.matches("<tr>").count(), 3, "{rows}");
    assert!(rows.contains("企业统一认证") && rows.contains("另一个名字"), "{rows}");
    assert!(rows.contains("已保存，不显示") && rows.contains("没有保留，请重新填写"), "{rows}");
    assert!(!page.contains(CLIENT_SECRET) && page.contains("value=\"另一个名字\""), "{page}");
    assert!(two.page(FORM).contains("value=\"企业统一认证\""), "nothing was saved");
    let seen = revision(&page);
    // Another secret alone is another revision, and is not shown.
    assert_eq!(save(&one, &provider, &[("revision", &seen)]).0, 303);
    let (status, page) = save(&two, &provider, &[("revision", &seen)]);
    assert!(
        status == 409 && page.contains("更换了客户端密钥") && page.matches("<tr>").count() == 2,
        "{page}"
    );
    let seen = revision(&page);
    let (status, page) = save(&two, &provider, &[("revision", &seen), ("issuer", "ftp://x")]);
    assert_eq!((status, revision(&page)), (422, seen.clone()), "a refusal keeps the revision");
    assert_eq!(save(&two, &provider, &[("revision", &seen), ("label", "另一个名字")]).0, 303);

    // Nobody removes what somebody else has changed.
    let remove = format!("{FORM}/remove");
    let (status, page) = one.submit(&remove, &[("revision", &seen), ("password", PASSWORD)]);
    assert!(status == 409 && page.contains("什么都没有停用"), "{page}");
    assert!(one.page(FORM).contains("value=\"另一个名字\""));
    let seen = revision(&page);
    assert_eq!(one.submit(&remove, &[("revision", &seen), ("password", PASSWORD)]).0, 303);
    let (status, page) = save(&two, &provider, &[("revision", &seen)]);
    assert!(status == 409 && page.contains("刚刚被删除"), "{page}");
}
