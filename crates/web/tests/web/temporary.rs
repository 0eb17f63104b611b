//! A member with a temporary password can only change it.

use crate::fixture::SignedInMember;

const NEW: &str = "a password of mine";

#[test]
fn a_temporary_password_opens_only_the_password_form() {
    let (member, password) = SignedInMember::with_temporary_password();
    for path in ["/inbox", "/me", "/inbox/a/x/profile", "/inbox/events", "/article/x/1"] {
        assert_eq!(member.get(path, "en").status, 303, "{path}");
    }
    for path in ["/me/sessions/end", "/inbox/a/x/messages", "/inbox/a/x/menu/0", "/article/x/1/comments"] {
        let (status, leads, _) = member.post(path, &[("session", "others")]);
        assert!(status == 303 && leads.starts_with("/me/password"), "{path} {status} {leads}");
    }
    let form = member.get("/me/password?next=/inbox/a/x", "en");
    assert!(form.status == 200 && form.body.contains("Choose your own password"), "{}", form.body);
    let change = |new: &str| {
        let fields = [("current", &*password), ("new", new), ("again", new), ("next", "/inbox/a/x")];
        member.post("/me/password", &fields)
    };
    assert_eq!(change(&password).0, 422, "the temporary password is refused as the new one");
    let (status, leads, session) = change(NEW);
    assert_eq!((status, leads.as_str()), (303, "/inbox/a/x"));
    assert_eq!(member.get_with(&session.unwrap(), "/inbox", "en").status, 200);
    assert_eq!(member.get("/inbox", "en").status, 303, "the previous session has ended");
    let (status, leads, _) = member.post("/sign-in", &[("userid", "member"), ("password", NEW)]);
    assert_eq!((status, leads.as_str()), (303, "/inbox"));
}

#[test]
fn a_reset_ends_sessions() {
    let before = SignedInMember::start();
    assert_eq!(before.get("/inbox", "zh").status, 200);
    before.reset_password();
    assert_eq!(before.get("/inbox", "zh").status, 303);
}
