//! The address of a caller, and the addresses that an app may call from.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap},
};
use carillon_model::id::AppKey;
use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de::Error};

use crate::peer::Peer;

/// The header to which each proxy appends the address of its caller.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// The header in which a proxy states the scheme of its caller.
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// One address, or a range in the notation `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange(IpNet);

impl AddressRange {
    /// Returns whether it contains an address.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

impl<'de> Deserialize<'de> for AddressRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let range = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        range
            .map(Self)
            .map_err(|_| D::Error::custom(format!("{text:?} is no address and no range of addresses")))
    }
}

/// The addresses that apps may call from, by app key. An app without an entry may call from any address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct AllowedAddresses(BTreeMap<String, Vec<AddressRange>>);

impl AllowedAddresses {
    /// Returns the addresses of an app as text; `None` for any.
    pub fn of(&self, app: &AppKey) -> Option<String> {
        let ranges = self.0.get(app.as_str())?;
        Some(ranges.iter().map(|range| range.0.to_string()).collect::<Vec<_>>().join(", "))
    }

    /// Returns whether an app may call from an address. An app with an entry may not call from an unknown address.
    pub(crate) fn allow(&self, app: &AppKey, address: Option<IpAddr>) -> bool {
        match (self.0.get(app.as_str()), address) {
            (None, _) => true,
            (Some(ranges), Some(address)) => ranges.iter().any(|range| range.contains(address)),
            (Some(_), None) => false,
        }
    }
}

/// Returns the address of the caller: that of the listener, else that of the headers.
pub(crate) fn caller(
    trusted_proxies: &[AddressRange],
    extensions: &Extensions,
    headers: &HeaderMap,
) -> Option<IpAddr> {
    if let Some(peer) = Peer::of(extensions) {
        return Some(peer.address);
    }
    let ConnectInfo(connected) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(peer_address(trusted_proxies, connected.ip(), headers))
}

/// Returns the address of the caller: that of the connection, or the one that trusted proxies forward.
///
/// Each proxy appends an address to the header, so it is read from the end, up to the first address of no trusted proxy: the caller could
/// have made up everything before.
pub fn peer_address(trusted_proxies: &[AddressRange], connected: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut address = connected.to_canonical();
    let values = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let forwarded: Vec<&str> = values.flat_map(|value| value.split(',')).collect();
    for text in forwarded.into_iter().rev() {
        match text.trim().parse::<IpAddr>() {
            Ok(before) if is_trusted(trusted_proxies, address) => address = before.to_canonical(),
            _ => break,
        }
    }
    address
}

/// Returns whether an address is that of a trusted proxy.
pub fn is_trusted(trusted_proxies: &[AddressRange], address: IpAddr) -> bool {
    let address = address.to_canonical();
    trusted_proxies.iter().any(|range| range.contains(address))
}

/// Returns whether a trusted proxy states that the caller used https.
pub fn is_forwarded_https(trusted_proxies: &[AddressRange], connected: IpAddr, headers: &HeaderMap) -> bool {
    // The last value is that of the nearest proxy.
    let scheme = headers.get_all(FORWARDED_PROTO).iter().next_back().and_then(|value| value.to_str().ok());
    let scheme = scheme.and_then(|value| value.rsplit(',').next());
    scheme.is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"))
        && is_trusted(trusted_proxies, connected)
}
