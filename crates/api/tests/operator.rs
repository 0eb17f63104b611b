//! Operators with a session, as the started server authenticates them.

use std::sync::Arc;

use carillon_domain::{operator, session};
use carillon_model::{
    audit::Signature,
    fact::Client,
    id::{AccountId, UserId},
    operator::{AccountScope, OperatorRights, OperatorRole},
    settings::SignInSettings,
};
use carillon_web::{
    routes::{OperatorAuthenticator, Pages},
    sign_in_limits::SignInLimits,
};
use carillon_wire::{Authenticator, Authenticators, Context};
use testkit::server::TestServer;
use tokio::sync::watch;

/// The authenticators of a test server: of operators, by the session cookie of the pages.
pub fn authenticators(context: &Context) -> Option<Authenticators> {
    let limits = Arc::new(SignInLimits::new(SignInSettings::default()));
    let base_url = context.public_url.clone().unwrap_or_else(|| "http://carillon.test".into());
    let stopping = watch::channel(false).1;
    let pages = Pages::new(Arc::clone(&context.store), context.env.clone(), base_url, limits, stopping);
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

/// Sets the roles of a member and begins a session. Returns its cookie.
pub fn sign_in(
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
