//! Operators with a session, as the started server authenticates them.

use std::sync::Arc;

use carillon_domain::{
    chat::{self, NewMessage, NewMessageContent},
    media::{self, NewMedia},
    operator,
    picture::{self, NewPicture},
    send::draft,
    session,
};
use carillon_model::{
    audit::Signature,
    fact::Client,
    id::{AccountId, UserId},
    media::MediaType,
    message::Message,
    operator::{AccountScope, OperatorRights, OperatorRole},
    settings::SignInSettings,
    sign_on::SignOnLink,
};
use carillon_store::{ContentHash, ConversationKey, Restoration, Tx};
use carillon_web::{
    routes::{OperatorAuthenticator, Pages},
    sign_in_limits::SignInLimits,
};
use carillon_wire::{Authenticator, Authenticators, Context};
use serde_json::Value;
use testkit::server::{Setup, TestServer};
use tokio::sync::watch;

/// The authenticators of a test server: of operators, by the session cookie of the pages.
pub fn authenticators(context: &Context) -> Option<Authenticators> {
    let limits = Arc::new(SignInLimits::new(SignInSettings::default()));
    let base_url = context.public_url.clone().unwrap_or_else(|| "http://carillon.test".into());
    let stopping = watch::channel(false).1;
    let (store, env) = (Arc::clone(&context.store), context.env.clone());
    let pages = Pages::new(store, env, base_url, limits, stopping, carillon_api::catalog);
    let operators: Arc<dyn Authenticator> = Arc::new(OperatorAuthenticator::new(pages));
    Some(Authenticators::new([operators]))
}

/// Sets the roles of a member, who is created if there is none.
pub fn set_roles(
    server: &TestServer,
    userid: &str,
    roles: impl IntoIterator<Item = (OperatorRole, AccountScope)>,
) {
    let (env, corp, userid) = (server.env.clone(), server.corp.clone(), UserId::from(userid));
    let rights: OperatorRights = roles.into_iter().collect();
    let signature = Signature::server(&server.env, "test");
    let set = server.store.write_blocking(&server.corp, signature, move |tx| {
        operator::set(tx, &env, &corp, &userid, Some(userid.to_string()), rights)
    });
    set.unwrap();
}

/// Sets the roles of a member and begins a session, in which the password was entered once more. Returns its cookie.
pub fn sign_in(
    server: &TestServer,
    userid: &str,
    roles: impl IntoIterator<Item = (OperatorRole, AccountScope)>,
) -> String {
    let cookie = sign_in_once(server, userid, roles);
    let (env, corp) = (server.env.clone(), server.corp.clone());
    let hash = session::hash(cookie.strip_prefix("carillon_session=").expect("a cookie"));
    let work = move |tx: &mut Tx<'_>| session::reauthenticate(tx, &env, &corp, &hash);
    server.store.write_blocking(&server.corp, Signature::server(&server.env, "test"), work).unwrap();
    cookie
}

/// Sets the roles of a member and begins a session. Returns its cookie.
pub fn sign_in_once(
    server: &TestServer,
    userid: &str,
    roles: impl IntoIterator<Item = (OperatorRole, AccountScope)>,
) -> String {
    set_roles(server, userid, roles);
    let (env, corp, userid) = (server.env.clone(), server.corp.clone(), UserId::from(userid));
    let signature = Signature::server(&server.env, "test");
    let begun = server.store.write_blocking(&server.corp, signature, move |tx| {
        let member = tx.member_no(&corp, &userid)?.expect("the member");
        session::begin(tx, &env, &corp, member, Client::Web)
    });
    format!("carillon_session={}", begun.unwrap())
}

/// The scope of one account.
pub fn only(account: &str) -> AccountScope {
    AccountScope::Only(std::iter::once(AccountId::from(account)).collect())
}

