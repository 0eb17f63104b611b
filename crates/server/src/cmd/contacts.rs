//! `carillon contacts`: manages administrators and passwords, and imports members.

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

use super::{AdminCommand, find_corp, write};

pub use batch::Batch;

/// The subcommands.
#[derive(Subcommand)]
pub enum Command {
    /// Manages the administrators of an organisation.
    #[command(subcommand)]
    Admin(AdminAction),
    /// Lets a member sign in again after too many wrong passwords. The running server counts them in memory.
    Unlock(Unlock),
    /// Replaces the password of a member by a temporary one, and prints it. All sessions of the member end, and the member has to
    /// choose another password after signing in.
    ResetPassword(ResetPassword),
    /// Adds and changes members from a list (CSV or XLSX), also while the server is running.
    Import(import::Options),
}

impl Command {
    /// Executes the command and prints the result.
    pub fn run(self, data: &Path, settings: Settings, json: bool) -> Result<()> {
        match self {
            Self::Admin(action) => AdminCommand::Admin(action).run(data, settings, json),
            Self::Unlock(member) => AdminCommand::Unlock(member).run(data, settings, json),
            Self::ResetPassword(member) => AdminCommand::ResetPassword(member).run(data, settings, json),
            Self::Import(options) => import::run(data, settings, &options, json),
        }
    }
}

/// The subcommands for administrators.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum AdminAction {
    /// Lists administrators, the main one first.
    List {
        /// The organisation: its short name or id.
        #[arg(long)]
        corp: String,
    },
    /// Makes a member an administrator.
    Grant {
        /// The userid of the member.
        userid: String,
        /// The organisation: its short name or id.
        #[arg(long)]
        corp: String,
        /// `main` for the main administrator; the previous one becomes a sub-administrator.
        #[arg(long, default_value = "sub")]
        level: Level,
    },
    /// Makes an administrator an ordinary member.
    Revoke {
        /// The userid of the member.
        userid: String,
        /// The organisation: its short name or id.
        #[arg(long)]
        corp: String,
    },
}

/// Clears the failed sign-in attempts of a member and of the addresses that made them.
#[derive(Args, Serialize, Deserialize)]
pub struct Unlock {
    /// The userid of the member.
    userid: String,
    /// The organisation: its short name or id.
    #[arg(long)]
    corp: String,
}

impl Unlock {
    /// Executes the command. The output is JSON.
    pub fn execute(self, store: &Store, limits: &SignInLimits) -> Outcome<Value> {
        let userid = UserId::from(self.userid);
        let corp = find_corp(store, self.corp)?;
        if store.read_blocking(&corp, |tx| tx.member_no(&corp, &userid))?.is_none() {
            return Err(no_member(Error::Rule(Rule::UnknownUser), &userid));
        }
        limits.unlock(&corp, &userid);
        Ok(json!({ "userid": userid, "unlocked": true }))
    }
}

/// Replaces a member's password.
#[derive(Args, Serialize, Deserialize)]
pub struct ResetPassword {
    /// The userid of the member.
    userid: String,
    /// The organisation: its short name or id.
    #[arg(long)]
    corp: String,
}

impl ResetPassword {
    /// Executes the command. The output is JSON. Also clears the failed sign-in attempts of the member.
    pub fn execute(self, store: &Store, env: &Env, limits: &SignInLimits) -> Outcome<Value> {
        let userid = UserId::from(self.userid);
        let corp = find_corp(store, self.corp)?;
        // Hashing is slow, so it happens before the unit of work, which blocks all others.
        let Temporary { password, hash } = password::temporary(env)?;
        let (corp_id, member) = (corp.clone(), userid.clone());
        write(store, env, &corp, "contacts reset-password", move |tx, _| {
            user::reset_password(tx, &corp_id, &member, &hash).map_err(|error| no_member(error, &member))
        })?;
        limits.unlock(&corp, &userid);
        Ok(json!({ "userid": userid, "password": password }))
    }
}

/// The level of an administrator.
#[derive(Clone, Copy, ValueEnum, Serialize, Deserialize)]
pub enum Level {
    /// The main administrator: at most one.
    Main,
    /// A sub-administrator.
    Sub,
}

/// Executes the command. The output is JSON.
pub fn execute(store: &Store, env: &Env, action: AdminAction) -> Outcome<Value> {
    match action {
        AdminAction::List { corp } => {
            let corp = find_corp(store, corp)?;
            store.read_blocking(&corp, |tx| list(tx, &corp))
        }
        AdminAction::Grant { userid, corp, level } => {
            let corp = find_corp(store, corp)?;
            let corp_id = corp.clone();
            write(store, env, &corp, "contacts admin grant", move |tx, env| {
                let userid = UserId::from(userid);
                let level = match level {
                    Level::Main => AdminLevel::Main,
                    Level::Sub => AdminLevel::Sub,
                };
                admin::grant(tx, env, &corp_id, &userid, level).map_err(|error| no_member(error, &userid))?;
                list(tx, &corp_id)
            })
        }
        AdminAction::Revoke { userid, corp } => {
            let corp = find_corp(store, corp)?;
            let corp_id = corp.clone();
            write(store, env, &corp, "contacts admin revoke", move |tx, env| {
                let userid = UserId::from(userid);
                admin::revoke(tx, env, &corp_id, &userid).map_err(|error| no_member(error, &userid))?;
                list(tx, &corp_id)
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
            Error::invalid(userid.to_string(), "is not a member of the organisation")
        }
        error => error,
    }
}
