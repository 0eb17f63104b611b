//! `carillon operator`: operators of the console.

use std::iter::once;

use carillon_domain::operator::{self, Link};
use carillon_model::{
    env::Env,
    error::{Error, Result},
    id::{AccountId, CorpId, UserId},
    operator::{AccountScope, OperatorRights, OperatorRole},
    suggestion::did_you_mean,
};
use carillon_store::{Store, Tx};
use clap::Subcommand;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{find_corp, write};

/// A subcommand.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum Action {
    /// Gives a member roles in the console, and prints a link by which the member chooses a password and signs in, once.
    Add {
        /// The member.
        userid: String,
        /// The organisation.
        #[arg(long)]
        corp: String,
        /// owner, editor, sender, approver, agent, analyst, members, developer or auditor. Some can be limited to one service
        /// account: `editor:UNIONID`. Repeat the flag for more roles.
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
        /// Adds a member with this name to the root department if nobody has the userid.
        #[arg(long)]
        name: Option<String>,
    },
    /// Lists members with roles.
    List {
        /// The organisation.
        #[arg(long)]
        corp: String,
    },
    /// Takes all roles from a member. The last owner stays.
    Remove {
        /// The member.
        userid: String,
        /// The organisation.
        #[arg(long)]
        corp: String,
    },
    /// Prints another link by which a member chooses a password and signs in, once. An earlier link of the member ends.
    Link {
        /// The member.
        userid: String,
        /// The organisation.
        #[arg(long)]
        corp: String,
    },
}

/// Runs it. Returns the answer as JSON.
pub fn execute(store: &Store, env: &Env, base_url: Option<&str>, action: Action) -> Result<Value> {
    match action {
        Action::Add { userid, corp, roles, name } => {
            let corp = find_corp(store, corp)?;
            let (of, userid) = (corp.clone(), UserId::from(userid));
            let added = roles.iter().map(|role| parse_role(role)).collect::<Result<OperatorRights>>()?;
            let base_url = base_url.map(str::to_owned);
            write(store, env, &corp, "operator add", move |tx, env| {
                let mut rights = match tx.member_no(&of, &userid)? {
                    Some(member) => tx.operator_rights(&of, member)?,
                    None if name.is_none() => {
                        let reason =
                            format!("{userid} is not a member of the organisation (--name NAME adds one)");
                        return Err(Error::invalid("USERID", reason));
                    }
                    None => OperatorRights::default(),
                };
                for (role, scope) in added.roles() {
                    rights.add(role, scope.clone());
                }
                operator::set(tx, env, &of, &userid, name, rights)?;
                let link = operator::create_link(tx, env, &of, &userid)?;
                let mut operator = describe(tx, &of, &userid)?;
                add_link(&mut operator, &link, base_url.as_deref());
                Ok(operator)
            })
        }
        Action::List { corp } => {
            let corp = find_corp(store, corp)?;
            store.read_blocking(&corp, |tx| {
                Ok(operator::list(tx, &corp)?.iter().map(describe_operator).collect::<Vec<_>>().into())
            })
        }
        Action::Remove { userid, corp } => {
            let corp = find_corp(store, corp)?;
            let (of, userid) = (corp.clone(), UserId::from(userid));
            write(store, env, &corp, "operator remove", move |tx, env| {
                operator::set(tx, env, &of, &userid, None, OperatorRights::default())?;
                describe(tx, &of, &userid)
            })
        }
        Action::Link { userid, corp } => {
            let corp = find_corp(store, corp)?;
            let (of, userid) = (corp.clone(), UserId::from(userid));
            let base_url = base_url.map(str::to_owned);
            write(store, env, &corp, "operator link", move |tx, env| {
                let link = operator::create_link(tx, env, &of, &userid)?;
                let mut answer = json!({ "userid": userid });
                add_link(&mut answer, &link, base_url.as_deref());
                Ok(answer)
            })
        }
    }
}

fn parse_role(text: &str) -> Result<(OperatorRole, AccountScope)> {
    let (name, account) = match text.split_once(':') {
        Some((name, account)) => (name, Some(account)),
        None => (text, None),
    };
    let role = OperatorRole::parse(name).ok_or_else(|| {
        let names = OperatorRole::ALL.map(OperatorRole::as_str);
        let meant = did_you_mean(name, names.iter().copied());
        Error::invalid("--role", format!("knows no role {name}: it is one of {}{meant}", names.join(", ")))
    })?;
    let scope = match account {
        Some(account) => AccountScope::Only(once(AccountId::from(account)).collect()),
        None => AccountScope::All,
    };
    Ok((role, scope))
}

/// Adds the path of the link, and its whole address if the server is running.
fn add_link(answer: &mut Value, link: &Link, base_url: Option<&str>) {
    let path = carillon_web::paths::password_link(&link.text);
    if let Some(base_url) = base_url {
        answer["url"] = format!("{base_url}{path}").into();
    }
    answer["link"] = path.into();
    answer["link_expires_at"] = format!("{} UTC", link.expires_at.format_in(&TimeZone::UTC)).into();
}

fn describe(tx: &mut Tx<'_>, corp: &CorpId, userid: &UserId) -> Result<Value> {
    let found = operator::list(tx, corp)?.into_iter().find(|operator| operator.userid == *userid);
    Ok(found.map_or_else(|| json!({ "userid": userid, "roles": "" }), |found| describe_operator(&found)))
}

fn describe_operator(operator: &operator::Operator) -> Value {
    let operated: Vec<&str> = operator.operated.iter().map(AccountId::as_str).collect();
    json!({
        "userid": operator.userid,
        "name": operator.name,
        "roles": operator::text(&operator.granted),
        "operates": operated.join(" "),
    })
}
