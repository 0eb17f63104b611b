//! Checks that callbacks can be reached as deliveries reach them, and the server by its public address.

use std::{collections::BTreeMap, time::Duration};

use carillon_delivery::Probe;
use futures::{StreamExt, stream};
use url::Url;

use super::{Findings, secrets::masked_url};
use crate::config::Config;

/// The time limit for each address.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The time limit for all callbacks together.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(60);
/// The number of concurrent connections.
const MAX_CONCURRENT: usize = 16;

/// Connects to each callback without sending anything.
pub async fn callbacks(probe: &Probe, callbacks: &[(String, String)], findings: &mut Findings<'_>) {
    let connections = callbacks.iter().map(|(app, url)| async move {
        let result = tokio::time::timeout(CONNECT_TIMEOUT, probe.connect(url)).await;
        (
            app,
            url,
            result.unwrap_or_else(|_| Err(format!("no connection within {} s", CONNECT_TIMEOUT.as_secs()))),
        )
    });
    let mut connections = stream::iter(connections).buffer_unordered(MAX_CONCURRENT);
    let mut by_app: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let ended = tokio::time::timeout(TOTAL_TIMEOUT, async {
        while let Some((app, url, result)) = connections.next().await {
            let (reached, total) = by_app.entry(app).or_default();
            *total += 1;
            match result {
                Ok(()) => *reached += 1,
                Err(problem) => findings.error(
                    format!("the callback of app {app}, {}, cannot be reached: {problem}", masked_url(url)),
                    "start it, allow connections to it, or set another one with `carillon subscription set`; an internal one \
                     needs [delivery] allow",
                ),
            }
        }
    });
    let is_complete = ended.await.is_ok();
    let tried: usize = by_app.values().map(|(_, total)| total).sum();
    for (app, (reached, total)) in by_app {
        if reached > 0 {
            findings.ok(format!("app {app}: {reached} of {total} callbacks can be reached"));
        }
    }
    if !is_complete {
        findings.warning(
            format!(
                "{} callbacks were not tried within {} s",
                callbacks.len() - tried,
                TOTAL_TIMEOUT.as_secs()
            ),
            "run this again when those above can be reached",
        );
    }
    if callbacks.is_empty() {
        findings.ok("no app has an HTTP callback");
    }
}

/// Checks that the server responds at its public address.
pub async fn public_url(probe: &Probe, config: &Config, is_running: bool, findings: &mut Findings<'_>) {
    let Some(url) = &config.public_url else {
        if is_public(&config.listen) {
            findings.warning(
                format!(
                    "the server listens on {}, which others can reach, but public_url is not set",
                    config.listen
                ),
                "set public_url: links in events begin with it",
            );
        } else {
            findings.ok("public_url is not set: links begin with the address that clients use");
        }
        return;
    };
    let masked = masked_url(url);
    if !Url::parse(url).is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host()) {
        findings.error(
            format!("public_url is not a server address: {masked}"),
            "write it as https://carillon.example",
        );
        return;
    }
    let health = format!("{}/healthz", url.trim_end_matches('/'));
    let response = tokio::time::timeout(CONNECT_TIMEOUT, probe.get(&health)).await;
    let response =
        response.unwrap_or_else(|_| Err(format!("no answer within {} s", CONNECT_TIMEOUT.as_secs())));
    let problem = match response {
        Ok(response) if response.status.is_success() => {
            findings.ok(format!("{masked} responds"));
            return;
        }
        Ok(response) => format!("/healthz responds with status {}", response.status.as_u16()),
        Err(problem) => problem,
    };
    let message = format!("{masked} does not lead to the server: {problem}");
    let advice = "check the host name, the certificate, the proxy and the firewall";
    if is_running {
        findings.error(message, advice);
    } else {
        findings
            .warning(message, format!("the server is not running; if it should respond anyway, {advice}"));
    }
}

/// Returns the `Date` header of a response.
pub async fn date(probe: &Probe, url: &str) -> Result<String, String> {
    let response = tokio::time::timeout(CONNECT_TIMEOUT, probe.get(url)).await;
    let response = response.map_err(|_| format!("no answer within {} s", CONNECT_TIMEOUT.as_secs()))??;
    response.date.ok_or_else(|| "the response has no date".to_owned())
}

fn is_public(listen: &str) -> bool {
    !listen.parse::<std::net::SocketAddr>().is_ok_and(|address| address.ip().is_loopback())
}
