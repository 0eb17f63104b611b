//! What can be reached: callbacks, as deliveries reach them, and the server by its public address.

use std::{collections::BTreeMap, time::Duration};

use carillon_delivery::Probe;
use futures::{StreamExt, stream};
use url::Url;

use super::{Findings, secrets::masked_url};
use crate::config::Config;

/// Each address is tried for this long.
const EACH: Duration = Duration::from_secs(5);
/// All callbacks together are tried for this long.
const ALL: Duration = Duration::from_secs(60);
/// Addresses that are tried at the same time.
const AT_ONCE: usize = 16;

/// Connects to each callback, and sends nothing.
pub async fn callbacks(probe: &Probe, callbacks: &[(String, String)], findings: &mut Findings<'_>) {
    let tries = callbacks.iter().map(|(app, url)| async move {
        let tried = tokio::time::timeout(EACH, probe.connect(url)).await;
        (app, url, tried.unwrap_or_else(|_| Err(format!("no connection within {} s", EACH.as_secs()))))
    });
    let mut tries = stream::iter(tries).buffer_unordered(AT_ONCE);
    let mut by_app: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let ended = tokio::time::timeout(ALL, async {
        while let Some((app, url, result)) = tries.next().await {
            let (reached, tried) = by_app.entry(app).or_default();
            *tried += 1;
            match result {
                Ok(()) => *reached += 1,
                Err(problem) => findings.error(
                    format!("the callback of app {app}, {}, cannot be reached: {problem}", masked_url(url)),
                    "start it, open the way to it, or set another one with `carillon subscription set`; one inside of the \
                     network needs [delivery] allow",
                ),
            }
        }
    });
    let is_ended = ended.await.is_ok();
    let tried: usize = by_app.values().map(|(_, tried)| tried).sum();
    for (app, (reached, tried)) in by_app {
        if reached > 0 {
            findings.ok(format!("app {app}: {reached} of {tried} callbacks can be reached"));
        }
    }
    if !is_ended {
        findings.warning(
            format!("{} callbacks were not tried within {} s", callbacks.len() - tried, ALL.as_secs()),
            "look again when those above can be reached",
        );
    }
    if callbacks.is_empty() {
        findings.ok("no app has an HTTP callback");
    }
}

/// Asks the public address whether somebody is there.
pub async fn public_url(probe: &Probe, config: &Config, is_running: bool, findings: &mut Findings<'_>) {
    let Some(url) = &config.public_url else {
        if is_for_others(&config.listen) {
            findings.warning(
                format!("the server listens on {} for others, and public_url is not set", config.listen),
                "set public_url: links in events begin with it",
            );
        } else {
            findings.ok("public_url is not set: links begin with the address that callers use");
        }
        return;
    };
    let shown = masked_url(url);
    if !Url::parse(url).is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host()) {
        findings.error(
            format!("public_url is no address of a server: {shown}"),
            "write it as https://carillon.example",
        );
        return;
    }
    let health = format!("{}/healthz", url.trim_end_matches('/'));
    let answered = tokio::time::timeout(EACH, probe.get(&health)).await;
    let answered = answered.unwrap_or_else(|_| Err(format!("no answer within {} s", EACH.as_secs())));
    let problem = match answered {
        Ok(answered) if answered.status.is_success() => {
            findings.ok(format!("{shown} answers"));
            return;
        }
        Ok(answered) => format!("/healthz answers with status {}", answered.status.as_u16()),
        Err(problem) => problem,
    };
    let message = format!("{shown} does not lead to the server: {problem}");
    let advice = "look at the name, the certificate, the proxy and the firewall on the way";
    if is_running {
        findings.error(message, advice);
    } else {
        findings
            .warning(message, format!("the server does not run; if it should answer all the same, {advice}"));
    }
}

/// The date that an address answers with.
pub async fn date(probe: &Probe, url: &str) -> Result<String, String> {
    let answered = tokio::time::timeout(EACH, probe.get(url)).await;
    let answered = answered.map_err(|_| format!("no answer within {} s", EACH.as_secs()))??;
    answered.date.ok_or_else(|| "it answers no date".to_owned())
}

fn is_for_others(listen: &str) -> bool {
    !listen.parse::<std::net::SocketAddr>().is_ok_and(|address| address.ip().is_loopback())
}
