//! A text about the server to paste into a report of trouble. It has no secrets, no addresses, no paths and no personal data.

use std::fmt::Write;

use carillon_model::time::Timestamp;
use jiff::tz::TimeZone;

use super::{JobHealth, System};

/// Returns the text. It is in English, for those who read reports.
pub fn report(system: &System, now: Timestamp) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, system, now);
    text
}

fn write(text: &mut String, system: &System, now: Timestamp) -> std::fmt::Result {
    let (server, organisation) = (&system.server, &system.organisation);
    writeln!(text, "carillon {} ({}), schema {}", server.version, server.machine, server.schema)?;
    writeln!(text, "time {}, started {}", utc(now), utc(server.started_at))?;
    for part in &server.parts {
        writeln!(text, "part {}: {}", part.name, if part.works { "works" } else { "does not work" })?;
    }
    for job in &server.jobs {
        writeln!(text, "job {}: {}", job.name, job_state(job))?;
    }
    for listener in &server.listeners {
        writeln!(text, "listener {}: {}", listener.name, if listener.tls { "tls" } else { "plain" })?;
    }
    for limit in &server.limits {
        let number = |value: Option<u64>| value.map_or_else(|| "none".to_owned(), |value| value.to_string());
        write!(text, "limit {}: {}", limit.name, number(limit.in_force))?;
        match limit.configured {
            Some(configured) if limit.in_force != Some(configured) => {
                write!(text, ", configured {configured}")?
            }
            _ => {}
        }
        writeln!(text, "{}", limit.used.map_or_else(String::new, |used| format!(", used {used}")))?;
    }
    if let Some(disk) = server.disk {
        let mb = |bytes: u64| bytes / 1_000_000;
        writeln!(
            text,
            "disk: {} of {} MB free, database {} MB, log {} MB",
            mb(disk.free),
            mb(disk.total),
            mb(disk.database),
            mb(disk.log)
        )?;
    }
    match server.backup {
        Some(backup) => writeln!(
            text,
            "backup: {}, {} MB, {} files, {} missing",
            utc(backup.taken_at),
            backup.bytes / 1_000_000,
            backup.files,
            backup.missing
        )?,
        None => writeln!(text, "backup: none known")?,
    }
    writeln!(text, "files of the organisation: {} MB", organisation.stored_bytes / 1_000_000)?;
    if let Some(held) = organisation.held {
        let (at, sends, events) = (utc(held.restored_at), held.scheduled_sends, held.events);
        writeln!(text, "restored {at}, held back: {sends} scheduled sends, {events} events")?;
    }
    // Texts may be addresses, names and paths.
    for setting in
        server.settings.iter().filter(|setting| setting.is_set() && !setting.key.starts_with("allow."))
    {
        let value = if setting.is_plain { setting.value.as_str() } else { "(set)" };
        let from = setting.from.split(' ').next().unwrap_or_default();
        writeln!(text, "setting {} = {value} ({from})", setting.key)?;
    }
    Ok(())
}

fn job_state(job: &JobHealth) -> String {
    let at = |time: Option<Timestamp>| time.map_or_else(|| "never".to_owned(), utc);
    if job.failures > 0 {
        format!(
            "failed {} times, last {}; last success {}",
            job.failures,
            at(job.failed_at),
            at(job.succeeded_at)
        )
    } else {
        format!("last success {}", at(job.succeeded_at))
    }
}

fn utc(time: Timestamp) -> String {
    format!("{} UTC", time.format_in(&TimeZone::UTC))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::{
        Disk, Held, LastBackup, LimitInForce, Listener, OrganisationStatus, PartHealth, SettingInForce,
        SystemStatus,
    };

    fn setting(key: &str, value: &str, is_plain: bool, from: &str) -> SettingInForce {
        SettingInForce { key: key.to_owned(), value: value.to_owned(), is_plain, from: from.to_owned() }
    }

    #[test]
    fn a_report_has_no_addresses_names_and_paths() {
        let server = SystemStatus {
            version: "1.0".to_owned(),
            schema: "0001_first".to_owned(),
            machine: "linux x86_64".to_owned(),
            started_at: Timestamp(1_760_000_000_000),
            parts: vec![PartHealth { name: "store", works: false }],
            jobs: vec![JobHealth {
                name: "retention",
                succeeded_at: None,
                failed_at: Some(Timestamp(0)),
                failures: 2,
            }],
            listeners: vec![Listener { name: "main", address: "10.1.2.3:443".to_owned(), tls: true }],
            limits: vec![LimitInForce {
                name: "connections",
                configured: Some(20),
                in_force: Some(8),
                used: Some(1),
            }],
            settings: vec![
                setting("send.daily", "5", true, "file /etc/private/carillon.toml"),
                setting("send.max_receivers", "7", true, "default"),
                setting("public_url", "\"https://private.example\"", false, "environment"),
                setting("allow.dingprivate", "[\"10.9.9.9\"]", false, "file x"),
            ],
            disk: Some(Disk { total: 9_000_000, free: 5_000_000, database: 1_000_000, log: 0 }),
            backup: Some(LastBackup {
                taken_at: Timestamp(0),
                bytes: 3_000_000,
                files: 2,
                missing: 0,
                encrypted: true,
            }),
        };
        let held = Some(Held { restored_at: Timestamp(0), scheduled_sends: 2, events: 3 });
        let organisation = OrganisationStatus { stored_bytes: 4_000_000, storage_limit: None, held };
        let text = report(&System { server, organisation }, Timestamp(1_760_000_060_000));
        assert_eq!(
            text,
            "carillon 1.0 (linux x86_64), schema 0001_first\n\
             time 2025-10-09 08:54:20 UTC, started 2025-10-09 08:53:20 UTC\n\
             part store: does not work\n\
             job retention: failed 2 times, last 1970-01-01 00:00:00 UTC; last success never\n\
             listener main: tls\n\
             limit connections: 8, configured 20, used 1\n\
             disk: 5 of 9 MB free, database 1 MB, log 0 MB\n\
             backup: 1970-01-01 00:00:00 UTC, 3 MB, 2 files, 0 missing\n\
             files of the organisation: 4 MB\n\
             restored 1970-01-01 00:00:00 UTC, held back: 2 scheduled sends, 3 events\n\
             setting send.daily = 5 (file)\n\
             setting public_url = (set) (environment)\n"
        );
    }
}
