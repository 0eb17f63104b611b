//! `carillon doctor`: what is wrong with a data folder, its configuration and its surroundings.

use anyhow::{Result, bail};
use carillon_model::{
    env::Env,
    error::{Error, Result as Outcome},
};
use carillon_store::{Overview, Push, Store};
use clap::Args;
use serde_json::{Map, Value, json};

use super::say;
use crate::{
    config::{Config, Flags, ServeFlags},
    doctor::{self, Finding, Given, Level, ServerReport, Setting},
};

/// What to look at.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    serving: ServeFlags,
    /// Compares the clock with that of an https address too.
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

/// Looks at everything and prints what was found.
///
/// # Errors
/// Something is wrong; warnings are no errors.
pub fn run(flags: &Flags, options: &Options, given: &Given) -> Result<()> {
    let loaded = Config::load(flags, Some(&options.serving));
    let mut settings = settings(flags, options, given);
    if loaded.is_err() {
        // A value that is not understood may be a secret in the wrong place.
        let not_ours =
            settings.iter_mut().filter(|setting| setting.key != "data" && setting.from != "default");
        not_ours.for_each(|setting| setting.value = doctor::HIDDEN.into());
    }
    let (is_running, mut findings) =
        doctor::examine(&flags.data, loaded.as_ref().ok(), options.clock_from.as_deref());
    let (level, message, advice) = match &loaded {
        Ok(_) => (Level::Ok, "every key of the configuration is known".to_owned(), None),
        Err(error) => {
            let advice = "mend it: nothing starts with it, and some of the rest was not looked at; `carillon config` prints all keys";
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
        say(&format!("{report:#}\n"));
    } else {
        for Setting { key, value, from } in &settings {
            say(&format!("{key} = {value}  ({from})\n"));
        }
        say("\n");
        findings.iter().for_each(|finding| say(&lines(finding)));
        say(&format!("\nerrors: {errors}, warnings: {warnings}\n"));
    }
    if errors > 0 {
        bail!("{errors} of the checks found an error");
    }
    Ok(())
}

/// The flags that are no keys, and every key.
fn settings(flags: &Flags, options: &Options, given: &Given) -> Vec<Setting> {
    let mut all = vec![Setting {
        key: "data".to_owned(),
        value: flags.data.display().to_string().into(),
        from: given.source("data").to_owned(),
    }];
    // What is wrong with the configuration is a finding.
    if let Ok(figment) = Config::figment(flags, Some(&options.serving)) {
        all.extend(doctor::settings(&figment, given));
    }
    all
}

fn lines(finding: &Finding) -> String {
    let advice = finding.advice.as_ref().map(|advice| format!("{:23}-> {advice}\n", "")).unwrap_or_default();
    format!("{:<8} {:<14}{}\n{advice}", finding.level.as_str(), finding.check, finding.message)
}

/// What a server says of itself; the answer is JSON.
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
    serde_json::to_value(ServerReport::of_this_process(env, overview)).map_err(Error::internal)
}
