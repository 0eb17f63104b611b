//! What a change of an organisation takes away from its members, so that it can be shown before it is made.

use carillon_model::error::{Error, Result};
use carillon_store::{Corp, State};

/// A consequence of a change that nobody would expect from the changed field alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorpEffect {
    /// The addresses with the former short name redirect to the new one.
    ShortNameRedirects {
        /// The former name.
        from: String,
        /// The new name.
        to: String,
    },
    /// A former short name does not redirect any more, and other organisations can take it.
    ShortNameFreed(String),
    /// The host name leads to the organisation alone. The provider of single sign-on has to know its redirect address.
    HostAdded(String),
    /// The host name does not lead to the organisation any more, and sessions there end for its members.
    HostRemoved(String),
    /// Days begin and end at other times.
    TimeZoneChanged {
        /// The former time zone.
        from: String,
        /// The new time zone.
        to: String,
    },
}

impl CorpEffect {
    /// A text that is equal for equal effects. Whoever confirms effects sends the texts of those that were shown.
    pub fn key(&self) -> String {
        match self {
            Self::ShortNameRedirects { from, to } => format!("short_name {from} {to}"),
            Self::ShortNameFreed(name) => format!("freed {name}"),
            Self::HostAdded(host) => format!("host+ {host}"),
            Self::HostRemoved(host) => format!("host- {host}"),
            Self::TimeZoneChanged { from, to } => format!("time_zone {from} {to}"),
        }
    }
}

/// Returns what a change takes away.
pub fn effects(before: &Corp, after: &Corp) -> Vec<CorpEffect> {
    let mut effects = Vec::new();
    if before.short_name != after.short_name {
        let (from, to) = (before.short_name.clone(), after.short_name.clone());
        effects.push(CorpEffect::ShortNameRedirects { from, to });
        let is_kept = |name: &String| *name == after.short_name || after.former_short_names.contains(name);
        let freed = before.former_short_names.iter().filter(|name| !is_kept(name));
        effects.extend(freed.cloned().map(CorpEffect::ShortNameFreed));
    }
    let added = after.hosts.iter().filter(|host| !before.hosts.contains(host));
    effects.extend(added.cloned().map(CorpEffect::HostAdded));
    let removed = before.hosts.iter().filter(|host| !after.hosts.contains(host));
    effects.extend(removed.cloned().map(CorpEffect::HostRemoved));
    if before.time_zone != after.time_zone {
        let (from, to) = (before.time_zone.clone(), after.time_zone.clone());
        effects.push(CorpEffect::TimeZoneChanged { from, to });
    }
    effects
}

/// Refuses host names that an owner may not add: members of other organisations may reach the server under the same name.
///
/// # Errors
/// `hosts`, if the server has other organisations and a host name is new.
pub fn require_hosts_of_owner(state: &State, before: &Corp, hosts: &[String]) -> Result<()> {
    let adds = hosts.iter().any(|host| !before.hosts.contains(host));
    if adds && state.corps.len() > 1 {
        let reason = "can be added by local callers alone, because the server has several organisations: \
                      `carillon corp set --host`";
        return Err(Error::invalid("hosts", reason));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use carillon_model::time::Timestamp;

    use super::*;

    fn corp(short_name: &str, former: &[&str], hosts: &[&str]) -> Corp {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Corp {
            short_name: short_name.to_owned(),
            former_short_names: owned(former),
            hosts: owned(hosts),
            ..Corp::new("ding1".into(), "n", Timestamp(0))
        }
    }

    #[test]
    fn what_leads_elsewhere_is_named() {
        let before = corp("old", &["older", "oldest"], &["a.example", "b.example"]);
        assert_eq!(effects(&before, &before), []);
        let after = Corp {
            time_zone: "UTC".to_owned(),
            ..corp("new", &["old", "older"], &["b.example", "c.example"])
        };
        let keys: Vec<String> = effects(&before, &after).iter().map(CorpEffect::key).collect();
        assert_eq!(
            keys,
            [
                "short_name old new",
                "freed oldest",
                "host+ c.example",
                "host- a.example",
                "time_zone Asia/Shanghai UTC"
            ]
        );
        // Another order of host names, and a former name that is taken back, take nothing away.
        let reordered = corp("old", &["older", "oldest"], &["b.example", "a.example"]);
        assert_eq!(effects(&before, &reordered), []);
        let back = effects(&before, &corp("older", &["old", "oldest"], &["a.example", "b.example"]));
        assert_eq!(back.len(), 1, "{back:?}");
    }
}
