//! A server of pages, with a signed-in member.

use std::sync::Arc;

use carillon_domain::{contact::user, password, session};
use carillon_model::{
    env::Env,
    fact::Client,
    id::{CorpId, DeptId, MemberNo, UserId},
};
use carillon_store::Store;
use carillon_web::{
    routes::{Pages, router},
    sign_in_limits::SignInLimits,
};
use testkit::{router::ServedRouter, store::StoreFixture};
use tokio::sync::watch;

pub struct SignedInMember {
    pub store: Arc<Store>,
    pub corp: CorpId,
    pub member: MemberNo,
    session: String,
    served: ServedRouter,
    _stop: watch::Sender<bool>,
    fixture: StoreFixture,
}

pub struct Response {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: String,
}

impl SignedInMember {
    pub fn start() -> Self {
        Self::start_at(|env| env.clone())
    }

    /// Serves pages with another environment than that of the sign-in.
    pub fn start_at(later: impl FnOnce(&Env) -> Env) -> Self {
        let fixture = StoreFixture::new();
        let member = fixture.add_member("member", &[DeptId::ROOT]).unwrap().no;
        let session =
            fixture.write(move |tx, env, corp| session::begin(tx, env, corp, member, Client::Web)).unwrap();
        let (env, store) = (later(&fixture.env), fixture.shared_store());
        let (stop, stopping) = watch::channel(false);
        let limits = Arc::new(SignInLimits::new(env.settings.sign_in.clone()));
        let pages = Pages::new(
            Arc::clone(&store),
            env,
            "http://carillon.test".into(),
            limits,
            stopping,
            Arc::default,
        );
        let served = ServedRouter::start(router(pages));
        Self { store, corp: fixture.corp.clone(), member, session, served, _stop: stop, fixture }
    }

    /// Signs the member in with a temporary password, and returns it.
    pub fn with_temporary_password() -> (Self, String) {
        let mut fixture = Self::start();
        let password = fixture.reset_password();
        let form = [("userid", "member"), ("password", password.as_str())];
        let (status, leads, session) = fixture.post("/sign-in", &form);
        assert_eq!((status, leads.as_str()), (303, "/me/password?next=%2Finbox"));
        fixture.session = session.unwrap();
        (fixture, password)
    }

    /// Resets the password of the member, and returns the temporary one.
    pub fn reset_password(&self) -> String {
        let temporary = password::temporary(&self.fixture.env).unwrap();
        let hash = temporary.hash;
        let reset = self
            .fixture
            .write(move |tx, _, corp| user::reset_password(tx, corp, &UserId::from("member"), &hash));
        reset.unwrap();
        temporary.password
    }

    /// Submits a form as the member. Returns the status, the `Location`, and the text of a new session.
    pub fn post(&self, path: &str, form: &[(&str, &str)]) -> (u16, String, Option<String>) {
        let request = ureq::post(format!("{}{path}", self.served.base_url))
            .header("cookie", format!("carillon_session={}", self.session));
        let request = request.config().http_status_as_error(false).max_redirects(0).build();
        let response = request.send_form(form.iter().copied()).unwrap();
        let text = |name: &str| -> Vec<String> {
            let values = response.headers().get_all(name).iter();
            values.map(|value| value.to_str().unwrap().to_owned()).collect()
        };
        let session = text("set-cookie")
            .into_iter()
            .find_map(|cookie| Some(cookie.strip_prefix("carillon_session=")?.split(';').next()?.to_owned()));
        (response.status().as_u16(), text("location").pop().unwrap_or_default(), session)
    }

    /// Opens a page in a language as the member.
    pub fn get(&self, path: &str, language: &str) -> Response {
        self.get_with(&self.session, path, language)
    }

    /// Opens a page with the text of a session.
    pub fn get_with(&self, session: &str, path: &str, language: &str) -> Response {
        let request = ureq::get(format!("{}{path}", self.served.base_url))
            .header("cookie", format!("carillon_session={session}"))
            .header("accept-language", language);
        let request = request.config().http_status_as_error(false).max_redirects(0).build();
        let mut response = request.call().unwrap();
        let retry_after = response.headers().get("retry-after");
        Response {
            retry_after: retry_after.map(|value| value.to_str().unwrap().to_owned()),
            status: response.status().as_u16(),
            body: response.body_mut().read_to_string().unwrap(),
        }
    }
}
