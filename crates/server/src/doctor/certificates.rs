//! Checks the certificate of `[tls]`: whether it is usable, its names, and its dates.

use std::path::Path;

use carillon_model::{env::Env, time::SECOND_MS};
use rustls::pki_types::{CertificateDer, ServerName};
use url::Url;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{Findings, clock::day_of, secrets::masked_url};
use crate::{config::Config, http::Tls};

/// A certificate should be renewed this many days before it expires.
const RENEWAL_DAYS: i64 = 14;
const DAY_SECONDS: i64 = 86_400;

pub fn examine(config: &Config, env: &Env, findings: &mut Findings<'_>) {
    let chain = match Tls::read_chain(&config.tls) {
        Ok(Some(chain)) => chain,
        Ok(None) => {
            findings.ok("no certificate is configured: the server speaks http");
            return;
        }
        Err(error) => {
            findings.error(
                format!("the certificate cannot be used: {error:#}"),
                "set the files of a certificate (PEM, with its intermediate certificates) and of its key in [tls]",
            );
            return;
        }
    };
    let file = config.tls.certificate_file.as_deref().unwrap_or(Path::new(""));
    let now = env.now().0 / SECOND_MS;
    let mut issuer_of_previous = None;
    for (index, der) in chain.iter().enumerate() {
        let certificate = match X509Certificate::from_der(der) {
            Ok((_, certificate)) => certificate,
            Err(error) => {
                findings.error(
                    format!("certificate {} in {} cannot be read: {error}", index + 1, file.display()),
                    "get it again from its authority",
                );
                return;
            }
        };
        let label = format!("certificate {} in {} ({})", index + 1, file.display(), certificate.subject());
        let subject = certificate.subject().to_string();
        if issuer_of_previous.as_ref().is_some_and(|issuer| *issuer != subject) {
            findings.error(
                format!("{label} is not the issuer of the one before it"),
                "write the certificate first, then the one that issued it, and so on",
            );
        }
        examine_dates(&label, &certificate, now, findings);
        issuer_of_previous = Some(certificate.issuer().to_string());
    }
    if let (Some(url), Some(certificate)) = (&config.public_url, chain.first()) {
        examine_name(url, certificate, findings);
    }
}

fn examine_dates(label: &str, certificate: &X509Certificate<'_>, now: i64, findings: &mut Findings<'_>) {
    let validity = certificate.validity();
    let (from, until) = (validity.not_before.timestamp(), validity.not_after.timestamp());
    let renew = "renew it; the server reloads the files by itself";
    if now < from {
        findings.error(
            format!("{label} is valid from {} on", day_of(from.saturating_mul(SECOND_MS))),
            "wait, or check the clock",
        );
    } else if now > until {
        findings.error(format!("{label} expired on {}", day_of(until.saturating_mul(SECOND_MS))), renew);
    } else {
        let days = (until - now) / DAY_SECONDS;
        let message =
            format!("{label} expires on {}, in {days} days", day_of(until.saturating_mul(SECOND_MS)));
        if days < RENEWAL_DAYS { findings.warning(message, renew) } else { findings.ok(message) }
    }
}

fn examine_name(url: &str, certificate: &CertificateDer<'_>, findings: &mut Findings<'_>) {
    let Ok(parsed) = Url::parse(url) else { return };
    if parsed.scheme() != "https" {
        findings.warning(
            format!("public_url is {}, but the server speaks https", masked_url(url)),
            "change public_url to https",
        );
    }
    let Some(host) = parsed.host_str() else { return };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_covered = ServerName::try_from(host).is_ok_and(|name| {
        webpki::EndEntityCert::try_from(certificate)
            .is_ok_and(|certificate| certificate.verify_is_valid_for_subject_name(&name).is_ok())
    });
    if !is_covered {
        findings.error(
            format!("the certificate is not for {host}, the host of public_url: browsers refuse it"),
            format!("get a certificate for {host}, or change public_url"),
        );
    }
}