/// Calls an operation with a session. Returns status and response.
pub fn call(
    server: &TestServer,
    cookie: &str,
    method: &str,
    path: &str,
    request: Option<&Value>,
) -> (u16, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .build()
        .into();
    let builder = ureq::http::Request::builder().method(method).uri(format!("{}{path}", server.base_url));
    let builder = builder.header("cookie", cookie);
    let mut answer = match request {
        Some(request) => {
            let builder = builder.header("content-type", "application/json");
            agent.run(builder.body(request.to_string()).unwrap()).unwrap()
        }
        None => agent.run(builder.body(()).unwrap()).unwrap(),
    };
    (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
}

/// Posts a file with a session. Returns status and response.
pub fn upload(server: &TestServer, cookie: &str, path: &str, file: &[u8]) -> (u16, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = agent.post(format!("{}{path}", server.base_url)).header("cookie", cookie);
    let mut answer = request.content_type("application/octet-stream").send(file).unwrap();
    (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
}

/// Uploads a picture to the library of an account with a session. Returns status and response.
pub fn upload_picture(
    server: &TestServer,
    cookie: &str,
    account: &str,
    (name, content): (&str, &[u8]),
) -> (u16, Value) {
    let body = picture_form(&[("unionid", account)], Some((name, content)));
    post_pictures(server, ("cookie", cookie), "multipart/form-data; boundary=b", &body)
}

/// The form of an upload: some fields, and the part of the file.
pub fn picture_form(fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Vec<u8> {
    let mut body = Vec::new();
    let mut part = |head: String, content: &[u8]| {
        body.extend(format!("--b\r\nContent-Disposition: form-data; {head}\r\n\r\n").bytes());
        body.extend(content);
        body.extend(b"\r\n");
    };
    for (name, value) in fields {
        part(format!("name=\"{name}\""), value.as_bytes());
    }
    if let Some((name, content)) = file {
        part(format!("name=\"media\"; filename=\"{name}\""), content);
    }
    body.extend(b"--b--\r\n");
    body
}

/// Posts a body to the picture library. Returns status and response.
pub fn post_pictures(
    server: &TestServer,
    (name, value): (&str, &str),
    content_type: &str,
    body: &[u8],
) -> (u16, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = agent.post(format!("{}/v1.0/carillon/pictures", server.base_url)).header(name, value);
    let mut answer = request.content_type(content_type).send(body).unwrap();
    (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
}

/// A server whose operators can sign in.
pub fn server() -> TestServer {
    TestServer::start_with_setup(Setup { authenticators, ..Setup::default() })
}

/// Adds a picture to the library of an account. Its file is not stored.
pub fn add_picture(server: &TestServer, account: &str, name: &str) -> String {
    let content = testkit::file::png(90, 30);
    let media = NewMedia {
        media_type: MediaType::Image,
        format: media::inspect(MediaType::Image, name, &content).expect("a picture"),
        file_name: name.to_owned(),
        size: content.len(),
        content: ContentHash::of(&content),
    };
    let new =
        NewPicture { media, size: media::picture_size(&content), uploaded_by: Some(UserId::from("ann")) };
    let (env, corp, account) = (server.env.clone(), server.corp.clone(), AccountId::from(account));
    let signature = Signature::server(&server.env, "test");
    let added = server
        .store
        .write_blocking(&server.corp, signature, move |tx| picture::add(tx, &env, &corp, &account, new));
    added.unwrap().to_string()
}

/// Adds the draft of a send of a text to `ann`, written by a member. It has the version 2. Returns its id.
pub fn add_send_draft(server: &TestServer, account: &str, by: &str, is_requested: bool) -> i64 {
    let (env, corp, account) = (server.env.clone(), server.corp.clone(), AccountId::from(account));
    let (by, signature) = (UserId::from(by), Signature::server(&server.env, "test"));
    let added = server.store.write_blocking(&server.corp, signature, move |tx| {
        let id = draft::add(tx, &env, &corp, &account, &by)?;
        let version = draft::change(tx, &env, &corp, (&account, id, 1), &by, |content| {
            content.message = Some(Message::Text { content: format!("草稿 {id}") });
            content.receivers.users = vec![UserId::from("ann")];
        })?;
        if is_requested {
            draft::request_approval(tx, &env, &corp, (&account, id, version), &by)?;
        }
        Ok(id)
    });
    added.unwrap().0
}

/// Has a member write to an account.
pub fn write_to(server: &TestServer, account: &str, userid: &str, text: &str) {
    let (env, corp, text) = (server.env.clone(), server.corp.clone(), text.to_owned());
    let (account, userid) = (AccountId::from(account), UserId::from(userid));
    let signature = Signature::server(&server.env, "test");
    let written = server.store.write_blocking(&server.corp, signature, move |tx| {
        let member = tx.member_no(&corp, &userid)?.expect("the member");
        let key = ConversationKey { corp, account, member };
        let content = NewMessageContent::Text(text);
        chat::post_message(tx, &env, &key, NewMessage { content, submission: None, base_url: String::new() })
    });
    written.unwrap();
}

/// Links a member to a subject of a provider of single sign-on.
pub fn link(server: &TestServer, userid: &str, issuer: &str) {
    let (corp, userid, now) = (server.corp.clone(), UserId::from(userid), server.env.now());
    let link = SignOnLink {
        issuer: issuer.to_owned(),
        subject: "subject".to_owned(),
        groups: Vec::new(),
        signed_in_at: now,
    };
    let signature = Signature::server(&server.env, "test");
    let written = server.store.write_blocking(&server.corp, signature, move |tx| {
        let member = tx.member_no(&corp, &userid)?.expect("the member");
        tx.set_sign_on_link(&corp, member, &link)
    });
    written.unwrap();
}

/// Makes the organisation hold back sends and events, as a restore does.
pub fn hold_back(server: &TestServer) {
    let corp = server.corp.clone();
    let restoration = Restoration { restored_at: server.env.now(), held: true };
    let signature = Signature::server(&server.env, "test");
    let hold = move |tx: &mut Tx<'_>| tx.set_restoration(&corp, restoration);
    server.store.write_blocking(&server.corp, signature, hold).unwrap();
}
