//! `carillon doctor`: checks a data folder, its configuration and its environment.

use anyhow::{Result, bail};
use carillon_model::{
    env::Env,
    error::{Error, Result as Outcome},
};
use carillon_store::{Overview, Push, Store};
use clap::Args;
use serde_json::{Map, Value, json};

use super::print_text;
use crate::{
    config::{Config, Flags, ServeFlags},
    doctor::{self, Finding, FlagSources, Level, ServerReport, Setting},
};

/// The options of the checks.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    serve_flags: ServeFlags,
    /// Also compares the clock with the `Date` header of this https address.
    #[arg(long, value_name = "URL", value_parser = https)]
    clock_from: Option<String>,
}

fn https(url: &str) -> Result<String, &'static str> {
    if url.starts_with("https://") {
        Ok(url.to_owned())
    } else {
        Err("write an address that begins with https://")
    }
}

/// Runs all checks and prints the findings.
///
/// # Errors
/// A check found an error. Warnings are not errors.
pub fn run(flags: &Flags, options: &Options, sources: &FlagSources) -> Result<()> {
    let loaded = Config::load(flags, Some(&options.serve_flags));
    let mut settings = settings(flags, options, sources);
    if loaded.is_err() {
        // An invalid value may be a secret in the wrong key.
        let configured =
            settings.iter_mut().filter(|setting| setting.key != "data" && setting.from != "default");
        configured.for_each(|setting| setting.value = doctor::HIDDEN.into());
    }
    let (is_running, mut findings) =
        doctor::examine(&flags.data, loaded.as_ref().ok(), options.clock_from.as_deref());
    let (level, message, advice) = match &loaded {
        Ok(_) => (Level::Ok, "every key of the configuration is known".to_owned(), None),
        Err(error) => {
            let advice = "correct it: nothing starts with it, and some checks were skipped; `carillon config` prints all keys";
            (Level::Error, format!("{error:#}"), Some(advice.to_owned()))
        }
    };
    findings.insert(0, Finding { check: "configuration", level, message, advice });
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    if flags.json {
        let configuration: Map<String, Value> = settings
            .into_iter()
            .map(|Setting { key, value, from }| (key, json!({ "value": value, "from": from })))
            .collect();
        let report = json!({
            "server_running": is_running,
            "errors": errors,
            "warnings": warnings,
            "findings": findings,
            "configuration": configuration,
        });
        print_text(&format!("{report:#}\n"));
    } else {
        for Setting { key, value, from } in &settings {
            print_text(&format!("{key} = {value}  ({from})\n"));
        }
        print_text("\n");
        findings.iter().for_each(|finding| print_text(&format_finding(finding)));
        print_text(&format!("\nerrors: {errors}, warnings: {warnings}\n"));
    }
    if errors > 0 {
        bail!("{errors} of the checks found an error");
    }
    Ok(())
}

/// Returns the data folder and all keys with their values.
fn settings(flags: &Flags, options: &Options, sources: &FlagSources) -> Vec<Setting> {
    let mut all = vec![Setting {
        key: "data".to_owned(),
        value: flags.data.display().to_string().into(),
        from: sources.source("data").to_owned(),
    }];
    // An invalid configuration is a finding.
    if let Ok(figment) = Config::figment(flags, Some(&options.serve_flags)) {
        all.extend(doctor::settings(&figment, sources));
    }
    all
}

fn format_finding(finding: &Finding) -> String {
    let advice = finding.advice.as_ref().map(|advice| format!("{:23}-> {advice}\n", "")).unwrap_or_default();
    format!("{:<8} {:<14}{}\n{advice}", finding.level.as_str(), finding.check, finding.message)
}

/// Returns the server's report as JSON.
pub fn report(store: &Store, env: &Env) -> Outcome<Value> {
    let state = store.state();
    let subscriptions = state.corps.values().flat_map(|corp| corp.subscriptions.values());
    let callbacks = subscriptions.filter_map(|subscription| match &subscription.push {
        Push::Http { url, .. } => Some((subscription.app.to_string(), url.clone())),
        Push::Stream => None,
    });
    let mut time_zones: Vec<String> =
        state.corps.values().map(|state| state.corp.time_zone.clone()).collect();
    time_zones.sort();
    time_zones.dedup();
    let overview = Overview { callbacks: callbacks.collect(), time_zones };
    serde_json::to_value(ServerReport::current(env, overview)).map_err(Error::internal)
}
