//! Requests of other sites in a member's browser.

use testkit::program::ProgramFixture;

#[test]
fn another_site_cannot_change_anything_by_any_method() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    let account = format!("/inbox/a/{}", fixture.unionid);
    let paths = [
        "/sign-in",
        "/sign-out",
        "/inbox",
        "/inbox/events",
        &account,
        &format!("{account}/messages"),
        &format!("{account}/menu/0"),
        &format!("/article/{}/1/comments", fixture.corp),
        &format!("/article/{}/1/comments/1/delete", fixture.corp),
        "/lang/zh",
    ];
    let reads = ["/inbox", "/inbox/events", &account, "/lang/zh"];
    for path in paths {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            for headers in [
                &[("sec-fetch-site", "cross-site")][..],
                &[("sec-fetch-site", "same-site"), ("origin", "http://neighbour.example")],
                &[("origin", "http://elsewhere.example")],
                &[("origin", "null")],
            ] {
                // Addresses without forms respond with an error, and change nothing.
                let takes_forms = method == "POST" && !reads.contains(&path);
                let refusals: &[u16] = if takes_forms { &[403] } else { &[403, 200] };
                let status = member.request(method, path, headers);
                assert!(refusals.contains(&status), "{method} {path} {headers:?}: {status}");
            }
        }
    }
    assert_eq!(member.open("/inbox").0, 200, "still signed in");
    assert_eq!(member.request("POST", "/sign-out", &[("origin", fixture.url())]), 303);
    assert_eq!(member.open("/inbox").0, 303);
}
