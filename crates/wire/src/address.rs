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

/// The header in which proxies tell for whom they call, each adding the address that it was called from.
const FORWARDED_FOR: &str = "x-forwarded-for";

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

/// The address of the caller: that of the connection, or the one for which proxies that are trusted say they call.
///
/// Each proxy adds an address at the end of the header, so it is read from there, and no further than the first address that
/// is no trusted proxy: whatever stands before could have been made up by the caller.
pub(crate) fn caller(
    trusted_proxies: &[AddressRange],
    extensions: &Extensions,
    headers: &HeaderMap,
) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let mut address = peer.ip().to_canonical();
    let told: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for told in told.into_iter().rev() {
        let is_trusted = trusted_proxies.iter().any(|range| range.contains(address));
        match told.trim().parse::<IpAddr>() {
            Ok(before) if is_trusted => address = before.to_canonical(),
            _ => break,
        }
    }
    Some(address)
}
