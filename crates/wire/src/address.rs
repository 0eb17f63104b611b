//! Where a call comes from, and where an app may call from.

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

/// The header in which proxies tell for whom they call, each adding the address that it was called from.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// The header in which a proxy tells the scheme that its caller used.
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// One address, or a range in the notation `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange(IpNet);

impl AddressRange {
    /// Whether an address is in it.
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

/// Where apps may call from. One that is not named may call from anywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct AllowedAddresses(BTreeMap<String, Vec<AddressRange>>);

impl AllowedAddresses {
    /// Whether an app may call from an address. One that is bound to addresses may not call from an unknown one.
    pub(crate) fn allow(&self, app: &AppKey, address: Option<IpAddr>) -> bool {
        match (self.0.get(app.as_str()), address) {
            (None, _) => true,
            (Some(ranges), Some(address)) => ranges.iter().any(|range| range.contains(address)),
            (Some(_), None) => false,
        }
    }
}

/// The address of the caller of a request: as its listener says, else as its headers do.
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

/// The address of the caller: that of the connection, or the one for which proxies that are trusted say they call.
///
/// Each proxy adds an address at the end of the header, so it is read from there, and no further than the first address that
/// is no trusted proxy: whatever stands before could have been made up by the caller.
pub fn peer_address(trusted_proxies: &[AddressRange], connected: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut address = connected.to_canonical();
    let told = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let told: Vec<&str> = told.flat_map(|value| value.split(',')).collect();
    for told in told.into_iter().rev() {
        match told.trim().parse::<IpAddr>() {
            Ok(before) if is_trusted(trusted_proxies, address) => address = before.to_canonical(),
            _ => break,
        }
    }
    address
}

/// Whether an address is that of a trusted proxy.
pub fn is_trusted(trusted_proxies: &[AddressRange], address: IpAddr) -> bool {
    let address = address.to_canonical();
    trusted_proxies.iter().any(|range| range.contains(address))
}

/// Whether a trusted proxy says that the caller used https.
pub fn is_forwarded_https(trusted_proxies: &[AddressRange], connected: IpAddr, headers: &HeaderMap) -> bool {
    // The proxy nearest to us adds last, if several wrote into one header.
    let scheme = headers.get_all(FORWARDED_PROTO).iter().next_back().and_then(|value| value.to_str().ok());
    let scheme = scheme.and_then(|value| value.rsplit(',').next());
    scheme.is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"))
        && is_trusted(trusted_proxies, connected)
}
