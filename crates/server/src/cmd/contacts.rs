//! `carillon contacts`: administrators, and members from a list.

mod batch;
mod import;

use std::path::Path;

use anyhow::Result;
use carillon_domain::{
    contact::{admin, user},
    password::{self, Temporary},
};
use carillon_model::{
    contact::AdminLevel,
    env::Env,
    error::{Error, Result as Outcome, Rule},
    id::{CorpId, UserId},
    settings::Settings,
};
use carillon_store::{Store, Tx};
use carillon_web::sign_in_limits::SignInLimits;
use clap::{Args, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{AdminCommand, known_corp, write};

pub use batch::Batch;

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Administrators of an organisation.
    #[command(subcommand)]
    Admin(AdminAction),
    /// Lets a member sign in again after too many wrong passwords. What was counted is in the memory of the running server.
    Unlock(Unlock),
    /// Gives a member a temporary password, and prints it once. All sessions of the member end, and the member has to choose
    /// another password after signing in.
    ResetPassword(ResetPassword),
    /// Adds and changes members as a list says (CSV or XLSX), also while the server runs.
    Import(import::Options),
}

impl Command {
    /// Does it, and prints what came of it.
    pub fn run(self, data: &Path, settings: Settings, json: bool) -> Result<()> {
        match self {
            Self::Admin(action) => AdminCommand::Admin(action).run(data, settings, json),
            Self::Unlock(member) => AdminCommand::Unlock(member).run(data, settings, json),
            Self::ResetPassword(member) => AdminCommand::ResetPassword(member).run(data, settings, json),
            Self::Import(options) => import::run(data, settings, &options, json),
        }
    }
}

/// What to do about administrators.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum AdminAction {
    /// Lists them, the main one first.
    List {
        /// The organisation.
        #[arg(long)]
        corp: String,
    },
    /// Makes a member an administrator.
    Grant {
        /// The member.
        userid: String,
        /// The organisation.
        #[arg(long)]
        corp: String,
        /// `main` for the main administrator: whoever was it becomes another one.
        #[arg(long, default_value = "sub")]
        level: Level,
    },
    /// Makes an administrator an ordinary member.
    Revoke {
        /// The member.
        userid: String,
        /// The organisation.
        #[arg(long)]
        corp: String,
    },
}

/// Whose tries to forget, with those of the addresses that made them.
#[derive(Args, Serialize, Deserialize)]
pub struct Unlock {
    /// The member.
    userid: String,
    /// The organisation.
    #[arg(long)]
    corp: String,
}

impl Unlock {
    /// Does it; the answer is JSON.
    pub fn answer(self, store: &Store, limits: &SignInLimits) -> Outcome<Value> {
        let userid = UserId::from(self.userid);
        let corp = known_corp(store, self.corp)?;
        if store.read_blocking(&corp, |tx| tx.member_no(&corp, &userid))?.is_none() {
            return Err(no_member(Error::Rule(Rule::UnknownUser), &userid));
        }
        limits.unlock(&corp, &userid);
        Ok(json!({ "userid": userid, "unlocked": true }))
    }
}

/// Whose password to replace.
#[derive(Args, Serialize, Deserialize)]
pub struct ResetPassword {
    /// The member.
    userid: String,
    /// The organisation.
    #[arg(long)]
    corp: String,
}

impl ResetPassword {
    /// Does it; the answer is JSON. What counts against the member at the sign-in page is forgotten too.
    pub fn answer(self, store: &Store, env: &Env, limits: &SignInLimits) -> Outcome<Value> {
        let userid = UserId::from(self.userid);
        let corp = known_corp(store, self.corp)?;
        // The slow step comes before the unit of work, which all others wait for.
        let Temporary { password, hash } = password::temporary(env)?;
        let (of, member) = (corp.clone(), userid.clone());
        write(store, env, &corp, "contacts reset-password", move |tx, _| {
            user::reset_password(tx, &of, &member, &hash).map_err(|error| no_member(error, &member))
        })?;
        limits.unlock(&corp, &userid);
        Ok(json!({ "userid": userid, "password": password }))
    }
}

/// How somebody administers.
#[derive(Clone, Copy, ValueEnum, Serialize, Deserialize)]
pub enum Level {
    /// The main administrator, one at most.
    Main,
    /// Another one.
    Sub,
}

/// Does it; the answer is JSON.
pub fn answer(store: &Store, env: &Env, action: AdminAction) -> Outcome<Value> {
    match action {
        AdminAction::List { corp } => {
            let corp = known_corp(store, corp)?;
            store.read_blocking(&corp, |tx| list(tx, &corp))
        }
        AdminAction::Grant { userid, corp, level } => {
            let corp = known_corp(store, corp)?;
            let of = corp.clone();
            write(store, env, &corp, "contacts admin grant", move |tx, env| {
                let userid = UserId::from(userid);
                let level = match level {
                    Level::Main => AdminLevel::Main,
                    Level::Sub => AdminLevel::Sub,
                };
                admin::grant(tx, env, &of, &userid, level).map_err(|error| no_member(error, &userid))?;
                list(tx, &of)
            })
        }
        AdminAction::Revoke { userid, corp } => {
            let corp = known_corp(store, corp)?;
            let of = corp.clone();
            write(store, env, &corp, "contacts admin revoke", move |tx, env| {
                let userid = UserId::from(userid);
                admin::revoke(tx, env, &of, &userid).map_err(|error| no_member(error, &userid))?;
                list(tx, &of)
            })
        }
    }
}

fn list(tx: &mut Tx<'_>, corp: &CorpId) -> Outcome<Value> {
    let admins = tx.admins(corp)?.into_iter();
    let level = |level| if level == AdminLevel::Main { "main" } else { "sub" };
    Ok(admins
        .map(|(userid, how)| json!({ "userid": userid, "level": level(how) }))
        .collect::<Vec<_>>()
        .into())
}

fn no_member(error: Error, userid: &UserId) -> Error {
    match error {
        Error::Rule(Rule::UnknownUser) => {
            Error::invalid(userid.to_string(), "is no member of the organisation")
        }
        error => error,
    }
}
