//! The demonstration: an organisation with members, groups, service accounts and messages, created by the use cases of the domain.

mod console;
mod content;
mod facts;
mod groups;
mod people;
mod report;

use std::{collections::BTreeSet, path::Path, sync::Arc};

use anyhow::{Context, Result, bail};
use carillon_domain::{
    app::{self, NewApp},
    contact::admin,
    corp::{self, NewCorp},
    guide,
};
use carillon_model::{
    app::AppType, audit::Signature, contact::AdminLevel, env::Env, error::Result as Outcome, id::CorpId,
};
use carillon_store::{Corp, Store, Tx};

use crate::cmd::cli_error;
pub use report::Report;

/// The name of the organisation.
const NAME: &str = "钟声集团 Carillon Group";

/// The organisation that is being created.
struct Demo<'a> {
    store: &'a Store,
    env: Env,
    corp: CorpId,
}

impl Demo<'_> {
    /// Runs a unit of work with the clock of `env`.
    fn write_at<T: Send + 'static>(
        &self,
        env: &Env,
        work: impl FnOnce(&mut Tx<'_>, &Env, &CorpId) -> Outcome<T> + Send + 'static,
    ) -> Result<T> {
        let (env, corp) = (env.clone(), self.corp.clone());
        let signature = Signature::server(&env, "demo");
        self.store.write_blocking(&self.corp, signature, move |tx| work(tx, &env, &corp)).map_err(cli_error)
    }

    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>, &Env, &CorpId) -> Outcome<T> + Send + 'static,
    ) -> Result<T> {
        self.write_at(&self.env, work)
    }
}

/// Returns the description of a demonstration. An empty data folder is filled first.
pub fn open(data: &Path, store: &Arc<Store>, env: &Env, members: u32) -> Result<Report> {
    if let Some(report) = Report::read(data)? {
        return Ok(report);
    }
    let folder = data.display();
    let state = store.state();
    if state.corps.values().any(|corp| corp.corp.demo) {
        bail!(
            "the demonstration in {folder} was interrupted while it was created: remove that folder and start again, or \
             choose an empty one with --data"
        );
    }
    if !state.corps.is_empty() {
        bail!(
            "{folder} contains an organisation that is not a demonstration: use `carillon serve`, or choose an empty folder \
             with --data"
        );
    }
    drop(state);
    let report = fill(store, env, members).context("cannot create the demonstration")?;
    report.write(data)?;
    Ok(report)
}

fn fill(store: &Arc<Store>, env: &Env, members: u32) -> Result<Report> {
    let tx_env = env.clone();
    let created: Result<Corp> = store
        .write_registry_blocking(Signature::server(env, "demo"), move |tx| {
            let time_zone = corp::DEFAULT_TIME_ZONE.to_owned();
            let short_name = Some("demo".to_owned());
            corp::create_as(tx, &tx_env, NewCorp { name: NAME.to_owned(), short_name, time_zone, demo: true })
        })
        .map_err(cli_error);
    let demo = Demo { store, env: env.clone(), corp: created?.id };
    let apps = [
        ("main", AppType::Internal, carillon_api::permissions()),
        ("without permissions", AppType::Internal, BTreeSet::new()),
        ("third party", AppType::Isv, carillon_api::permissions()),
    ];
    let mut report = Report::new(&demo.corp);
    for (name, app_type, grants) in apps {
        let new = NewApp { name: name.to_owned(), app_type, grants };
        let (app, secret) = demo.write(move |tx, env, corp| app::create(tx, env, corp, new))?;
        report.add_app(&app, secret);
    }
    let people = people::fill(&demo, members)?;
    if let Some(administrator) = report.add_people(&people) {
        demo.write(move |tx, env, corp| admin::grant(tx, env, corp, &administrator, AdminLevel::Main))?;
    }
    let operators = people::add_operators(&demo, &people)?;
    report.add_groups(groups::fill(&demo, &people)?);
    report.service_accounts = content::fill(&demo, &people, report.main_app())?;
    console::fill(&demo, &people, &report.service_accounts, &operators)?;
    report.add_operators(operators);
    facts::fill(&demo)?;
    demo.write(|tx, _, corp| guide::set_dismissed(tx, corp, true))?;
    Ok(report)
}
